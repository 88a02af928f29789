/** Applying one edit to a text. Pure: the text goes in, the new text or the reason of a refusal comes out. */
import { lineEnds } from '../base/text';
import type { SymbolInfo } from '../protocol/indexer';
import { cleanNewText, elidedLine } from './clean-new-text';
import { refuse, type Edit, type EditResult, type Span, type Tolerance } from './edit-types';
import { fitNewText } from './fit-new-text';
import { isBlank, lineEndOffset, lineNumberAt, linesOf } from './lines';
import { findCandidates, type Candidate } from './match';
import { findNearest } from './nearest';
import { symbolChange } from './symbol-edit';

export interface EditOptions {
  /** VS Code language identifier; in Markdown, code fences are content. */
  languageId?: string;
  /** Definitions in the edit's new text once {@link cleanNewText} has cleaned it, for symbol edits. */
  newSymbols?: readonly SymbolInfo[];
}

type Refused = EditResult & { result: 'refused' };

/** A range of the text and what comes into its place. `old` is the range as the edit states it. */
interface Change extends Span {
  old: string;
  new: string;
  tolerances: Tolerance[];
}

/**
 * The text after an edit. What the edit does not touch stays byte for byte; new text gets the file's line ends; the
 * final newline stays as it was. Whatever was forgiven is named in `tolerances`.
 *
 * @param symbols definitions in `text`; only symbol edits need them
 */
export function applyEdit(
  text: string,
  edit: Edit,
  symbols: readonly SymbolInfo[] = [],
  options: EditOptions = {},
): EditResult {
  const cleaned = cleanNewText(edit.new, text, options.languageId);
  if (!cleaned.ok) {
    return refuse(
      'several-blocks',
      `The new text holds several code blocks (${cleaned.fences} fences): give one, without fences.`,
    );
  }
  const elided = elidedLine(cleaned.text, text);
  if (elided !== undefined) {
    const line = linesOf(cleaned.text)[elided - 1]?.text.trim() ?? '';
    return refuse('elided', `Line ${elided} of the new text leaves code out (“${line}”): write it in full.`);
  }
  const change = changeOf(text, { ...edit, new: cleaned.text }, symbols, options);
  if ('result' in change) return change;

  const { eol } = lineEnds(text);
  const inFile = text.slice(change.start, change.end);
  const fitted = text === '' ? change.new : fitNewText(inFile, change.old, change.new, eol);
  const content = text.slice(0, change.start) + fitted + text.slice(change.end);
  if (content === text)
    return refuse('unchanged', 'The text is unchanged: the new text is what is there already.');
  const tolerances = [...cleaned.tolerances, ...change.tolerances];
  if (text !== '' && foreignLineEnds(change.new, eol)) tolerances.push('line-ends');
  return { result: 'applied', content, tolerances: [...new Set(tolerances)] };
}

/** Line ends that no line of the file's kind has, written by hand rather than by default. */
function foreignLineEnds(newText: string, eol: '\n' | '\r\n'): boolean {
  return eol === '\n' && newText.includes('\r\n');
}

function changeOf(
  text: string,
  edit: Edit,
  symbols: readonly SymbolInfo[],
  options: EditOptions,
): Change | Refused {
  switch (edit.type) {
    case 'replace':
      return replaceChange(text, edit);
    case 'symbol': {
      const change = symbolChange(text, symbols, edit, options.newSymbols);
      return 'result' in change ? change : { ...change, old: text.slice(change.start, change.end) };
    }
    case 'lines':
      return linesChange(text, edit);
    case 'insert':
      return insertChange(text, edit);
    case 'file':
      return fileChange(text, edit.new);
  }
}

function replaceChange(text: string, edit: Edit & { type: 'replace' }): Change | Refused {
  if (edit.old === '') return refuse('empty', 'The old text is empty: give the text that is to be replaced.');
  const found = findCandidates(text, edit.old, edit.new);
  const candidates = found.length > 0 ? found : findWithoutFences(text, edit);
  const [only] = candidates;
  if (!only) return refuse('no-match', noMatch(text, edit.old));
  if (candidates.length === 1) return only;
  const nearest = edit.near_line === undefined ? undefined : nearestTo(text, candidates, edit.near_line);
  if (nearest) return { ...nearest, tolerances: [...nearest.tolerances, 'near-line'] };
  const places = candidates.slice(0, 10).map((candidate) => lineNumberAt(text, candidate.start));
  const more = candidates.length > places.length ? ' and more' : '';
  return refuse(
    'ambiguous',
    `The old text stands in ${candidates.length} places (lines ${places.join(', ')}${more}): add lines around it until it is unique.`,
  );
}

/** Old text that was handed over in a code block, too. */
function findWithoutFences(text: string, edit: Edit & { type: 'replace' }): Candidate[] {
  const cleaned = cleanNewText(edit.old, text);
  if (!cleaned.ok || cleaned.tolerances.length === 0 || isBlank(cleaned.text)) return [];
  return findCandidates(text, cleaned.text, edit.new).map((candidate) => ({
    ...candidate,
    tolerances: [...cleaned.tolerances, ...candidate.tolerances],
  }));
}

/** The one candidate nearest to a line; undefined when two are equally near. */
function nearestTo(text: string, candidates: readonly Candidate[], line: number): Candidate | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: Math.abs(lineNumberAt(text, candidate.start) - line) }))
    .sort((a, b) => a.distance - b.distance);
  const [first, second] = ranked;
  return first && first.distance !== second?.distance ? first.candidate : undefined;
}

function noMatch(text: string, old: string): string {
  const nearest = findNearest(text, old);
  if (!nearest) return 'The old text is not in the file, nor anything like it: read the file first.';
  const last = nearest.startLine + nearest.lines.length - 1;
  return `The old text is not in the file. Nearest, lines ${nearest.startLine}–${last}:\n${nearest.lines.join('\n')}`;
}

function linesChange(text: string, edit: Edit & { type: 'lines' }): Change | Refused {
  const lines = linesOf(text);
  const first = lines[edit.start - 1];
  const last = lines[edit.end - 1];
  if (!first || !last || edit.start > edit.end) {
    return refuse(
      'bad-range',
      `There are no lines ${edit.start}–${edit.end}: the file has ${lines.length} lines.`,
    );
  }
  if (edit.new === '') {
    // The last line of a file without a final newline takes the line end before it along.
    const before = lines[edit.start - 2];
    const start = last.eol === '' && before ? before.start + before.text.length : first.start;
    const end = lineEndOffset(last);
    return { start, end, old: text.slice(start, end), new: '', tolerances: [] };
  }
  const end = last.start + last.text.length;
  return {
    start: first.start,
    end,
    old: text.slice(first.start, end),
    new: edit.new.replace(/\r?\n$/, ''),
    tolerances: [],
  };
}

function insertChange(text: string, edit: Edit & { type: 'insert' }): Change | Refused {
  const lines = linesOf(text);
  if (!Number.isInteger(edit.line) || edit.line < 1 || edit.line > lines.length + 1) {
    return refuse('bad-range', `There is no line ${edit.line}: the file has ${lines.length} lines.`);
  }
  if (edit.new === '') return refuse('empty', 'There is nothing to insert: the new text is empty.');
  const block = edit.new.replace(/\r?\n$/, '');
  const at = lines[edit.line - 1];
  if (at) return { start: at.start, end: at.start, old: '', new: `${block}\n`, tolerances: [] };
  const unfinished = lines.at(-1)?.eol === '';
  const end = text.length;
  if (text === '') return { start: 0, end: 0, old: '', new: edit.new, tolerances: [] };
  return { start: end, end, old: '', new: unfinished ? `\n${block}` : `${block}\n`, tolerances: [] };
}

function fileChange(text: string, newText: string): Change {
  const change = { start: 0, end: text.length, old: text, tolerances: [] as Tolerance[] };
  if (text === '' || newText === '' || text.endsWith('\n') === newText.endsWith('\n')) {
    return { ...change, new: newText };
  }
  const kept = text.endsWith('\n') ? `${newText}\n` : newText.replace(/\r?\n$/, '');
  return { ...change, new: kept, tolerances: ['final-newline'] };
}
