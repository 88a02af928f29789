/** Runs child processes of the scripts: output shown, kept for the error, or both; children never outlive the script. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './paths.mjs';

export class CommandError extends Error {}

const running = new Set();

/**
 * The executable and arguments of `npm` on this platform: npm's own script through Node,
 * because `npm.cmd` cannot be spawned without a shell and a shell would re-split the arguments.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {{command: string, args: string[], shell: boolean}}
 */
export function npmCommand(args, env = process.env, platform = process.platform) {
  if (env.npm_execpath?.endsWith('npm-cli.js')) {
    return { command: process.execPath, args: [env.npm_execpath, ...args], shell: false };
  }
  return { command: platform === 'win32' ? 'npm.cmd' : 'npm', args, shell: platform === 'win32' };
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, shell?: boolean, stdin?: 'inherit' | 'ignore', timeoutMs?: number}} options
 *   `show` passes the output on as it comes; otherwise it is kept and shown only when the command fails.
 * @returns {Promise<string>} standard output and error, when not shown
 */
export function runCommand(command, args, options = {}) {
  const { cwd = root, env = process.env, show = false, shell = false, stdin = 'ignore', timeoutMs } = options;
  watchForExit();
  return new Promise((resolve, reject) => {
    const output = show ? 'inherit' : 'pipe';
    const child = spawn(command, args, {
      cwd,
      env,
      shell,
      stdio: [stdin, output, output],
      // A group of its own, so that a time limit ends the grandchildren too; a shown command keeps the terminal.
      detached: !show && process.platform !== 'win32',
    });
    running.add(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (text += data));
    let timedOut = false;
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          killTree(child);
        }, timeoutMs)
      : undefined;
    const settle = (finish) => {
      clearTimeout(timer);
      running.delete(child);
      finish();
    };
    child.once('error', (error) => settle(() => reject(new CommandError(`${command}: ${error.message}`))));
    child.once('close', (code, signal) =>
      settle(() => {
        if (code === 0) return resolve(text);
        const why = timedOut ? `took longer than ${timeoutMs / 1000} s` : `ended with ${signal ?? code}`;
        // What went wrong stands first with some programs and last with others.
        const lines = text.trim().split('\n');
        const tail = (lines.length > 50 ? [...lines.slice(0, 25), '…', ...lines.slice(-25)] : lines).join(
          '\n',
        );
        reject(new CommandError(`${path.basename(command)} ${args.join(' ')} ${why}${tail && `\n${tail}`}`));
      }),
    );
  });
}

/** @param {string[]} args @param {Parameters<typeof runCommand>[2]} options */
export function runNpm(args, options = {}) {
  const npm = npmCommand(args, options.env ?? process.env);
  return runCommand(npm.command, npm.args, { ...options, shell: npm.shell });
}

/** Ends a process together with its children. @param {import('node:child_process').ChildProcess} child */
export function killTree(child, signal = 'SIGKILL') {
  if (child.pid === undefined || child.exitCode !== null) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

const cleanups = new Set();
let watching = false;

/** Ends what still runs when this script ends in whatever way. */
function watchForExit() {
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const stop of cleanups) stop();
    for (const child of running) killTree(child);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
}

/**
 * Calls `stop` when the script ends, so that no server or browser is left behind.
 * @param {() => void} stop
 * @returns {() => void} takes it back
 */
export function onExit(stop) {
  watchForExit();
  cleanups.add(stop);
  return () => cleanups.delete(stop);
}

/** The full path of a program on the search path, or undefined. @param {string} name */
export function which(name, env = process.env, platform = process.platform) {
  const found = spawnSync(platform === 'win32' ? 'where' : 'which', [name], { env, encoding: 'utf8' });
  return found.status === 0 ? found.stdout.split(/\r?\n/)[0].trim() : undefined;
}
