import type { Lane } from '../protocol/engine';

/** The right to evaluate one chunk or one token; call it when done. */
export type EndTurn = () => void;

/** Lets one request at a time evaluate, `completion` before `chat`, changing over only between turns. */
export interface Turns {
  /** Announces a request; its end must be announced by the function that is returned. */
  enter(lane: Lane): () => void;
  /** Waits for a turn; undefined when `signal` aborted first. */
  take(lane: Lane, signal: AbortSignal): Promise<EndTurn | undefined>;
  active(): Record<Lane, number>;
  /** Turns granted so far. */
  count(): number;
}

interface Waiter {
  lane: Lane;
  grant(): void;
}

/**
 * A completion is short and somebody looks at the cursor, so from its arrival to its end it goes before chat. The
 * model evaluates one thing at a time: two at once would only slow each other down on the same cores.
 */
export function createTurns(): Turns {
  const active: Record<Lane, number> = { chat: 0, completion: 0 };
  let waiters: Waiter[] = [];
  let taken = false;
  let count = 0;

  const next = (): void => {
    if (taken) return;
    const waiter =
      waiters.find(({ lane }) => lane === 'completion') ?? (active.completion === 0 ? waiters[0] : undefined);
    if (!waiter) return;
    waiters = waiters.filter((other) => other !== waiter);
    taken = true;
    count++;
    waiter.grant();
  };
  const once = (action: () => void): (() => void) => {
    let done = false;
    return () => {
      if (done) return;
      done = true;
      action();
      next();
    };
  };

  return {
    enter(lane) {
      active[lane]++;
      return once(() => active[lane]--);
    },
    take: (lane, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve(undefined);
          return;
        }
        const onAbort = (): void => {
          waiters = waiters.filter((other) => other !== waiter);
          resolve(undefined);
        };
        const waiter: Waiter = {
          lane,
          grant() {
            signal.removeEventListener('abort', onAbort);
            resolve(once(() => (taken = false)));
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiters.push(waiter);
        next();
      }),
    active: () => ({ ...active }),
    count: () => count,
  };
}
