/** Which hunks of a proposed change the user points at in the diff editor. Pure. */
import type { FileDiff } from '../protocol/agent';

/** Lines, 0-based, the last one included; a mere cursor is one line. */
export interface LineSpan {
  first: number;
  last: number;
}

/**
 * Indices of the hunks that share a line with one of the spans, which count in the old or in the new file. The lines
 * that a hunk shows around its change do not count, but a place where lines are gone does.
 */
export function hunksAt(diff: FileDiff, side: 'old' | 'new', spans: readonly LineSpan[]): number[] {
  const context = side === 'old' ? 'added' : 'removed';
  return diff.hunks.flatMap((hunk, index) => {
    const start = (side === 'old' ? hunk.oldStart : hunk.newStart) - 1;
    const touched = new Set<number>();
    let at = start;
    for (const { kind } of hunk.lines) {
      if (kind !== 'context') touched.add(at);
      if (kind !== context) at++;
    }
    return spans.some(({ first, last }) => [...touched].some((line) => line >= first && line <= last))
      ? [index]
      : [];
  });
}
