/** llama.cpp's own program for making a model file smaller, where the user has installed it. Never part of Thimble. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors';

/** Kinds of weights that are worth making, from the smallest on; llama.cpp knows more. */
export const quantisations = ['Q3_K_M', 'Q4_0', 'Q4_K_S', 'Q4_K_M', 'Q5_K_M', 'Q6_K', 'Q8_0'] as const;
export type Quantisation = (typeof quantisations)[number];

const program = 'llama-quantize';
/** Lines of its output that are kept to explain a failure. */
const keptLines = 20;

/** Its path, from the folders of `PATH`. Rejects with `quantize-missing`. */
export async function findQuantize(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<string> {
  const isWindows = platform === 'win32';
  const paths = isWindows ? path.win32 : path.posix;
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(isWindows ? ';' : ':');
  // A relative entry would run whatever lies in the folder at hand.
  for (const folder of folders.filter((entry) => paths.isAbsolute(entry))) {
    const file = paths.join(folder, isWindows ? `${program}.exe` : program);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  throw new UserError('quantize-missing', `There is no ${program} on the PATH.`, {
    kept: 'Nothing was changed.',
    next: 'Install llama.cpp (a package manager has it, or its releases), or fetch a file that is quantised already.',
  });
}

export interface QuantiseRequest {
  /** As {@link findQuantize} gives it. */
  command: string;
  from: string;
  to: string;
  type: Quantisation;
  onLine: (line: string) => void;
}

/**
 * Writes `from` with smaller weights to `to`, which is incomplete until this resolves. Rejects with
 * `quantize-failed`, or `AbortError` once `signal` aborts and the program is gone.
 */
export async function quantise(
  { command, from, to, type, onLine }: QuantiseRequest,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(command, ['--allow-requantize', from, to, type], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const last: string[] = [];
  const take = (chunk: unknown): void => {
    for (const line of String(chunk).split(/\r?\n/)) {
      if (line.trim() === '') continue;
      last.push(line.trim());
      if (last.length > keptLines) last.shift();
      onLine(line.trim());
    }
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const reason = await new Promise<string | undefined>((resolve) => {
    let failure: string | undefined;
    child.once('error', (error) => {
      failure = error.message;
      if (child.pid === undefined) resolve(failure);
    });
    child.once('close', (code, ended) => {
      if (code !== 0) failure ??= ended === null ? `exit code ${code ?? 'unknown'}` : `signal ${ended}`;
      resolve(failure);
    });
  });
  signal.throwIfAborted();
  if (reason === undefined) return;
  const said = last.findLast((line) => /error|fail|invalid|unable/i.test(line)) ?? last.at(-1);
  throw new UserError(
    'quantize-failed',
    `${program} ended with ${reason}.${said === undefined ? '' : ` It says: ${said}`}`,
    {
      kept: 'The model is as it was.',
      next: 'Look at what it says; free disk space may help, or another kind.',
    },
  );
}
