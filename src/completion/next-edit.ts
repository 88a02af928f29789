/**
 * The edit that probably comes next, told from the last one by its text alone. Pure; lines are 0-based, columns in
 * UTF-16 units, and lines come without their line ends.
 */

import { commonEnds } from '../base/text';

/** One line as it was and as it is. */
export interface LineEdit {
  line: number;
  before: string;
  after: string;
}

/** A replacement within one line. */
export interface NextEdit {
  line: number;
  start: number;
  end: number;
  text: string;
  /** `rename`: a name whose declaration was renamed. `same-change`: a neighbouring line changed alike. */
  kind: 'rename' | 'same-change';
}

/** What one line's text was changed from and to, in whole names. */
export interface Replacement {
  start: number;
  removed: string;
  added: string;
}

const name = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
const inName = /[\p{L}\p{N}_$]/u;
/** What stands before a name that is declared there. */
const declares =
  /(?:^|[^\p{L}\p{N}_$.])(?:const|let|var|val|def|fn|func|fun|function|class|struct|enum|interface|trait|type|for|mut|static|import|as)\s+(?:\(?\s*)$/u;
/** The head of a function, up to a parameter. */
const parameters =
  /(?:\b(?:def|fn|func|fun|function)\b[^()]*|\b[\p{L}_$][\p{L}\p{N}_$]*\s*)\((?:[^()]*,)?\s*[&*]*(?:mut\s+)?$/u;
/** Lines around the edit in which the same change is looked for. */
const nearLines = 8;
/** Lines that are looked through for a name. */
const maxLines = 5000;

/** The smallest change between two versions of a line, widened to whole names; undefined when nothing changed. */
export function replacementIn(before: string, after: string): Replacement | undefined {
  if (before === after) return undefined;
  let { head, tail } = commonEnds(before, after);
  while (head > 0 && inName.test(before.charAt(head - 1))) head--;
  while (tail > 0 && inName.test(before.charAt(before.length - tail))) tail--;
  return {
    start: head,
    removed: before.slice(head, before.length - tail),
    added: after.slice(head, after.length - tail),
  };
}

/**
 * The next edit behind `from` (then from the top): another use of a name whose declaration was renamed, or a line
 * close by that can be changed in the same way. `lines` is the text after the edit.
 */
export function nextEdit(lines: readonly string[], edit: LineEdit): NextEdit | undefined {
  const change = replacementIn(edit.before, edit.after);
  if (!change || change.removed === change.added) return undefined;
  if (name.test(change.removed) && name.test(change.added) && !isKeyword(change.added)) {
    const head = edit.after.slice(0, change.start);
    if (isDeclaration(head, edit.after.slice(change.start + change.added.length))) {
      return renameIn(lines, edit.line, change);
    }
  }
  return sameChange(lines, edit.line, change, edit.before);
}

/** Whether a name between these two is declared there. */
function isDeclaration(head: string, tail: string): boolean {
  if (declares.test(head)) return true;
  // A parameter: of a head that goes on with a body, or has a keyword.
  if (
    parameters.test(head) &&
    (/\b(?:def|fn|func|fun|function)\b/.test(head) || /\)\s*(?::[^=]*)?(?:\{|=>)/.test(tail))
  )
    return true;
  return /^\s*$/.test(head) && /^\s*(?::=|(?::[^=]+)?=(?![=>]))/.test(tail);
}

function renameIn(
  lines: readonly string[],
  at: number,
  { start, removed, added }: Replacement,
): NextEdit | undefined {
  const isParameter = parameters.test((lines[at] ?? '').slice(0, start));
  const [from, to] = scopeOf(lines, at, isParameter);
  const order = [...range(at, to), ...range(from, at)];
  const uses: NextEdit[] = [];
  for (const line of order) {
    const text = lines[line] ?? '';
    for (const found of namesIn(text, removed)) {
      // Declared once more: another thing of the same name, and which uses are whose is not ours to guess.
      const head = text.slice(0, found);
      const tail = text.slice(found + removed.length);
      if (line !== at && declares.test(head)) return undefined;
      if (isKey(head, tail)) continue;
      uses.push({ line, start: found, end: found + removed.length, text: added, kind: 'rename' });
    }
  }
  return uses[0];
}

/** A property or a key has the name by chance. */
function isKey(head: string, tail: string): boolean {
  return /(?:\.|->|::)\s*$/.test(head) || (/[{,]\s*$/.test(head) && /^\s*:(?!:)/.test(tail));
}

/**
 * The lines in which a name that is declared in a line can be meant, by indentation: those of the block around; for a
 * parameter those of its function.
 */
function scopeOf(lines: readonly string[], at: number, isParameter: boolean): [from: number, to: number] {
  const own = indentOf(lines[at] ?? '');
  const isPart = (line: string | undefined): boolean =>
    line !== undefined &&
    (line.trim() === '' || (isParameter ? indentOf(line) > own : indentOf(line) >= own));
  let from = at;
  let to = at + 1;
  while (to - at < maxLines && isPart(lines[to])) to++;
  if (!isParameter) while (at - from < maxLines && isPart(lines[from - 1])) from--;
  return [from, to];
}

function sameChange(
  lines: readonly string[],
  at: number,
  { start, removed, added }: Replacement,
  before: string,
): NextEdit | undefined {
  if (removed.trim() === '' || removed.length < 3) return undefined;
  const leftPart = /[^\s\p{L}\p{N}_$]*(?:[\p{L}\p{N}_$]+[.:]*)?\s*$/u.exec(before.slice(0, start))?.[0] ?? '';
  const right = before.charAt(start + removed.length);
  const indent = indentOf(lines[at] ?? '');
  const near = [
    ...range(at + 1, Math.min(lines.length, at + 1 + nearLines)),
    ...range(Math.max(0, at - nearLines), at),
  ];
  for (const line of near) {
    const text = lines[line] ?? '';
    if (indentOf(text) !== indent) continue;
    for (const found of namesIn(text, removed)) {
      const isAlike =
        text.slice(0, found).endsWith(leftPart.trimStart()) && text.charAt(found + removed.length) === right;
      if (isAlike && !text.startsWith(added, found))
        return { line, start: found, end: found + removed.length, text: added, kind: 'same-change' };
    }
  }
  return undefined;
}

/** Where `wanted` stands as a whole, outside of strings and comments. */
function namesIn(text: string, wanted: string): number[] {
  const found: number[] = [];
  const code = withoutStrings(text);
  for (let at = code.indexOf(wanted); at >= 0; at = code.indexOf(wanted, at + wanted.length)) {
    const before = code.charAt(at - 1);
    const after = code.charAt(at + wanted.length);
    const opensWithName = inName.test(wanted.charAt(0));
    const endsWithName = inName.test(wanted.at(-1) ?? '');
    if ((opensWithName && inName.test(before)) || (endsWithName && inName.test(after))) continue;
    found.push(at);
  }
  return found;
}

/** The line with its strings and comments blanked out; `${…}` in templates stays. */
function withoutStrings(text: string): string {
  return text.replace(
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\/.*$|(?:^|\s)#(?!\[|include|define).*$|^\s*\*(?:\s.*)?$|\/\*.*?\*\//g,
    (part) =>
      part.startsWith('`')
        ? part.replace(/\$\{[^}]*\}|[^$]+?(?=\$\{|$)/g, (piece) =>
            piece.startsWith('${') ? piece : ' '.repeat(piece.length),
          )
        : ' '.repeat(part.length),
  );
}

const keywords = new Set(
  'if else for while do return break continue true false null None True False and or not in is let const var def fn func function class'.split(
    ' ',
  ),
);

/** A declaration that turns into a keyword is a half-typed line. */
function isKeyword(text: string): boolean {
  return keywords.has(text);
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].replaceAll('\t', '    ').length ?? 0;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
