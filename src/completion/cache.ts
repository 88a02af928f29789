/** A place by what stands around it. All texts have `\n` line ends. */
export interface SuggestionPlace {
  /** The document, and what else the prompt was made of. */
  scope: string;
  prefix: string;
  suffix: string;
}

/** What was made at a place, and whether it was worth showing: `ok`, or why not. */
export interface Suggestion {
  text: string;
  reason: string;
}

/** Suggestions by where they were made, so that what is typed as predicted needs no model. */
export interface SuggestionCache {
  /**
   * What is left of a known suggestion at this place: the whole of it at the place itself, the rest after part of
   * it was typed. One that was not shown is known at the place itself alone.
   */
  find(place: SuggestionPlace): Suggestion | undefined;
  put(place: SuggestionPlace, suggestion: Suggestion): void;
}

/**
 * Only the end of the prefix and the beginning of the suffix tell places apart, since both are windows that move; in
 * UTF-16 units.
 */
const keyLength = 2000;

/** A suggestion with the ends of the texts around it. */
interface Entry extends Suggestion {
  scope: string;
  before: string;
  after: string;
}

/** Remembers the last `size` suggestions, newest first. */
export function createSuggestionCache(size = 64): SuggestionCache {
  const entries: Entry[] = [];
  return {
    find: ({ scope, prefix, suffix }) => {
      const after = suffix.slice(0, keyLength);
      for (const entry of entries) {
        if (entry.scope !== scope || entry.after !== after) continue;
        const typed = typedOf(entry, prefix);
        if (typed !== undefined) return { text: entry.text.slice(typed), reason: entry.reason };
      }
      return undefined;
    },
    put: ({ scope, prefix, suffix }, suggestion) => {
      const [before, after] = [prefix.slice(-keyLength), suffix.slice(0, keyLength)];
      entries.unshift({ ...suggestion, scope, before, after });
      entries.length = Math.min(entries.length, size);
    },
  };
}

/** How much of the entry's text stands between its place and the end of `prefix`; undefined for another place. */
function typedOf({ before, text, reason }: Entry, prefix: string): number | undefined {
  const most = reason === 'ok' ? text.length : 0;
  for (let typed = 0; typed === 0 || typed < most; typed++) {
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
