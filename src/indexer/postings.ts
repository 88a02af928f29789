import type { NumberList } from '../context/symbol-index';

/**
 * Lists of numbers by name. What was stored lies in one piece, which is made in one go and takes a fraction of the memory
 * of a list for each name; a list of its own has only what has changed since.
 */
export interface Postings {
  /** In the order in which they were added; another list after each change. */
  get(key: number): NumberList;
  /** The length of a list. */
  count(key: number): number;
  add(key: number, value: number): void;
  /** Leaves of a list what `isKept` takes. */
  keep(key: number, isKept: (value: number) => boolean): void;
  /** Names up to which there may be lists. */
  readonly keyCount: number;
}

/** Keys in the order of their values: the n-th of a source has the value `valueOf(n)`. */
export interface PostingSource {
  keys: Uint32Array;
  valueOf: (at: number) => number;
}

/** `keyCount` is above all keys of the sources. Values up to 2^53 - 1. */
export function createPostings(sources: readonly PostingSource[], keyCount: number): Postings {
  const starts = new Uint32Array(keyCount + 1);
  for (const { keys } of sources) {
    for (const key of keys) starts[key + 1] = (starts[key + 1] ?? 0) + 1;
  }
  for (let key = 0; key < keyCount; key++) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  const values = new Float64Array(starts[keyCount] ?? 0);
  const next = starts.slice();
  for (const { keys, valueOf } of sources) {
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] ?? 0;
      const place = next[key] ?? 0;
      values[place] = valueOf(at);
      next[key] = place + 1;
    }
  }
  const changed: (number[] | undefined)[] = [];
  let keysSeen = keyCount;
  const get = (key: number): number[] | Float64Array =>
    changed[key] ?? values.subarray(starts[key] ?? values.length, starts[key + 1] ?? values.length);
  return {
    get keyCount() {
      return keysSeen;
    },
    get,
    count: (key) =>
      changed[key]?.length ?? (key < keyCount ? (starts[key + 1] ?? 0) - (starts[key] ?? 0) : 0),
    add: (key, value) => {
      keysSeen = Math.max(keysSeen, key + 1);
      const own = changed[key];
      if (own) own.push(value);
      else changed[key] = [...get(key), value];
    },
    keep: (key, isKept) => {
      changed[key] = Array.from(get(key)).filter(isKept);
    },
  };
}
