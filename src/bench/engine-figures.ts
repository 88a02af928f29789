/** Median of numbers; NaN for none. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The smallest value that at least `share` (0–1) of the values do not exceed; NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Functions for a prompt of code, all different; `seed` changes the first line, so that no cache helps. */
export function codePrompt(seed: number, functions: number): string {
  const lines = Array.from(
    { length: functions },
    (_, index) =>
      `def total_${index}(items, limit=${(index * 7) % 100}):\n    count = ${index}\n    for item in items:\n        if item.size > limit:\n            count += item.size\n    return count\n`,
  );
  return `# run ${seed} of the measurement\n${lines.join('\n')}`;
}
