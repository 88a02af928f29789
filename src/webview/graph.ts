/** Lines of a small graph: pure, so that they are tested without a page. */

/** In units of the picture. */
export interface GraphSize {
  width: number;
  height: number;
}

export interface GraphPoint {
  x: number;
  y: number;
}

/**
 * Points of values that stand evenly beside each other, the first on the left edge and the last on the right one; 0
 * lies at the bottom and `top` at the top. A missing value leaves its place out.
 */
export function graphPoints(
  values: readonly (number | undefined)[],
  top: number,
  { width, height }: GraphSize,
): GraphPoint[] {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.flatMap((value, index) =>
    value === undefined ? [] : [{ x: round(index * step), y: round(height - (height * value) / top) }],
  );
}

/** The value at the top of the graph: the largest one, rounded up to 1, 2 or 5 times a power of ten. */
export function graphTop(values: readonly (number | undefined)[]): number {
  const largest = Math.max(0, ...values.filter((value) => value !== undefined));
  if (largest === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 2, 5, 10].find((factor) => factor * power >= largest) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
