import type { Clock } from '../base/ports';

/** Work that nobody waits for yet, one piece at a time. What becomes of it is nobody's concern. */
export interface Ahead {
  /** Does this instead of what was under way, unless that is it already. */
  run(key: string, work: (signal: AbortSignal) => Promise<void>): void;
  stop(): void;
  /** Stops unless {@link stay} comes soon. */
  leave(): void;
  stay(): void;
}

/**
 * How long work goes on after a place was left: the question for the next place, which may be part of what is being
 * typed as suggested, comes a little later than that news. Milliseconds.
 */
const graceMs = 80;

export function createAhead(clock: Clock): Ahead {
  let running = new AbortController();
  let runningKey: string | undefined;
  let leaving = new AbortController();
  const stop = (): void => {
    leaving.abort();
    running.abort();
    runningKey = undefined;
  };
  return {
    run: (key, work) => {
      if (key === runningKey && !running.signal.aborted) {
        leaving.abort();
        return;
      }
      stop();
      const own = new AbortController();
      running = own;
      runningKey = key;
      const forget = (): void => {
        if (running === own) runningKey = undefined;
      };
      work(own.signal).then(forget, forget);
    },
    stop,
    leave: () => {
      leaving.abort();
      leaving = new AbortController();
      const { signal } = leaving;
      const left = running;
      clock.sleep(graceMs, signal).then(
        () => {
          if (!signal.aborted) left.abort();
        },
        () => undefined,
      );
    },
    stay: () => leaving.abort(),
  };
}
