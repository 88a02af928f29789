/** Finding the passage that an edit means, in rungs from strict to forgiving; the first rung that finds any decides. */
import { foldLookAlikes, foldText, mayHaveLookAlikes, unfoldRange } from './fold';
import { indentOf, isBlank, lineEndOffset, linesOf, type Line } from './lines';
import { shiftBetween, shiftLines, type Shift } from './indentation';
import type { Span, Tolerance } from './edit-types';

/** A place where the old text may stand, with old and new text as they read there. */
export interface Candidate extends Span {
  old: string;
  new: string;
  tolerances: Tolerance[];
}

interface Passage {
  text: string;
  old: string;
  new: string;
}

/** More places than this are not told apart: the text is ambiguous anyway. */
const maxCandidates = 100;

const rungs: readonly ((passage: Passage) => Candidate[])[] = [
  (p) => findText(p, p.text, p.old),
  (p) => ((p.text + p.old).includes('\r\n') ? findFolded(p, false, ['line-ends']) : []),
  (p) => findLines(p, { shifted: false, fold: keep, tolerances: ['trailing-space'] }),
  (p) => findLines(p, { shifted: true, fold: keep, tolerances: ['indentation'] }),
  (p) => (mayHaveLookAlikes(p.text + p.old) ? findFolded(p, true, ['look-alikes']) : []),
  (p) =>
    mayHaveLookAlikes(p.text + p.old)
      ? findLines(p, { shifted: true, fold: foldLookAlikes, tolerances: ['look-alikes', 'indentation'] })
      : [],
];

/** All places of the first rung that finds any; empty when none does. */
export function findCandidates(text: string, old: string, replacement: string): Candidate[] {
  for (const rung of rungs) {
    const candidates = rung({ text, old, new: replacement });
    if (candidates.length > 0) return candidates;
  }
  return [];
}

function keep(line: string): string {
  return line;
}

function findText(passage: Passage, text: string, old: string): Candidate[] {
  return occurrences(text, old).map((start) => ({
    start,
    end: start + old.length,
    old: passage.old,
    new: passage.new,
    tolerances: [],
  }));
}

function findFolded(passage: Passage, withLookAlikes: boolean, tolerances: Tolerance[]): Candidate[] {
  const old = foldText(passage.old, withLookAlikes).text;
  if (isBlank(old)) return [];
  const folded = foldText(passage.text, withLookAlikes);
  return occurrences(folded.text, old).flatMap((start) => {
    const range = unfoldRange(folded, start, start + old.length);
    return range ? [{ ...range, old: passage.old, new: passage.new, tolerances }] : [];
  });
}

function occurrences(text: string, part: string): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    starts.push(at);
    if (starts.length >= maxCandidates) break;
  }
  return starts;
}

interface LineRule {
  /** The block may be indented differently as a whole. */
  shifted: boolean;
  fold: (line: string) => string;
  tolerances: Tolerance[];
}

/** Whole lines that are equal but for trailing space (and what the rule forgives besides). */
function findLines(passage: Passage, rule: LineRule): Candidate[] {
  const whole = passage.old.endsWith('\n');
  const stated = wholeLines(passage.old, passage.new);
  if (!stated) return [];
  const wanted = stated.old.map((line) => rule.fold(line).trim());
  const lines = linesOf(passage.text);
  const folded = lines.map((line) => rule.fold(line.text).trim());
  const candidates: Candidate[] = [];
  for (let at = 0; at + wanted.length <= lines.length && candidates.length < maxCandidates; at++) {
    if (!wanted.every((line, i) => folded[at + i] === line)) continue;
    const block = lines.slice(at, at + wanted.length);
    const shift = commonShift(stated.old.map(rule.fold), block, rule);
    const moved = shift && moveTexts(stated, shift);
    if (!moved) continue;
    const tolerances = rule.tolerances.map((name) =>
      name === 'indentation' && shift.indent === '' ? 'trailing-space' : name,
    );
    candidates.push(candidateOf(block, moved, whole, tolerances));
  }
  return candidates;
}

interface StatedLines {
  old: string[];
  new: string[];
}

/** Both texts as lines, without the blank lines that surround the old one (and as many around the new one). */
function wholeLines(old: string, replacement: string): StatedLines | undefined {
  const oldLines = linesOf(old).map((line) => line.text);
  const newLines = linesOf(replacement).map((line) => line.text);
  while (oldLines.length > 0 && isBlank(oldLines[0] ?? '')) {
    oldLines.shift();
    if (newLines.length > 0 && isBlank(newLines[0] ?? '')) newLines.shift();
  }
  while (oldLines.length > 0 && isBlank(oldLines.at(-1) ?? '')) {
    oldLines.pop();
    if (newLines.length > 0 && isBlank(newLines.at(-1) ?? '')) newLines.pop();
  }
  return oldLines.length > 0 ? { old: oldLines, new: newLines } : undefined;
}

/** The one shift that brings every old line to where it stands in the file; undefined when they disagree. */
function commonShift(old: readonly string[], block: readonly Line[], rule: LineRule): Shift | undefined {
  let common: Shift | undefined;
  for (const [index, line] of old.entries()) {
    if (isBlank(line)) continue;
    const shift = shiftBetween(indentOf(line), indentOf(rule.fold(block[index]?.text ?? '')));
    if (!shift || (!rule.shifted && shift.indent !== '')) return undefined;
    common ??= shift;
    if (common.indent !== shift.indent || (shift.indent !== '' && common.kind !== shift.kind))
      return undefined;
  }
  return common;
}

function moveTexts(stated: StatedLines, shift: Shift): StatedLines | undefined {
  const old = shiftLines(stated.old, shift);
  const moved = shiftLines(stated.new, shift);
  return old && moved ? { old, new: moved } : undefined;
}

/** With a final line end in the old text the last line goes with its line end, so that a removal leaves no gap. */
function candidateOf(
  block: readonly Line[],
  stated: StatedLines,
  whole: boolean,
  tolerances: Tolerance[],
): Candidate {
  const first = block[0];
  const last = block.at(-1);
  const start = first?.start ?? 0;
  const end = last ? (whole ? lineEndOffset(last) : last.start + last.text.length) : start;
  const closing = whole && stated.new.length > 0 && last?.eol !== '' ? '\n' : '';
  return {
    start,
    end,
    old: stated.old.join('\n') + (whole && last?.eol !== '' ? '\n' : ''),
    new: stated.new.join('\n') + closing,
    tolerances,
  };
}
