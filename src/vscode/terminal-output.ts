import * as vscode from 'vscode';
import { plainOutput } from '../base/terminal-text';
import type { Disposable } from '../base/lifecycle';

/** Kept of what a command writes: its end, in UTF-16 units. */
const longest = 24_000;

/** The last command that ended in a terminal of the user, told by the shell integration. */
export interface TerminalOutput extends Disposable {
  last(): { command: string; output: string } | undefined;
}

export function createTerminalOutput(): TerminalOutput {
  let last: { command: string; output: string } | undefined;
  const written = new Map<vscode.TerminalShellExecution, string>();

  const follow = async (execution: vscode.TerminalShellExecution): Promise<void> => {
    written.set(execution, '');
    for await (const data of execution.read()) {
      const before = written.get(execution);
      if (before === undefined) return;
      written.set(execution, (before + data).slice(-longest));
    }
  };
  const started = vscode.window.onDidStartTerminalShellExecution(({ execution }) => {
    // A stream that breaks off costs the rest of the output, no more.
    follow(execution).catch(() => undefined);
  });
  const ended = vscode.window.onDidEndTerminalShellExecution(({ execution }) => {
    const output = written.get(execution);
    written.delete(execution);
    if (output !== undefined) last = { command: execution.commandLine.value, output: plainOutput(output) };
  });
  return {
    last: () => last,
    dispose: () => {
      started.dispose();
      ended.dispose();
      written.clear();
    },
  };
}
