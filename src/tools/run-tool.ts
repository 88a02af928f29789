import type { CommandResult } from '../base/ports';
import { plainOutput } from '../base/terminal-text';
import { cutMiddle } from '../base/text';
import { requiredText, type Arguments } from './arguments';
import { requireTrust } from './trust';
import type { PreparedTool, ToolOutcome, ToolPorts } from './tool-types';

/** Characters of a command's output that the model gets. */
export const outputLimit = 3000;

export function prepareRun(args: Arguments, ports: ToolPorts): PreparedTool {
  const command = requiredText(args, 'command').trim();
  requireTrust(ports.workspace);
  const [firstLine = ''] = command.split('\n', 1);
  const { roots } = ports.workspace;
  // Where there is one folder, it goes without saying.
  const cwd = roots.length > 1 ? roots[0]?.name : undefined;
  const shown = { command, ...(cwd === undefined ? {} : { cwd }) };
  return {
    ok: true,
    step: { tool: 'run', verb: 'Run', object: firstLine === command ? command : `${firstLine} …` },
    approval: { kind: 'run', ...shown },
    writes: [],
    execute: async ({ commandTimeoutMs, onOutput }, signal) => {
      const result = await ports.commands.run(
        { command, cwd: '', timeoutMs: commandTimeoutMs, ...(onOutput ? { onOutput } : {}) },
        signal,
      );
      return runOutcome(shown, result);
    },
  };
}

function runOutcome(shown: { command: string; cwd?: string }, result: CommandResult): ToolOutcome {
  const output = plainOutput(result.output);
  const verdict = result.timedOut
    ? `stopped after ${Math.round(result.durationMs / 1000)} s: it did not end`
    : result.exitCode === null
      ? 'ended by a signal'
      : `exit ${result.exitCode}`;
  const told = output.trim() === '' ? '(no output)' : cutMiddle(output.trimEnd(), outputLimit).text;
  return {
    ok: result.exitCode === 0 && !result.timedOut,
    forModel: `${verdict}\n${told}`,
    detail: { kind: 'command', ...shown, output, exitCode: result.exitCode, timedOut: result.timedOut },
    result: result.timedOut ? 'timed out' : verdict,
  };
}
