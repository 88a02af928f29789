import type { Lane } from '../protocol/engine';

/** The right to evaluate one chunk or one token; call it when done. */
export type EndTurn = () => void;

/** Who goes first: `completion` before `chat`, and behind both what nobody waits for yet. */
export type Rank = Lane | 'ahead';

/** Lets one request at a time evaluate, in the order of their ranks, changing over only between turns. */
export interface Turns {
  /** Announces a request; its end must be announced by the function that is returned. */
  enter(rank: Rank): () => void;
  /** Waits for a turn; undefined when `signal` aborted first. */
  take(rank: Rank, signal: AbortSignal): Promise<EndTurn | undefined>;
  active(): Record<Rank, number>;
  /** Turns granted so far. */
  count(): number;
}

interface Waiter {
  rank: Rank;
  grant(): void;
}

const order = ['completion', 'chat', 'ahead'] as const;

/**
 * A completion is short and somebody looks at the cursor, so from its arrival to its end it goes before chat. The
 * model evaluates one thing at a time: two at once would only slow each other down on the same cores.
 */
export function createTurns(): Turns {
  const active: Record<Rank, number> = { chat: 0, completion: 0, ahead: 0 };
  let waiters: Waiter[] = [];
  let taken = false;
  let count = 0;

  const next = (): void => {
    if (taken) return;
    // Those of a lower rank wait until no request of a higher one is under way.
    const first = order.find((rank) => active[rank] > 0 || waiters.some((waiter) => waiter.rank === rank));
    const waiter = waiters.find(({ rank }) => rank === first);
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
    enter(rank) {
      active[rank]++;
      return once(() => active[rank]--);
    },
    take: (rank, signal) =>
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
          rank,
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
