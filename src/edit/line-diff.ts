import { diffArrays } from 'diff';

/** A run of lines: `oldLines` of the old text stand against `newLines` of the new one; equal runs have both. */
export interface LineRun {
  equal: boolean;
  oldStart: number;
  oldCount: number;
  newStart: number;
  newCount: number;
}

/**
 * Differences beyond this many lines are shown as one block: the algorithm's time grows with their square
 * (Myers, "An O(ND) difference algorithm and its variations", 1986).
 */
const maxEditLength = 4000;

/** Runs of equal and different lines in order, 0-based; neighbours always differ in `equal`. */
export function diffLineRuns(oldLines: readonly string[], newLines: readonly string[]): LineRun[] {
  // What the ends have in common is found at once, which leaves little of a long file to compare.
  let head = 0;
  const shorter = Math.min(oldLines.length, newLines.length);
  while (head < shorter && oldLines[head] === newLines[head]) head++;
  let tail = 0;
  while (tail < shorter - head && oldLines.at(-1 - tail) === newLines.at(-1 - tail)) tail++;
  const middle = compareMiddle(
    oldLines.slice(head, oldLines.length - tail),
    newLines.slice(head, newLines.length - tail),
  );
  const counts = [{ equal: true, old: head, new: head }, ...middle, { equal: true, old: tail, new: tail }];
  return joinRuns(counts);
}

interface Counts {
  equal: boolean;
  old: number;
  new: number;
}

function compareMiddle(oldLines: string[], newLines: string[]): Counts[] {
  const changes = diffArrays(oldLines, newLines, { maxEditLength });
  if (!changes) return [{ equal: false, old: oldLines.length, new: newLines.length }];
  return changes.map(({ added, removed, count }) => ({
    equal: !added && !removed,
    old: added ? 0 : count,
    new: removed ? 0 : count,
  }));
}

function joinRuns(counts: Counts[]): LineRun[] {
  const runs: LineRun[] = [];
  let oldStart = 0;
  let newStart = 0;
  for (const part of counts) {
    if (part.old === 0 && part.new === 0) continue;
    const last = runs.at(-1);
    if (last?.equal === part.equal) {
      last.oldCount += part.old;
      last.newCount += part.new;
    } else {
      runs.push({ equal: part.equal, oldStart, oldCount: part.old, newStart, newCount: part.new });
    }
    oldStart += part.old;
    newStart += part.new;
  }
  return runs;
}
