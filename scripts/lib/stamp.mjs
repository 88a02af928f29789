/** Decides by content whether a step must run again: one hash over the files it depends on, kept after success. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A hash over the paths and contents of the given files and folders (folders with all that is in them).
 * @param {string} base
 * @param {string[]} inputs relative to `base`; one that does not exist counts as empty
 * @param {string[]} extra further things that the result depends on, such as versions
 */
export function hashInputs(base, inputs, extra = []) {
  const hash = createHash('sha256');
  for (const text of extra) hash.update(`${text}\0`);
  for (const input of inputs) {
    for (const file of filesUnder(path.join(base, input))) {
      hash.update(`${path.relative(base, file).split(path.sep).join('/')}\0`);
      hash.update(readFileSync(file));
      hash.update('\0');
    }
  }
  return hash.digest('hex');
}

function filesUnder(target) {
  if (!existsSync(target)) return [];
  if (!statSync(target).isDirectory()) return [target];
  return readdirSync(target, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Whether the stamp file says that the work was done for exactly these inputs. */
export function isStamped(file, value) {
  return existsSync(file) && readFileSync(file, 'utf8') === value;
}

export function writeStamp(file, value) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, value);
}
