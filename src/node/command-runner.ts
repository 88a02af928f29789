import { spawn, type ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../base/errors';
import type { Clock, CommandRequest, CommandResult, CommandRunner } from '../base/ports';
import { createBoundedOutput } from './bounded-output';
import { systemClock } from './clock';
import { nameRoots } from './path-rules';
import { realWorkspacePath } from './real-path';
import { commandEnvironment, shellCall } from './shell';

export interface CommandRunnerOptions {
  /** The workspace's folders; a command runs in one of them or below. */
  folders: readonly string[];
  trusted: boolean;
  env?: NodeJS.ProcessEnv;
  clock?: Clock;
}

/** Output kept of a command, and passed on while it runs. UTF-16 units. */
const keptOutput = 64 * 1024;
const shownOutput = 512 * 1024;
/** Time between asking a process tree to end and ending it. Milliseconds. */
const grace = 2000;
/** Time that output may still come in after the shell has ended. Milliseconds. */
const drain = 300;

/**
 * Runs commands in the user's shell, each in a process group of its own with its input closed. When the shell ends,
 * the time is over or the signal fires, whatever the command started in its group ends too.
 * Rejects with `untrusted`, `no-workspace`, `outside-workspace`, `command-failed`, or an `AbortError`.
 */
export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const roots = nameRoots(options.folders, path);
  const clock = options.clock ?? systemClock;
  return {
    run: async (request, signal) => {
      if (!options.trusted) {
        throw new UserError('untrusted', 'This workspace is not trusted: no command runs in it.', {
          kept: 'Nothing was run.',
          next: 'Trust the workspace first.',
        });
      }
      const { real } = await realWorkspacePath(request.cwd, roots);
      if (!(await isFolder(real))) {
        throw new UserError('no-folder', `There is no folder “${request.cwd}”.`, {
          kept: 'Nothing was run.',
        });
      }
      throwIfAborted(signal);
      return runInFolder(request, real, options.env ?? process.env, clock, signal);
    },
  };
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

async function runInFolder(
  request: CommandRequest,
  folder: string,
  env: NodeJS.ProcessEnv,
  clock: Clock,
  signal: AbortSignal,
): Promise<CommandResult> {
  const started = clock.now();
  const shell = shellCall(request.command, process.platform, env);
  const child = spawn(shell.file, shell.args, {
    cwd: folder,
    env: commandEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    windowsVerbatimArguments: shell.verbatim,
  });
  const output = createBoundedOutput(keptOutput);
  collectOutput(child, output.add, request.onOutput);

  let timedOut = false;
  const killer = createKiller(child);
  const timer = setTimeout(() => {
    timedOut = true;
    killer.kill();
  }, request.timeoutMs);
  signal.addEventListener('abort', killer.kill, { once: true });
  try {
    const exitCode = await ended(child);
    throwIfAborted(signal);
    return { exitCode, ...output.result(), timedOut, durationMs: clock.now() - started };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', killer.kill);
    killer.finish();
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new DOMException('Command stopped', 'AbortError');
}

/** Both streams, decoded piece by piece, as they come. What is passed on while running is bounded, too. */
function collectOutput(
  child: ChildProcess,
  add: (text: string) => void,
  onOutput: ((text: string) => void) | undefined,
): void {
  let shown = 0;
  const take = (text: string): void => {
    if (text === '') return;
    add(text);
    if (!onOutput || shown > shownOutput) return;
    shown += text.length;
    onOutput(shown > shownOutput ? '\n[… more output, of which the end will be shown …]\n' : text);
  };
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8');
    stream?.on('data', (bytes: Buffer) => take(decoder.write(bytes)));
    stream?.on('end', () => take(decoder.end()));
  }
}

/** Resolves with the exit code (null after a signal) when the shell has ended and its output has come in. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new UserError('command-failed', `The shell did not start: ${error.message}`, {
          kept: 'Nothing was run.',
        }),
      ),
    );
    child.once('close', resolve);
    // A process left in the background holds the pipes open: the command has ended all the same.
    child.once('exit', (code) => {
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(code);
      }, drain);
    });
  });
}

interface Killer {
  /** Asks the whole tree to end, and ends it when it does not. */
  kill: () => void;
  /** After the shell has ended: ends what is left of its group. */
  finish: () => void;
}

function createKiller(child: ChildProcess): Killer {
  const { pid } = child;
  let timer: NodeJS.Timeout | undefined;
  if (pid === undefined) return { kill: () => undefined, finish: () => undefined };
  if (process.platform === 'win32') {
    const kill = (): void => {
      spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
        'error',
        () => child.kill(),
      );
    };
    return { kill, finish: () => undefined };
  }
  return {
    kill: () => {
      signalGroup(pid, 'SIGTERM');
      timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), grace);
    },
    finish: () => {
      clearTimeout(timer);
      signalGroup(pid, 'SIGKILL');
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // No process of the group is left.
  }
}
