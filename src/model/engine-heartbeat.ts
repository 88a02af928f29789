import type { Clock } from '../base/ports';

export interface HeartbeatOptions {
  clock: Clock;
  /** Time between two questions, in milliseconds. */
  intervalMs: number;
  /** Questions in a row that may stay unanswered. Counted rather than timed, so that a sleeping computer is no death. */
  misses: () => number;
  /** Answers in a row that may name the same mark. */
  stalls: number;
  /** A number that changes with each step of the work; undefined while there is none to do. */
  ask(): Promise<number | undefined>;
  /** Whether the system has halted the process, so that no answer can come; asked while a question is unanswered. */
  isStopped?(): boolean;
  onSilence(reason: string): void;
}

/**
 * Asks again and again until `signal` aborts, or until no answer comes, or the work that is under way stands still:
 * then calls `onSilence` once and ends.
 */
export async function watchHeartbeat(options: HeartbeatOptions, signal: AbortSignal): Promise<void> {
  let unanswered = 0;
  let mark: number | undefined;
  let same = 0;
  const answer = (next: number | undefined): void => {
    unanswered = 0;
    same = next !== undefined && next === mark ? same + 1 : 0;
    mark = next;
  };
  const silent = (): string | undefined => {
    if (unanswered > options.misses()) return 'it does not answer';
    if (same > options.stalls) return 'its work stands still';
    return unanswered > 0 && options.isStopped?.() === true ? 'it was halted' : undefined;
  };
  while (!signal.aborted) {
    unanswered++;
    // A request that fails is no silence: the exit of the process says the rest.
    options.ask().then(answer, () => undefined);
    await options.clock.sleep(options.intervalMs, signal).catch(() => undefined);
    if (isAborted(signal)) return;
    const reason = silent();
    if (reason !== undefined) {
      options.onSilence(reason);
      return;
    }
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
