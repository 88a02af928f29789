import { CommanderError } from 'commander';
import { formatReport, isAbort, reportOf, type UserError } from '../base/errors';
import { watchOutput } from './closed-output';
import { type Core, createCore } from './compose';
import { createInterrupts } from './interrupts';
import { exitCode, exitCodeOf } from './output-port';
import { withPlainYes } from './option-values';
import { createProgram } from './program';

/**
 * Runs one command and answers its exit code. Ctrl-C ends it in order (in a chat first the task), another one at once. A reader of the output
 * that goes (`| head -1`) ends it too, quietly: what had come to its end by then is done, the rest interrupted.
 */
async function main(argv: readonly string[]): Promise<number> {
  const interrupts = createInterrupts(() => process.exit(exitCode.interrupted));
  const ended: { outputFailure?: UserError | undefined } = {};
  process.on('SIGINT', () => interrupts.press());
  watchOutput(process.stdout, (error) => {
    ended.outputFailure = error;
    interrupts.abort();
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
    await createProgram(__dirname, withCore, interrupts).parseAsync(withPlainYes(argv));
    if (ended.outputFailure) return failed(ended.outputFailure);
    return interrupts.wasPressed() ? exitCode.interrupted : code;
  } catch (error) {
    if (ended.outputFailure) return failed(ended.outputFailure);
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    if (isAbort(error) || interrupts.signal.aborted) return exitCode.interrupted;
    return failed(error);
  }
}

function failed(error: unknown): number {
  const report = reportOf(error);
  process.stderr.write(`${formatReport(report)}\n`);
  return exitCodeOf(report.code);
}

function logLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

void main(process.argv).then((code) => {
  process.exitCode = code;
  // A piped reader may still be open; everything that matters is disposed.
  process.stdin.destroy();
});
