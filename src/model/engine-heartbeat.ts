import type { Clock } from '../base/ports';

export interface HeartbeatOptions {
  clock: Clock;
  /** Time between two questions, in milliseconds. */
  intervalMs: number;
  /** Questions in a row that may stay unanswered. Counted rather than timed, so that a sleeping computer is no death. */
  misses: () => number;
  ask(): Promise<unknown>;
  onSilence(): void;
}

/** Asks again and again until `signal` aborts, or until no answer comes: then calls `onSilence` once and ends. */
export async function watchHeartbeat(options: HeartbeatOptions, signal: AbortSignal): Promise<void> {
  let unanswered = 0;
  while (!signal.aborted) {
    unanswered++;
    // A request that fails is no silence: the exit of the process says the rest.
    options.ask().then(
      () => (unanswered = 0),
      () => undefined,
    );
    await options.clock.sleep(options.intervalMs, signal).catch(() => undefined);
    if (!isAborted(signal) && unanswered > options.misses()) {
      options.onSilence();
      return;
    }
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
