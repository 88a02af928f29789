/**
 * `node scripts/bench-extension-host.mjs [--runs N]`: how much more memory the extension host of the served workbench
 * holds with Thimble installed than without it, both idle with a file open; in turns, the median of each. Linux only.
 */
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeScratch, root } from './lib/paths.mjs';
import { packageExtension } from './package.mjs';
import { ensureBuild } from './setup/build.mjs';
import { ensurePackages } from './setup/packages.mjs';

/** Time for the activation of all extensions and the collections after it. Milliseconds. */
const settleMs = 20_000;

await ensurePackages();
const { ensureChromium, ensureCodeServer } = await import('./rig/install.mjs');
const { startWorkbench } = await import('./rig/workbench.mjs');
const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
const rig = await ensureCodeServer();
const chromium = await ensureChromium();
await ensureBuild();
const vsix = await packageExtension();

/** Kilobytes that the extension host of a server holds. @param {string} folder the server's scratch folder */
function residentKilobytes(folder) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=extensionHost')) continue;
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)) continue;
      return Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    } catch {
      // That process has ended meanwhile.
    }
  }
  throw new Error('no extension host was found');
}

/** @param {string | undefined} extension */
async function measure(extension) {
  const folder = makeScratch('memory');
  const workspace = path.join(folder, 'stats-py');
  cpSync(path.join(root, 'test', 'workspaces', 'stats-py'), workspace, { recursive: true });
  const env = { THIMBLE_HOME: path.join(folder, 'thimble-home') };
  const workbench = await startWorkbench({ rig, chromium, folder, workspace, vsix: extension, env });
  try {
    await workbench.openFile('stats.py');
    await workbench.page.waitForTimeout(settleMs);
    return residentKilobytes(folder) / 1024;
  } finally {
    await workbench.close();
  }
}

/** @param {number[]} numbers */
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** @type {{with: number[], without: number[]}} */
const memory = { with: [], without: [] };
for (let run = 0; run < Number(values.runs); run++) {
  memory.with.push(await measure(vsix));
  memory.without.push(await measure(undefined));
}
const [ours, bare] = [median(memory.with), median(memory.without)];
console.log(
  `extension host: ${ours.toFixed(0)} MB with Thimble, ${bare.toFixed(0)} MB without, ${(ours - bare).toFixed(0)} MB more (median of ${values.runs})`,
);
process.exit(0);
