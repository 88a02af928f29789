import { looseBrackets, openQuote } from './brackets';

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

/** Whether `rest` only closes what is open on the line before it. */
function closesOnly(before: string, rest: string): boolean {
  const quote = openQuote(before);
  if (quote !== undefined && !rest.startsWith(quote)) return false;
  const closers = (quote === undefined ? rest : rest.slice(1)).trim();
  if (!/^[)\]}]*[;,]*$/.test(closers)) return false;
  const wanted = looseBrackets(closers).closers.map(({ bracket }) => bracket);
  const open = looseBrackets(
    quote === undefined ? before : before.slice(0, before.lastIndexOf(quote)),
  ).openers;
  return wanted.every((bracket, index) => partners[bracket] === open.at(-1 - index));
}

const partners: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
