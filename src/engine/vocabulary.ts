/** The texts of a model's tokens, in an order in which those with one beginning lie together. */
export interface Vocabulary {
  /**
   * Tokens that may come first in a text that begins with `text`: those that begin with it or that it begins with.
   * Tokens that are no whole characters are none of them.
   */
  compatible(text: string): number[];
}

/** `texts` by token; the empty text for tokens that write nothing. Sorting 150,000 takes about 200 ms, once. */
export function createVocabulary(texts: readonly string[]): Vocabulary {
  const entries = texts
    .map((text, token) => ({ text, token }))
    .filter(({ text }) => text !== '' && !text.includes('\uFFFD'))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.token - b.token));

  /** Index of the first entry that is not before `text`. */
  const firstFrom = (text: string): number => {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.text ?? '') < text) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const whileFrom = (text: string, fits: (entry: string) => boolean): number[] => {
    const found: number[] = [];
    for (let index = firstFrom(text); ; index++) {
      const entry = entries[index];
      if (entry === undefined || !fits(entry.text)) return found;
      found.push(entry.token);
    }
  };

  return {
    compatible(text) {
      const shorter = Array.from({ length: Math.max(0, text.length - 1) }, (_, index) =>
        text.slice(0, index + 1),
      );
      return [
        ...shorter.flatMap((beginning) => whileFrom(beginning, (entry) => entry === beginning)),
        ...whileFrom(text, (entry) => entry.startsWith(text)),
      ];
    },
  };
}
