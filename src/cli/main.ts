import { CommanderError } from 'commander';
import { formatReport, isAbort, reportOf, type UserError } from '../base/errors';
import { watchOutput } from './closed-output';
import { type Core, createCore } from './compose';
import { exitCode } from './output-port';
import { createProgram } from './program';

/**
 * Runs one command and answers its exit code. Ctrl-C ends it in order, a second one at once. A reader of the output
 * that goes (`| head -1`) ends it too, quietly: what had come to its end by then is done, the rest interrupted.
 */
async function main(argv: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  const ended: { byKey: boolean; outputFailure?: UserError | undefined } = { byKey: false };
  process.on('SIGINT', () => {
    if (ended.byKey) process.exit(exitCode.interrupted);
    ended.byKey = true;
    interrupted.abort();
  });
  watchOutput(process.stdout, (error) => {
    ended.outputFailure = error;
    interrupted.abort();
  });
  watchOutput(process.stderr, () => undefined);
  let code: number = exitCode.done;
  const withCore = async (body: (core: Core) => Promise<number>): Promise<void> => {
    const log = process.env['THIMBLE_LOG'] === undefined ? undefined : logLine;
    const core = createCore(__dirname, log);
    try {
      code = await body(core);
    } finally {
      core.dispose();
    }
  };
  try {
    await createProgram(__dirname, withCore, interrupted.signal).parseAsync([...argv]);
    if (ended.outputFailure) return failed(ended.outputFailure);
    return ended.byKey ? exitCode.interrupted : code;
  } catch (error) {
    if (ended.outputFailure) return failed(ended.outputFailure);
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    if (isAbort(error) || interrupted.signal.aborted) return exitCode.interrupted;
    return failed(error);
  }
}

function failed(error: unknown): number {
  process.stderr.write(`${formatReport(reportOf(error))}\n`);
  return exitCode.failed;
}

function logLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

void main(process.argv).then((code) => {
  process.exitCode = code;
  // A piped reader may still be open; everything that matters is disposed.
  process.stdin.destroy();
});
