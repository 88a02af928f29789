/**
 * How long to wait after a keystroke before asking the model: half of what an answer took lately, so that a fast
 * machine answers at once and a slow one does not compute what is outdated before it is done. Never longer than the
 * user's keys are apart while typing: a longer gap is a pause, and whoever pauses looks.
 */
export interface Debounce {
  /** Milliseconds to wait now. */
  delay(): number;
  /** Tells how long an answer took, in milliseconds. */
  measured(ms: number): void;
  /** Tells when a key was hit, in milliseconds of any clock. */
  typed(at: number): void;
}

/** A longer gap is no rhythm. Milliseconds. */
const longestGap = 800;
/** Gaps vary: by this much more than the usual one, the next key would have come. */
const slack = 1.2;

export function createDebounce(bounds: { minMs: number; maxMs: number }): Debounce {
  let answer: number | undefined;
  let gap: number | undefined;
  let last: number | undefined;
  return {
    delay: () => {
      const wanted = Math.min((answer ?? 0) / 2, gap === undefined ? bounds.maxMs : gap * slack);
      return Math.min(bounds.maxMs, Math.max(bounds.minMs, wanted));
    },
    measured: (ms) => {
      answer = averaged(answer, ms);
    },
    typed: (at) => {
      if (last !== undefined && at - last < longestGap) gap = averaged(gap, at - last);
      last = at;
    },
  };
}

function averaged(average: number | undefined, value: number): number {
  return average === undefined ? value : average * 0.7 + value * 0.3;
}
