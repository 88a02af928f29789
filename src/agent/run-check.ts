import type { Run } from './ports';
import { hidesFailure } from './test-count';
import { toolStep } from './tool-step';

/** What a checking command came to. */
export interface Check {
  passed: boolean;
  refused: boolean;
  output: string;
  exitCode: number | null | undefined;
  ms: number;
}

/** Bounds of a check's time once it is known how long the command takes. Milliseconds. */
const leastTimeoutMs = 10_000;
const timesLonger = 10;

/** Runs a command as a step and judges it: by its exit code, and by failures that the code hides. */
export async function runCheck(run: Run, command: string): Promise<Check> {
  const started = run.ports.clock.now();
  const result = await toolStep(run, { name: 'run_command', arguments: { command } });
  const output = result.output ?? '';
  return {
    passed: result.exitCode === 0 && !hidesFailure(output),
    refused: result.refused,
    output,
    exitCode: result.exitCode,
    ms: run.ports.clock.now() - started,
  };
}

/** The run with a shorter limit for its commands: a rewrite that never ends must not cost minutes. */
export function withCheckTimeout(run: Run, firstMs: number): Run {
  const limit = Math.max(leastTimeoutMs, timesLonger * firstMs);
  const commandTimeoutMs = Math.min(run.task.commandTimeoutMs, limit);
  return { ...run, task: { ...run.task, commandTimeoutMs } };
}
