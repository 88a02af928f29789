/** What Ctrl-C ends: the task of a chat first, then the command, then the process. */
export interface Interrupts {
  /** Aborts when the command is to end. */
  readonly signal: AbortSignal;
  /** Runs one task of several; Ctrl-C ends it alone, and the command goes on. */
  during<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export interface InterruptKey extends Interrupts {
  /** Ctrl-C was pressed. */
  press(): void;
  /** Ends the command for another reason, such as a reader that has gone. */
  abort(): void;
  /** The command was ended by the key. */
  wasPressed(): boolean;
}

/** `kill` ends the process at once, for somebody who presses again while the command ends in order. */
export function createInterrupts(kill: () => void): InterruptKey {
  const command = new AbortController();
  let task: AbortController | undefined;
  let pressed = false;
  return {
    signal: command.signal,
    during: async (run) => {
      const own = new AbortController();
      task = own;
      try {
        return await run(AbortSignal.any([own.signal, command.signal]));
      } finally {
        task = undefined;
      }
    },
    press() {
      if (task && !task.signal.aborted) task.abort();
      else if (pressed) kill();
      else {
        pressed = true;
        command.abort();
      }
    },
    abort: () => command.abort(),
    wasPressed: () => pressed,
  };
}
