import type { Disposable } from '../base/lifecycle';

/** A piece of work that waits for the one before it; `text` is how the person knows it. */
export interface QueuedTask {
  id: string;
  text: string;
  run(signal: AbortSignal): Promise<void>;
}

/** Tasks one after the other, of which the waiting ones can be taken back. */
export interface TaskQueue extends Disposable {
  /** Those that wait, and the first one until it has called `started`. */
  waiting(): readonly QueuedTask[];
  readonly running: boolean;
  add(task: QueuedTask): void;
  /** The running task is what its transcript shows from now on, no longer a waiting message. */
  started(id: string): void;
  /** Takes a waiting task back; false when it is not waiting any more. */
  takeBack(id: string): boolean;
  /** Ends the running task; resolves when it has ended. */
  stop(): Promise<void>;
  /** Takes back all that wait. */
  clear(): QueuedTask[];
}

/** `run` of a task must not reject: what goes wrong in it belongs into its transcript. */
export function createTaskQueue(changed: () => void): TaskQueue {
  let waiting: QueuedTask[] = [];
  let current: { task: QueuedTask; stop: AbortController; ended: Promise<void> } | undefined;

  const next = (): void => {
    const [task] = waiting;
    if (current || !task) return;
    const stop = new AbortController();
    const ended = task.run(stop.signal).finally(() => {
      waiting = waiting.filter((other) => other !== task);
      current = undefined;
      changed();
      next();
    });
    current = { task, stop, ended };
    changed();
  };

  return {
    waiting: () => waiting,
    get running() {
      return current !== undefined;
    },
    add: (task) => {
      waiting = [...waiting, task];
      changed();
      next();
    },
    started: (id) => {
      waiting = waiting.filter((task) => task.id !== id);
      changed();
    },
    takeBack: (id) => {
      if (current?.task.id === id) {
        // It has not begun for the person: it waits for its model.
        const isWaiting = waiting.some((task) => task.id === id);
        if (isWaiting) current.stop.abort();
        return isWaiting;
      }
      const before = waiting.length;
      waiting = waiting.filter((task) => task.id !== id);
      changed();
      return waiting.length < before;
    },
    stop: async () => {
      current?.stop.abort();
      await current?.ended;
    },
    clear: () => {
      const taken = waiting.filter((task) => task !== current?.task);
      waiting = waiting.filter((task) => task === current?.task);
      changed();
      return taken;
    },
    dispose: () => {
      waiting = [];
      current?.stop.abort();
    },
  };
}
