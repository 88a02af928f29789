/** A change shown in place: old and new lines of a file in one list, and what becomes of it while the user types. */
import { diffTexts } from '../edit/diff';
import type { DiffLine } from '../protocol/agent';

export type LineKind = DiffLine['kind'];

/** Lines without their ends. */
export interface MergedLine {
  kind: LineKind;
  text: string;
}

/** Old and new text, line by line; removed lines stand before the added ones of the same place. */
export function mergeLines(oldText: string, newText: string): MergedLine[] {
  const oldLines = oldText.split(/\r?\n/);
  const { hunks } = diffTexts('', '', `${oldLines.join('\n')}\n`, `${newText.split(/\r?\n/).join('\n')}\n`);
  const merged: MergedLine[] = [];
  let next = 0;
  for (const hunk of hunks) {
    while (next < hunk.oldStart - 1) merged.push({ kind: 'context', text: oldLines[next++] ?? '' });
    for (const { kind, text } of hunk.lines) {
      merged.push({ kind, text });
      if (kind !== 'added') next++;
    }
  }
  while (next < oldLines.length) merged.push({ kind: 'context', text: oldLines[next++] ?? '' });
  return merged;
}

/** A change of a document: 0-based lines and columns of what was replaced, and the text that came. */
export interface LineEdit {
  startLine: number;
  startColumn: number;
  endLine: number;
  text: string;
}

/** Where a merged block stands (0-based first line) and the kind of each of its lines. */
export interface Block {
  line: number;
  kinds: LineKind[];
}

/**
 * The block after an edit that is not its own. Lines that the edit adds are of the kind of the line that it was made
 * in; a line that the edit joins with the next keeps its own kind unless nothing of it is left.
 */
export function moveBlock(block: Block, edit: LineEdit): Block {
  const added = edit.text.split('\n').length - 1;
  const removed = edit.endLine - edit.startLine;
  const end = block.line + block.kinds.length;
  if (edit.startLine >= end) return block;
  if (edit.endLine < block.line) return { ...block, line: block.line + added - removed };
  if (edit.startLine < block.line) {
    // From above into the block: its first lines go, the joined line belongs to what stands above.
    const kinds = block.kinds.slice(edit.endLine - block.line);
    return { line: edit.startLine + added, kinds };
  }
  const first = edit.startLine - block.line;
  const last = Math.min(edit.endLine, end - 1) - block.line;
  const own = block.kinds[first] ?? 'context';
  const joined = edit.startColumn === 0 && removed > 0 ? (block.kinds[last] ?? own) : own;
  const lines = [...Array.from({ length: added }, () => own), joined];
  return {
    line: block.line,
    kinds: [...block.kinds.slice(0, first), ...lines, ...block.kinds.slice(last + 1)],
  };
}

/** Runs of neighbouring lines of one kind, as first and last line within the block, from the last run to the first. */
export function runsOf(kinds: readonly LineKind[], kind: LineKind): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  kinds.forEach((candidate, index) => {
    if (candidate !== kind) return;
    const run = runs.at(-1);
    if (run?.last === index - 1) run.last = index;
    else runs.push({ first: index, last: index });
  });
  return runs.reverse();
}
