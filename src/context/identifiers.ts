/** Names that were taken apart lately: a query meets the same ones as the query before it. */
const known = new Map<string, readonly string[]>();
const mostKnown = 20_000;
/** What is longer is data and no name. UTF-16 units. */
const longestName = 100;

/** Words of an identifier, lower case: `parseHTTPHeader2` and `parse_http_header2` give parse, http, header2. */
export function wordsOf(identifier: string): readonly string[] {
  if (identifier.length > longestName) return [];
  let words = known.get(identifier);
  if (!words) {
    words = takenApart(identifier);
    if (known.size >= mostKnown) known.clear();
    known.set(identifier, words);
  }
  return words;
}

function takenApart(identifier: string): string[] {
  return identifier
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
}

/** All words of a text, in order; those of code and of comments alike. */
export function wordsIn(text: string): string[] {
  return (text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []).flatMap(wordsOf);
}
