/** A place by what stands around it. All texts have `\n` line ends. */
export interface SuggestionPlace {
  /** The document, and what else the prompt was made of. */
  scope: string;
  prefix: string;
  suffix: string;
}

/** Suggestions by where they were made, so that what is typed as predicted needs no model. */
export interface SuggestionCache {
  /**
   * What is left of a known suggestion at this place: the whole of it at the place itself, the rest after part of
   * it was typed. An empty text means that it is known that there is nothing to suggest.
   */
  find(place: SuggestionPlace): string | undefined;
  put(place: SuggestionPlace, text: string): void;
}

/**
 * Only the end of the prefix and the beginning of the suffix tell places apart, since both are windows that move; in
 * UTF-16 units.
 */
const keyLength = 2000;

/** Remembers the last `size` suggestions, newest first. */
export function createSuggestionCache(size = 64): SuggestionCache {
  const entries: { scope: string; before: string; after: string; text: string }[] = [];
  return {
    find: ({ scope, prefix, suffix }) => {
      const after = suffix.slice(0, keyLength);
      for (const entry of entries) {
        if (entry.scope !== scope || entry.after !== after) continue;
        const typed = typedOf(entry, prefix);
        if (typed !== undefined) return entry.text.slice(typed);
      }
      return undefined;
    },
    put: ({ scope, prefix, suffix }, text) => {
      entries.unshift({ scope, before: prefix.slice(-keyLength), after: suffix.slice(0, keyLength), text });
      entries.length = Math.min(entries.length, size);
    },
  };
}

/** How much of the entry's text stands between its place and the end of `prefix`; undefined for another place. */
function typedOf({ before, text }: { before: string; text: string }, prefix: string): number | undefined {
  for (let typed = 0; typed === 0 || typed < text.length; typed++) {
    const at = prefix.length - typed;
    if (at < before.length) return undefined;
    if (prefix.endsWith(text.slice(0, typed)) && prefix.endsWith(before, at) && isWhole(before, at))
      return typed;
  }
  return undefined;
}

/** A place near the start of a document has all of what is before it, and nothing may have come before that. */
function isWhole(before: string, at: number): boolean {
  return before.length === keyLength || before.length === at;
}
