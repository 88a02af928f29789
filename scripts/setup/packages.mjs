/** Installs this project's packages when they are missing or older than the lock file. Node's own modules only. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/paths.mjs';
import { runNpm } from '../lib/run-command.mjs';
import { step, upToDate } from '../lib/steps.mjs';

const oldestNode = [20, 19];

/** Throws where this Node is too old, before anything else fails in a less clear way. */
export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Error(`Node ${version} is too old: Thimble needs ${oldestNode.join('.')} or newer (nodejs.org).`);
}

export async function ensurePackages() {
  checkNodeVersion();
  await step('Install packages', async () => {
    if (isInstalled()) return upToDate;
    await runNpm(['ci', '--no-audit', '--no-fund']);
  });
}

/** npm writes its own lock file into `node_modules` at the end of each install. */
function isInstalled() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  const wanted = path.join(root, 'package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs;
}
