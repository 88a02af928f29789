/** Where a command writes. With `json` each line is one JSON object and nothing else is written. */
export interface OutputPort {
  write(line: string): void;
  /** Replaces the last line on a terminal; not called when `isTty` is false. */
  rewrite?(line: string): void;
  json: boolean;
  isTty: boolean;
}

/** Exit codes of the command line (docs/architecture.md). */
export const exitCode = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const;
