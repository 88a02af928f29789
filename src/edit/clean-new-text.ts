/** What models wrap around code when they hand it over: fences, a sentence before, a sentence after. */
import { isBlank, lineTexts } from './lines';
import type { Tolerance } from './edit-types';

export type CleanText = { ok: true; text: string; tolerances: Tolerance[] } | { ok: false; fences: number };

const fence = /^\s{0,3}(`{3,}|~{3,})[^`]*$/;

/**
 * The code inside of a fenced block, without commentary around it. A text that has fences of its own (Markdown, or
 * a file that already holds some) is left alone. Refuses several blocks: which one is meant cannot be told.
 */
export function cleanNewText(text: string, fileText: string, languageId?: string): CleanText {
  const asIs: CleanText = { ok: true, text, tolerances: [] };
  if (languageId === 'markdown' || !/^\s{0,3}(```|~~~)/m.test(text)) return asIs;
  if (lineTexts(fileText).some((line) => fence.test(line))) return asIs;

  const lines = lineTexts(text);
  const marks = lines.flatMap((line, index) => (fence.test(line) ? [index] : []));
  const [open, close] = marks;
  if (open === undefined) return asIs;
  const before = lines.slice(0, open).filter((line) => !isBlank(line));
  if (close === undefined) return cutAtLoneFence(text, lines, open, before.length === 0);
  if (!before.every(isProse)) return asIs;
  if (marks.length > 2) return { ok: false, fences: marks.length };
  const after = lines.slice(close + 1).some((line) => !isBlank(line));
  return {
    ok: true,
    text: joinLines(lines.slice(open + 1, close), text),
    tolerances: before.length > 0 || after ? ['code-fence', 'commentary'] : ['code-fence'],
  };
}

/** A block that was begun and not ended, or ended and not begun. */
function cutAtLoneFence(text: string, lines: string[], at: number, first: boolean): CleanText {
  const rest = lines.slice(at + 1).every((line) => isBlank(line));
  if (first) return { ok: true, text: joinLines(lines.slice(at + 1), text), tolerances: ['code-fence'] };
  if (rest) return { ok: true, text: joinLines(lines.slice(0, at), text), tolerances: ['code-fence'] };
  return { ok: true, text, tolerances: [] };
}

function joinLines(lines: string[], like: string): string {
  const eol = like.includes('\r\n') ? '\r\n' : '\n';
  return lines.map((line) => line + eol).join('');
}

/** A sentence as it announces code: words, and a full stop or colon at the end. */
function isProse(line: string): boolean {
  return /^[\p{Lu}*#>-].*[.:!]\**\s*$/u.test(line) && !/[;{}=]\s*$|[{};]|\s=\s/.test(line);
}

const commentMarks =
  /^(\/\/+|#+|\/\*+|\*+|--+|<!--|\{\/\*|;+|%+|"""|''')?\s*|\s*(\*+\/\}?|-->|"""|''')?\s*$/g;
const leadingDots = /^[([]?\s*(\.{3}|…)/;
const keptWords =
  /\b(rest|remain(s|ing|der)?|existing|unchanged|omitted|previous|other|same|as before|before|code here)\b/i;
const phrase =
  /^[([]?\s*(the\s+)?(rest|remainder|remaining|existing|previous|other)\b.*\b(code|function|file|class|methods?|functions|implementation|logic|body|unchanged|same|here|remains?)\b|^[([]?\s*(code|everything|all|implementation)\b.*\b(unchanged|omitted|the same|as before)\b/i;

/**
 * 1-based line of a new text that stands for code it does not spell out (“… rest unchanged …”) and is not in the
 * old text; undefined when there is none. Writing such a line would delete what it stands for.
 */
export function elidedLine(newText: string, fileText: string): number | undefined {
  const lines = lineTexts(newText);
  let known: Set<string> | undefined;
  for (const [index, line] of lines.entries()) {
    if (!isElision(line, lines, index)) continue;
    known ??= new Set(lineTexts(fileText).map((old) => old.trim()));
    if (!known.has(line.trim())) return index + 1;
  }
  return undefined;
}

function isElision(line: string, lines: readonly string[], index: number): boolean {
  const trimmed = line.trim();
  if (trimmed.length === 0 || trimmed.length > 160) return false;
  if (trimmed === '...' || trimmed === '…') return !isStubBody(lines, index);
  if (!/^(\/\/|#|\/\*|\*|--|<!--|\{\/\*|;|%|\.{3}|…|[([])/.test(trimmed)) return false;
  const words = trimmed.replace(commentMarks, '').trim();
  if (/^(\.{3}|…)$/.test(words)) return true;
  // Dots at the end alone are a sentence that trails off; an elision has them in front.
  return (leadingDots.test(words) && keptWords.test(words) && words.length <= 100) || phrase.test(words);
}

/** Python's `...` as the whole body of a function or class is code. */
function isStubBody(lines: readonly string[], index: number): boolean {
  const before = lines.slice(0, index).findLast((line) => !isBlank(line));
  const after = lines.slice(index + 1).find((line) => !isBlank(line));
  const indent = (line: string): number => line.length - line.trimStart().length;
  const ends = after === undefined || indent(after) < indent(lines[index] ?? '');
  return before !== undefined && before.trimEnd().endsWith(':') && ends;
}
