/** Where things lie: the checkout, its scratch folder, and the cache that all checkouts of a user share. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Scratch of this checkout (profiles, logs, results of runs); ignored by git, safe to delete. */
export const scratchRoot = path.join(root, '.rig');

/**
 * The folder of the test rig's programs, shared by all checkouts so that a second clone is warm.
 * `THIMBLE_RIG` names another one.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @param {string} home
 */
export function rigCacheFolder(env = process.env, platform = process.platform, home = os.homedir()) {
  const flavour = platform === 'win32' ? path.win32 : path.posix;
  if (env.THIMBLE_RIG) return env.THIMBLE_RIG;
  if (platform === 'win32') {
    return flavour.join(env.LOCALAPPDATA ?? flavour.join(home, 'AppData', 'Local'), 'thimble-rig');
  }
  if (platform === 'darwin') return flavour.join(home, 'Library', 'Caches', 'thimble-rig');
  return flavour.join(env.XDG_CACHE_HOME ?? flavour.join(home, '.cache'), 'thimble-rig');
}

/** A new empty folder for one run. @param {string} name */
export function makeScratch(name) {
  mkdirSync(scratchRoot, { recursive: true });
  return mkdtempSync(path.join(scratchRoot, `${name}-`));
}
