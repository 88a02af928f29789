import * as vscode from 'vscode';
import { UserError } from '../base/errors';
import type { Disposable } from '../base/lifecycle';
import type { CommandRequest, CommandResult, CommandRunner } from '../base/ports';

/** One terminal that shows all commands; it appears with the first one. */
interface CommandTerminal {
  write(text: string): void;
  /** Closed by the user, or Ctrl+C in it. */
  onStop: vscode.Event<'closed' | 'interrupted'>;
  readonly closed: boolean;
  show(): void;
  dispose(): void;
}

/**
 * Shows commands in a terminal of VS Code while `runner` runs them as processes of its own: a command of shell
 * integration could not be ended with its children. Closing the terminal, or Ctrl+C in it, ends the command.
 */
export function createTerminalRunner(runner: () => CommandRunner): CommandRunner & Disposable {
  let terminal: CommandTerminal | undefined;
  return {
    run: async (request, signal) => {
      if (!terminal || terminal.closed) terminal = openTerminal();
      return runShown(runner(), terminal, request, signal);
    },
    dispose: () => terminal?.dispose(),
  };
}

async function runShown(
  runner: CommandRunner,
  terminal: CommandTerminal,
  request: CommandRequest,
  signal: AbortSignal,
): Promise<CommandResult> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const listener = terminal.onStop(abort);
  terminal.show();
  terminal.write(`\u001b[1m$ ${request.command}\u001b[0m\n`);
  try {
    const result = await runner.run(
      {
        ...request,
        onOutput: (text) => {
          terminal.write(text);
          request.onOutput?.(text);
        },
      },
      stop.signal,
    );
    const end = result.timedOut ? 'stopped at the time limit' : `exit ${result.exitCode ?? 'by a signal'}`;
    terminal.write(`\n\u001b[2m${end}, ${(result.durationMs / 1000).toFixed(1)} s\u001b[0m\n\n`);
    return result;
  } catch (error) {
    terminal.write('\n\u001b[2mstopped\u001b[0m\n\n');
    // The task itself goes on: only this command was stopped.
    if (stop.signal.aborted && !signal.aborted) {
      throw new UserError('command-stopped', 'The user stopped the command in its terminal.', {
        kept: 'What it had done until then remains.',
      });
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    listener.dispose();
  }
}

function openTerminal(): CommandTerminal {
  const output = new vscode.EventEmitter<string>();
  const stops = new vscode.EventEmitter<'closed' | 'interrupted'>();
  // What comes before the terminal is on the screen would be lost.
  let early: string[] | undefined = [];
  let closed = false;
  const write = (text: string): void => {
    const lines = text.replace(/\r?\n/g, '\r\n');
    if (early) early.push(lines);
    else output.fire(lines);
  };
  const terminal = vscode.window.createTerminal({
    name: 'Thimble',
    iconPath: new vscode.ThemeIcon('terminal'),
    pty: {
      onDidWrite: output.event,
      open: () => {
        const waiting = early ?? [];
        early = undefined;
        for (const text of waiting) output.fire(text);
      },
      close: () => {
        closed = true;
        stops.fire('closed');
      },
      handleInput: (data: string) => {
        if (data === '\u0003') stops.fire('interrupted');
      },
    },
  });
  return {
    write,
    onStop: stops.event,
    get closed() {
      return closed;
    },
    show: () => terminal.show(true),
    dispose: () => {
      terminal.dispose();
      output.dispose();
      stops.dispose();
    },
  };
}
