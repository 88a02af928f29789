/** The workbench served by code-server, with its home, settings and extensions in a scratch folder of its own. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { killTree, onExit, runCommand } from '../lib/run-command.mjs';

const startLimitMs = 90_000;

/** Settings that keep the workbench quiet: no welcome page, no update check, no telemetry. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'files.autoSave': 'off',
  'editor.wordBasedSuggestions': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * @typedef {object} ServerOptions
 * @property {{node: string, server: string}} rig
 * @property {string} folder scratch folder of this server
 * @property {NodeJS.ProcessEnv} [env] further environment of the server and its extension host
 * @property {Record<string, unknown>} [settings] user settings beside the quiet ones
 * @property {boolean} [testDriver] lets a page start extension tests; hides toasts and skips dialogs, so off for UI runs
 * @property {boolean} [trustEverything] no question about workspace trust (the default)
 * @property {number} [port] 0 takes a free one
 * @property {boolean} [userHome] keeps the user's own home folder, for a workbench that a person works in
 */

/**
 * Starts the server and resolves when it listens.
 * @param {ServerOptions} options
 * @returns {Promise<{url: string, host: string, log: string, exited: Promise<void>, stop(): Promise<void>}>}
 */
export async function startServer(options) {
  const {
    rig,
    folder,
    env = {},
    settings = {},
    testDriver = false,
    trustEverything = true,
    port = 0,
    userHome = false,
  } = options;
  prepareProfile(folder, settings);
  const log = path.join(folder, 'server.log');
  const args = [
    rig.server,
    '--auth=none',
    `--bind-addr=127.0.0.1:${port}`,
    ...profileArguments(folder),
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--ignore-last-opened',
    ...(trustEverything ? ['--disable-workspace-trust'] : []),
    ...(testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  // Not in the scratch folder: the names of the sockets that go there may have some 100 characters only.
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'thimble-'));
  const child = spawn(rig.node, args, {
    env: { ...serverEnvironment(userHome ? undefined : folder), TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group: the extension host, pty host and file watcher end with it.
    detached: true,
  });
  const forget = onExit(() => killTree(child));
  const exited = new Promise((resolve) => child.once('exit', () => resolve(undefined)));
  const url = await listeningAddress(child, log);
  const stop = async () => {
    killTree(child, 'SIGTERM');
    const patience = setTimeout(() => killTree(child), 5000);
    await exited;
    clearTimeout(patience);
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The whole group is gone already.
    }
    rmSync(temporary, { recursive: true, force: true });
    forget();
  };
  return { url, host: new URL(url).host, log, exited, stop };
}

/** Installs a packaged extension into the server's extension folder. @param {ServerOptions & {vsix: string}} options */
export async function installVsix({ rig, folder, vsix }) {
  prepareProfile(folder, {});
  const args = [rig.server, ...profileArguments(folder), '--install-extension', vsix];
  await runCommand(rig.node, args, { env: serverEnvironment(folder) });
}

function prepareProfile(folder, settings) {
  mkdirSync(path.join(folder, 'home'), { recursive: true });
  const all = JSON.stringify({ ...quietSettings, ...settings }, undefined, 2);
  // A setting of the scope `machine` is read from the server's own file only.
  for (const scope of ['User', 'Machine']) {
    mkdirSync(path.join(folder, 'data', scope), { recursive: true });
    writeFileSync(path.join(folder, 'data', scope, 'settings.json'), all);
  }
  writeFileSync(path.join(folder, 'config.yaml'), 'auth: none\n');
}

function profileArguments(folder) {
  return [
    '--config',
    path.join(folder, 'config.yaml'),
    '--user-data-dir',
    path.join(folder, 'data'),
    '--extensions-dir',
    path.join(folder, 'extensions'),
  ];
}

/**
 * What of the caller's environment would lead the server to another editor or port is left out;
 * with a folder given, also what would lead it to the user's own files.
 */
function serverEnvironment(folder) {
  const misleading = folder
    ? /^(VSCODE_|ELECTRON_|XDG_|npm_|PORT$|PASSWORD$)/i
    : /^(VSCODE_|ELECTRON_|npm_|PORT$|PASSWORD$)/i;
  const inherited = Object.entries(process.env).filter(([name]) => !misleading.test(name));
  const own = folder ? { HOME: path.join(folder, 'home'), SHELL: '/bin/bash' } : {};
  return { ...Object.fromEntries(inherited), ...own };
}

function listeningAddress(child, logFile) {
  return new Promise((resolve, reject) => {
    const log = createWriteStream(logFile);
    let text = '';
    const timer = setTimeout(() => {
      killTree(child);
      reject(new Error(`the server did not listen within ${startLimitMs / 1000} s\n${text}`));
    }, startLimitMs);
    const read = (data) => {
      log.write(data);
      text = (text + data).slice(-20_000);
      const match = /HTTP server listening on (http:\/\/\S+)/.exec(text);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1].replace(/\/$/, ''));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}\n${text}`));
    });
  });
}
