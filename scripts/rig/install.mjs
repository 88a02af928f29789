/**
 * Installs what a real extension host and a real browser need where desktop VS Code cannot be had:
 * Node and code-server from the package registry, Chromium from the system. Idempotent, keyed by version.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rigCacheFolder } from '../lib/paths.mjs';
import { runCommand, runNpm, which } from '../lib/run-command.mjs';
import { isStamped, writeStamp } from '../lib/stamp.mjs';
import { step, upToDate } from '../lib/steps.mjs';
import { codeServerVersion, nodeVersion } from './versions.mjs';

/** The rig cannot be had on this machine; its suites are skipped, which is a failure only where CI is set. */
export class RigUnavailable extends Error {}

const cache = rigCacheFolder();
const nodeFolder = path.join(cache, `node-${nodeVersion}`);
const serverFolder = path.join(cache, `code-server-${codeServerVersion}-node-${nodeVersion}`);
const nodePackage = path.join(nodeFolder, 'node_modules', `node-linux-${process.arch}`);
const nodeBinary = path.join(nodePackage, 'bin', 'node');
const serverEntry = path.join(serverFolder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const chromiumPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const browserPackages = ['chromium', 'fonts-liberation'];
const compilerPackages = ['libkrb5-dev', 'build-essential', 'python3', 'pkg-config'];

/** The browser to drive, installed through apt where that is possible. @returns {Promise<string>} */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  await step('Install Chromium', () => installDebianPackages(browserPackages));
  const installed = findChromium();
  if (!installed) throw new RigUnavailable('No Chromium is installed; THIMBLE_CHROMIUM may name one.');
  return installed;
}

function findChromium() {
  if (process.env.THIMBLE_CHROMIUM) return process.env.THIMBLE_CHROMIUM;
  for (const name of chromiumNames) {
    const found = which(name);
    if (found) return found;
  }
  return chromiumPaths.find((candidate) => existsSync(candidate));
}

/** Node and code-server. @returns {Promise<{node: string, server: string}>} */
export async function ensureCodeServer() {
  if (process.platform !== 'linux') {
    throw new RigUnavailable('The served workbench is set up on Linux only; use npm run test:desktop here.');
  }
  await step(`Node ${nodeVersion} for the served workbench`, installNode);
  await step(`code-server ${codeServerVersion}`, installCodeServer);
  return { node: nodeBinary, server: serverEntry };
}

async function installNode() {
  if (existsSync(nodeBinary)) return upToDate;
  prepareFolder(nodeFolder);
  try {
    await runNpm(['install', '--ignore-scripts', `node-linux-${process.arch}@${nodeVersion}`], {
      cwd: nodeFolder,
    });
  } catch (error) {
    throw new RigUnavailable(`Node ${nodeVersion} could not be installed: ${error.message}`);
  }
}

async function installCodeServer() {
  const stamp = path.join(serverFolder, '.installed');
  if (isStamped(stamp, codeServerVersion) && existsSync(serverEntry)) return upToDate;
  await installDebianPackages(compilerPackages);
  rmSync(serverFolder, { recursive: true, force: true });
  prepareFolder(serverFolder);
  // npm itself must run on this Node, as code-server's install script checks the user agent,
  // and the headers for its native modules come from there too.
  const env = {
    ...withoutProjectSettings(process.env),
    PATH: `${path.dirname(nodeBinary)}${path.delimiter}${process.env.PATH}`,
    npm_config_nodedir: nodePackage,
    JOBS: 'max',
  };
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts=false'];
  try {
    await runCommand('npm', [...args, `code-server@${codeServerVersion}`], {
      cwd: serverFolder,
      env,
    });
    await runCommand(nodeBinary, [serverEntry, '--config', '/dev/null', '--version'], {
      env: { ...process.env, HOME: path.join(serverFolder, 'probe') },
    });
  } catch (error) {
    throw new RigUnavailable(`code-server could not be installed: ${error.message}`);
  }
  writeStamp(stamp, codeServerVersion);
}

/** An outer `npm run` hands its project's settings down; only how to reach the registry concerns the rig. */
function withoutProjectSettings(env) {
  const network =
    /^npm_config_(registry|ca|cafile|cache|userconfig|globalconfig|proxy|https_proxy|noproxy)$/i;
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_/i.test(name) || network.test(name)),
  );
}

function prepareFolder(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
}

async function installDebianPackages(names) {
  const missing = [];
  for (const name of names) {
    const installed = await runCommand('dpkg', ['-s', name]).catch(() => undefined);
    if (installed === undefined) missing.push(name);
  }
  if (missing.length === 0) return upToDate;
  if (!which('apt-get')) throw new RigUnavailable(`These packages are needed: ${missing.join(', ')}.`);
  const isRoot = process.getuid?.() === 0;
  const asRoot = (args) => (isRoot ? [args[0], args.slice(1)] : ['sudo', ['-n', ...args]]);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing];
  try {
    await runCommand(...asRoot(['apt-get', 'update', '-qq']), { env });
    await runCommand(...asRoot(install), { env });
  } catch (error) {
    throw new RigUnavailable(`${missing.join(', ')} could not be installed: ${error.message}`);
  }
}
