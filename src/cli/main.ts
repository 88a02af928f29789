import { CommanderError } from 'commander';
import { formatReport, isAbort, reportOf } from '../base/errors';
import { type Core, createCore } from './compose';
import { exitCode } from './output-port';
import { createProgram } from './program';

/** Runs one command and answers its exit code. Ctrl-C ends it in order, a second one at once. */
async function main(argv: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted) process.exit(exitCode.interrupted);
    interrupted.abort();
  });
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
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    if (isAbort(error) || interrupted.signal.aborted) return exitCode.interrupted;
    process.stderr.write(`${formatReport(reportOf(error))}\n`);
    return exitCode.failed;
  }
}

function logLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

void main(process.argv).then((code) => {
  process.exitCode = code;
  // A piped reader may still be open; everything that matters is disposed.
  process.stdin.destroy();
});
