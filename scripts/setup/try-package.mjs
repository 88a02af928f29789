/** Unpacks an extension file away from this checkout and asks its engine for a completion. */
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { makeTinyGguf } from '../../test/support/make-tiny-gguf.mjs';
import { measureEngine } from './engine-check.mjs';

/** @param {string} file @returns {Promise<string>} what the engine did, in words */
export async function tryPackage(file) {
  // Outside the checkout, or the checkout's own packages would be found.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-package-'));
  try {
    await unpack(file, folder);
    const model = path.join(folder, 'tiny.gguf');
    writeFileSync(model, makeTinyGguf({ script: { fim: ['0', ', ', '1'] } }));
    await measureEngine(model, path.join(folder, 'extension', 'dist', 'cli.js'));
    return 'its engine answers';
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} file @param {string} folder */
async function unpack(file, folder) {
  const zip = await yauzl.openPromise(file);
  try {
    for await (const entry of zip.eachEntry()) {
      const target = path.join(folder, entry.fileName);
      if (entry.fileName.endsWith('/')) continue;
      mkdirSync(path.dirname(target), { recursive: true });
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
    }
  } finally {
    zip.close();
  }
}
