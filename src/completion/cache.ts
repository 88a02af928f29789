/** Suggestions by where they were made, so that what is typed as predicted needs no model. */
export interface SuggestionCache {
  /**
   * What is left of a known suggestion at this place: the whole of it at the place itself, the rest after part of
   * it was typed. An empty text means that it is known that there is nothing to suggest.
   */
  find(prefix: string, suffix: string): string | undefined;
  put(prefix: string, suffix: string, text: string): void;
}

/** Only the end of the prefix and the beginning of the suffix tell places apart; in UTF-16 units. */
const keyLength = 2000;

/** Remembers the last `size` suggestions, newest first. */
export function createSuggestionCache(size = 64): SuggestionCache {
  const entries: { prefix: string; suffix: string; text: string }[] = [];
  return {
    find: (prefix, suffix) => {
      for (const entry of entries) {
        if (!prefix.startsWith(entry.prefix) || suffix.slice(0, keyLength) !== entry.suffix) continue;
        const typed = prefix.slice(entry.prefix.length);
        if (typed === '') return entry.text;
        if (entry.text.startsWith(typed) && entry.text !== typed) return entry.text.slice(typed.length);
      }
      return undefined;
    },
    put: (prefix, suffix, text) => {
      entries.unshift({ prefix, suffix: suffix.slice(0, keyLength), text });
      entries.length = Math.min(entries.length, size);
    },
  };
}
