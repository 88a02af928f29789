import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(__dirname, '../golden');

/**
 * Compares a text with `test/golden/NAME.txt`. What differs is written beside it as `NAME.txt.actual`, to be read and,
 * when it is right, renamed. With UPDATE_GOLDEN=1 the file is written instead.
 */
export function checkGolden(name: string, actual: string): void {
  const file = path.join(folder, `${name}.txt`);
  const actualFile = `${file}.actual`;
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  const expected = existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : '';
  if (actual === expected) {
    rmSync(actualFile, { force: true });
    return;
  }
  writeFileSync(actualFile, actual);
  assert.equal(actual, expected, `${name} differs from its golden file; see ${path.basename(actualFile)}`);
}
