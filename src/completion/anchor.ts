import { looseBrackets, openQuoteAt } from './brackets';

/**
 * What stands behind the cursor, as the prompt tells it. Brackets and quotes that are opened on the cursor's line and
 * closed right behind it are left out: most were put there by the editor. They come with one key and go with another,
 * and at the front of a prompt with the suffix first each would have the model read all of it anew. The model closes
 * them itself then, and `cut.ts` takes that away. All texts have `\n` line ends. Pure.
 */
export function anchoredSuffix(prefix: string, suffix: string): string {
  const rest = suffix.split('\n', 1)[0] ?? '';
  return rest.trim() !== '' && closesOnly(prefix.slice(prefix.lastIndexOf('\n') + 1), rest)
    ? suffix.slice(rest.length)
    : suffix;
}

/** The suffix as the prompt tells it, for a place in a document. */
export type Anchor = (path: string, prefix: string, suffix: string) => string;

/**
 * Enter between brackets moves the closing one to a line below, and typing over it takes it away again. So the suffix
 * of the question before stays as long as only closing brackets have come in before it: for questions that follow one
 * another as one types.
 */
export function createAnchor(): Anchor {
  let last: { path: string; suffix: string } | undefined;
  return (path, prefix, suffix) => {
    const own = anchoredSuffix(prefix, suffix);
    if (last?.path === path && isBehindClosers(own, last.suffix)) return last.suffix;
    last = { path, suffix: own };
    return own;
  };
}

/** Lines of closing brackets that the editor may have put in. */
const closingLines = /^(?:\n[ \t]*[)\]}]+[;,]?)+$/;
/** So much of the suffix must be the same; both are windows, which end at different places. UTF-16 units. */
const leastSame = 40;

function isBehindClosers(suffix: string, before: string): boolean {
  if (suffix === before) return true;
  const at =
    before.length < leastSame ? suffix.length - before.length : suffix.indexOf(before.slice(0, leastSame));
  if (at <= 0 || !closingLines.test(suffix.slice(0, at))) return false;
  const same = suffix.slice(at);
  return same.length < before.length ? before.startsWith(same) : same.startsWith(before);
}

/** Whether `rest` only closes what is open on the line before it, innermost first or beyond that; a separator may follow. */
function closesOnly(before: string, rest: string): boolean {
  const open = openOn(before);
  for (const character of rest.replace(/[;,]?\s*$/, '')) {
    if (character.trim() === '') continue;
    const at = open.findLastIndex((opener) => closers[opener] === character);
    if (at < 0) return false;
    open.length = at;
  }
  return true;
}

/** Brackets and the quote that are open at the end of a line, outermost first. */
function openOn(line: string): string[] {
  const at = openQuoteAt(line);
  if (at === undefined) return looseBrackets(line).openers;
  const within = looseBrackets(line.slice(at + 1)).openers;
  return [...looseBrackets(line.slice(0, at)).openers, line.charAt(at), ...within];
}

const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}', '"': '"', "'": "'", '`': '`' };
