/** Turns tokens into text; `before` are the tokens in front of them, which decide about a leading space. */
export type Detokenize<T> = (tokens: readonly T[], before: readonly T[]) => string;

export interface TokenText<T> {
  /** The text that the token completes; `''` while a character is still unfinished. */
  push(token: T): string;
  /** The text of what is held, whether finished or not. */
  flush(): string;
}

/** A character of UTF-8 has up to four bytes, and a token at least one. */
const longestCharacter = 4;
/** Tokens of context that detokenizing looks at. */
const contextTokens = 8;

/**
 * Streams tokens as text without ever splitting a character: byte-level vocabularies spread one over several
 * tokens, and a half character detokenizes to U+FFFD at the end of the text. Bytes that never become a character
 * are let through after four tokens.
 */
export function createTokenText<T>(detokenize: Detokenize<T>): TokenText<T> {
  let before: T[] = [];
  let held: T[] = [];
  const release = (text: string): string => {
    before = [...before, ...held].slice(-contextTokens);
    held = [];
    return text;
  };
  return {
    push(token) {
      held.push(token);
      const text = detokenize(held, before);
      if (text.endsWith('\uFFFD') && held.length < longestCharacter) return '';
      return release(text);
    },
    flush: () => (held.length === 0 ? '' : release(detokenize(held, before))),
  };
}
