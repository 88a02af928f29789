/** Where a command writes. With `json` each line is one JSON object and nothing else is written. */
export interface OutputPort {
  write(line: string): void;
  /** Replaces the last line on a terminal; not called when `isTty` is false. */
  rewrite?(line: string): void;
  json: boolean;
  isTty: boolean;
}

/** The port of a command on a stream, such as standard output. */
export function createOutputPort(
  stream: { isTTY?: boolean; write(text: string): unknown },
  json: boolean,
): OutputPort {
  let rewritten = false;
  return {
    json,
    isTty: (stream.isTTY ?? false) && !json,
    write: (line) => {
      stream.write(`${rewritten ? '\n' : ''}${line}\n`);
      rewritten = false;
    },
    rewrite: (line) => {
      stream.write(`\r\u001b[K${line}`);
      rewritten = true;
    },
  };
}

/** Exit codes of the command line (docs/architecture.md). */
export const exitCode = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const;

/** Codes of errors that say that the command line itself was wrong: nothing was begun. */
const usageCodes: ReadonlySet<string> = new Set([
  'usage',
  'bad-place',
  'folder-missing',
  'hub-address',
  'model-unknown',
]);

/** The exit code of a command that ended with the error of this code. */
export function exitCodeOf(errorCode: string): number {
  return usageCodes.has(errorCode) ? exitCode.usage : exitCode.failed;
}
