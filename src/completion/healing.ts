/** Where the prompt ends, and what of the prefix the answer has to begin with. */
export interface HealedPrefix {
  prompt: string;
  begin: string;
}

/**
 * The piece at the end of a line that a byte-level vocabulary may join with what is typed next: letters with one
 * other character before them, a run of punctuation with the space before it, or a last space or tab. ASCII only,
 * since only there every character is sure to be a token of its own.
 */
const lastPiece = /[\t -/:-@[-`{-~]?[A-Za-z]+$| ?[!-/:-@[-`{-~]+$|[ \t]$/;
/** Longer pieces are banners and ciphers. */
const longestPiece = 24;

/**
 * Token healing: a prompt that ends within a token (`retu`, `x =`, `foo(`) is read as tokens that were hardly ever
 * followed by the rest of it. So the last piece is left out of the prompt, and the answer must begin with it. While
 * a word is typed the prompt stays the same.
 */
export function healPrefix(prefix: string): HealedPrefix {
  const piece = lastPiece.exec(prefix.slice(-longestPiece - 1))?.[0] ?? '';
  if (piece.length > longestPiece) return { prompt: prefix, begin: '' };
  return { prompt: prefix.slice(0, prefix.length - piece.length), begin: piece };
}
