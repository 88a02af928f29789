/** llama.cpp's own server for the tests of the remote engine: the Python package `xllamacpp` in a venv of its own. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { rigCacheFolder } from '../lib/paths.mjs';
import { runCommand, which } from '../lib/run-command.mjs';
import { isStamped, writeStamp } from '../lib/stamp.mjs';
import { step, upToDate } from '../lib/steps.mjs';
import { RigUnavailable } from '../rig/install.mjs';
import { xllamacppVersion } from '../rig/versions.mjs';

const folder = path.join(rigCacheFolder(), `xllamacpp-${xllamacppVersion}`);
const python =
  process.platform === 'win32'
    ? path.join(folder, 'Scripts', 'python.exe')
    : path.join(folder, 'bin', 'python');

/** @returns {Promise<string>} the Python that has the package */
export async function ensureLlamaServer() {
  await step(`llama.cpp's server (xllamacpp ${xllamacppVersion})`, install);
  return python;
}

async function install() {
  const stamp = path.join(folder, '.installed');
  if (isStamped(stamp, xllamacppVersion) && existsSync(python)) return upToDate;
  const system = ['python3', 'python'].find((name) => which(name));
  if (!system) throw new RigUnavailable('llama.cpp’s server needs Python, which is not installed.');
  rmSync(folder, { recursive: true, force: true });
  try {
    await runCommand(system, ['-m', 'venv', folder]);
    await runCommand(python, ['-m', 'pip', 'install', '--quiet', `xllamacpp==${xllamacppVersion}`]);
    await runCommand(python, ['-c', 'import xllamacpp']);
  } catch (error) {
    throw new RigUnavailable(`llama.cpp’s server could not be installed: ${error.message}`);
  }
  writeStamp(stamp, xllamacppVersion);
}
