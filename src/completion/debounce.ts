/**
 * How long to wait after a keystroke before asking the model: half of what an answer took lately, so that a fast
 * machine answers at once and a slow one does not compute what is outdated before it is done.
 */
export interface Debounce {
  /** Milliseconds to wait now. */
  delay(): number;
  /** Tells how long an answer took, in milliseconds. */
  measured(ms: number): void;
}

export function createDebounce(bounds: { minMs: number; maxMs: number }): Debounce {
  let average: number | undefined;
  return {
    delay: () => Math.min(bounds.maxMs, Math.max(bounds.minMs, (average ?? bounds.minMs) / 2)),
    measured: (ms) => {
      average = average === undefined ? ms : average * 0.7 + ms * 0.3;
    },
  };
}
