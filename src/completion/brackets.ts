/** Brackets outside of strings. Pure. */

const closers: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Brackets of a text that have no partner in it: closers with their offsets, openers in order. */
export interface LooseBrackets {
  closers: { bracket: string; at: number }[];
  openers: string[];
}

/** Reads single-line strings as strings; a quote that is not closed on its line (an apostrophe) counts as text. */
export function looseBrackets(text: string): LooseBrackets {
  const found: LooseBrackets = { closers: [], openers: [] };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"' || character === "'" || character === '`') {
      at = endOfString(text, at) ?? at;
    } else if ('([{'.includes(character)) {
      found.openers.push(character);
    } else if (character in closers) {
      if (found.openers.at(-1) === closers[character]) found.openers.pop();
      else found.closers.push({ bracket: character, at });
    }
  }
  return found;
}

/** Where a string is opened that the line does not close; an apostrophe within a word opens none. */
export function openQuoteAt(line: string): number | undefined {
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (!'"\'`'.includes(character)) continue;
    if (character === "'" && /\p{L}/u.test(line.charAt(at - 1))) continue;
    const end = endOfString(line, at);
    if (end === undefined) return at;
    at = end;
  }
  return undefined;
}

/** Cuts a text that goes on in a string before the quote that stands behind the cursor already. */
export function cutClosingQuote(text: string, line: { before: string; after: string }): string {
  const at = openQuoteAt(line.before);
  const quote = at === undefined ? '' : line.before.charAt(at);
  if (quote === '' || !line.after.startsWith(quote)) return text;
  const end = endOfString(quote + text, 0);
  return end === undefined ? text : text.slice(0, end - 1);
}

/** Where the string that a quote opens ends; undefined where it does not end on its line. */
export function endOfString(text: string, start: number): number | undefined {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (character === quote) return at;
    else if (character === '\n' && quote !== '`') return undefined;
  }
  return undefined;
}

/**
 * Cuts before a closing bracket that the rest of the line closes already: of the brackets that are open on the line,
 * so many are left to the text as the rest does not close.
 */
export function cutSurplusClosers(text: string, line: { before: string; after: string }): string {
  const needed = looseBrackets(line.after).closers.length;
  if (needed === 0) return text;
  const available = Math.max(0, looseBrackets(line.before).openers.length - needed);
  const surplus = looseBrackets(text).closers[available];
  return surplus === undefined ? text : text.slice(0, surplus.at);
}
