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
