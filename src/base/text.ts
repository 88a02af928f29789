/** The line ends that a text uses; `eol` is the one it uses most, `\n` for a text of one line. */
export function lineEnds(text: string): { eol: '\n' | '\r\n'; mixed: boolean } {
  let crlf = 0;
  let lf = 0;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
    if (text.charCodeAt(i - 1) === 13) crlf++;
    else lf++;
  }
  return { eol: crlf > lf ? '\r\n' : '\n', mixed: crlf > 0 && lf > 0 };
}

/** Shortens a long text by cutting its middle out; `omitted` counts UTF-16 units. Never splits a surrogate pair. */
export function cutMiddle(text: string, limit: number): { text: string; omitted: number } {
  if (text.length <= limit) return { text, omitted: 0 };
  const head = wholeCharacters(text, Math.ceil(limit / 2));
  const tail = text.length - Math.floor(limit / 2);
  const tailStart = isLowSurrogate(text.charCodeAt(tail)) ? tail + 1 : tail;
  const omitted = tailStart - head;
  return {
    text: `${text.slice(0, head)}\n[… ${String(omitted)} characters left out …]\n${text.slice(tailStart)}`,
    omitted,
  };
}

/** The largest offset up to `offset` that does not split a surrogate pair. */
function wholeCharacters(text: string, offset: number): number {
  return isLowSurrogate(text.charCodeAt(offset)) ? offset - 1 : offset;
}

/** True for the second unit of a character that takes two. */
export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** How many UTF-16 units two texts share at their beginnings and, of what is left, at their ends. */
export function commonEnds(one: string, other: string): { head: number; tail: number } {
  const shorter = Math.min(one.length, other.length);
  let head = 0;
  while (head < shorter && one.charCodeAt(head) === other.charCodeAt(head)) head++;
  let tail = 0;
  const sameBefore = (tail: number): boolean =>
    one.charCodeAt(one.length - 1 - tail) === other.charCodeAt(other.length - 1 - tail);
  while (tail < shorter - head && sameBefore(tail)) tail++;
  return { head, tail };
}

/** Bytes as sentences for the user have them: `986 MB`, of a million bytes each. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
