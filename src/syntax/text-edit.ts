/** What an edit of a text leaves as it was: for a tree that is parsed again, and for what was read out of the old one. */
import { Edit, type Range as TreeRange } from 'web-tree-sitter';
import { commonEnds, isLowSurrogate } from '../base/text';
import { endOf, inOrder, type Match, startOf } from './matches';

/** `old` text from `start` to `oldEnd` was replaced; in the new text that is `start` to `newEnd`. UTF-16 units. */
export interface TextEdit {
  start: number;
  oldEnd: number;
  newEnd: number;
}

/** A part of the new text, the end exclusive. */
export interface Changed {
  start: number;
  end: number;
}

/** The smallest single edit that makes one text from another; undefined for equal ones. */
export function editBetween(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const { head, tail } = commonEnds(before, after);
  // A character of two units is not taken apart.
  const splits = (atBefore: number, atAfter: number): boolean =>
    isLowSurrogate(before.charCodeAt(atBefore)) || isLowSurrogate(after.charCodeAt(atAfter));
  const start = splits(head, head) ? Math.max(0, head - 1) : head;
  const same = splits(before.length - tail, after.length - tail) ? Math.max(0, tail - 1) : tail;
  return { start, oldEnd: before.length - same, newEnd: after.length - same };
}

/** The edit as tree-sitter takes it. */
export function treeEdit({ start, oldEnd, newEnd }: TextEdit, before: string, after: string): Edit {
  return new Edit({
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition: pointOf(before, start),
    oldEndPosition: pointOf(before, oldEnd),
    newEndPosition: pointOf(after, newEnd),
  });
}

function pointOf(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    row++;
    lineStart = at + 1;
  }
  return { row, column: offset - lineStart };
}

/** The part of the new text that holds the edit and all that the parser understands otherwise now. */
export function touchedBy(edit: TextEdit, ranges: readonly TreeRange[]): Changed {
  return {
    start: ranges.reduce((least, { startIndex }) => Math.min(least, startIndex), edit.start),
    end: ranges.reduce((most, { endIndex }) => Math.max(most, endIndex), edit.newEnd),
  };
}

/** Where a place of the old text lies in the new one; undefined for what the edit took away. */
function moved(offset: number, { start, oldEnd, newEnd }: TextEdit): number | undefined {
  if (offset <= start) return offset;
  return offset >= oldEnd ? offset + newEnd - oldEnd : undefined;
}

function touches(from: number, to: number, { start, end }: Changed): boolean {
  return from <= end && to >= start;
}

/** References of the old text outside of the change, and those that are found there now. */
export function mergedReferences<R extends { name: string; offset: number }>(
  before: readonly R[],
  found: readonly R[],
  edit: TextEdit,
  changed: Changed,
): R[] {
  const first: R[] = [];
  const rest: R[] = [];
  for (const one of before) {
    const offset = moved(one.offset, edit);
    const end = moved(one.offset + one.name.length, edit);
    if (offset === undefined || end === undefined || end - offset !== one.name.length) continue;
    if (touches(offset, end, changed)) continue;
    (offset < changed.start ? first : rest).push(offset === one.offset ? one : { ...one, offset });
  }
  const now = found.filter(({ offset, name }) => touches(offset, offset + name.length, changed));
  return [...first, ...now, ...rest];
}

/** The same for the matches of a query. One that reaches into the change is taken as it is found now. */
export function mergedMatches(
  before: readonly Match[],
  found: readonly Match[],
  edit: TextEdit,
  changed: Changed,
): Match[] {
  const kept = before.flatMap((match) => {
    const shifted = shiftedMatch(match, edit);
    return shifted && !touches(startOf(shifted), endOf(shifted), changed) ? [shifted] : [];
  });
  const now = found.filter((match) => touches(startOf(match), endOf(match), changed));
  return inOrder([...kept, ...now]);
}

function shiftedMatch(match: Match, edit: TextEdit): Match | undefined {
  if (endOf(match) <= edit.start) return match;
  const captures = [];
  for (const { name, start, end } of match.captures) {
    const [from, to] = [moved(start, edit), moved(end, edit)];
    if (from === undefined || to === undefined) return undefined;
    captures.push({ name, start: from, end: to });
  }
  return { pattern: match.pattern, captures };
}
