export interface PullProgress {
  /** `checking`: all bytes are there and are being hashed. */
  phase: 'downloading' | 'checking';
  bytesDone: number;
  bytesTotal: number | undefined;
  /** Smoothed; undefined until it is known. */
  bytesPerSecond: number | undefined;
  msLeft: number | undefined;
}

/** Weight of the newest sample, and how far samples lie apart. */
const newest = 0.3;
const sampleMs = 500;

/**
 * Turns counts of bytes into progress with a smoothed speed, at most one report every 100 ms and one at the end.
 * `now` is in milliseconds.
 */
export function createProgressMeter(
  phase: PullProgress['phase'],
  now: () => number,
  report: (progress: PullProgress) => void,
): (done: number, total: number | undefined) => void {
  let sample: { at: number; bytes: number } | undefined;
  let speed: number | undefined;
  let reportedAt = -Infinity;
  return (done, total) => {
    const at = now();
    // A download that starts again from the front has no speed yet.
    if (!sample || done < sample.bytes) sample = { at, bytes: done };
    const elapsed = at - sample.at;
    if (elapsed >= sampleMs) {
      const current = ((done - sample.bytes) / elapsed) * 1000;
      speed = speed === undefined ? current : speed * (1 - newest) + current * newest;
      sample = { at, bytes: done };
    }
    if (at - reportedAt < 100 && done !== total) return;
    reportedAt = at;
    const msLeft = speed && total !== undefined ? ((total - done) / speed) * 1000 : undefined;
    report({ phase, bytesDone: done, bytesTotal: total, bytesPerSecond: speed, msLeft });
  };
}
