/** The last `capacity` values that were asked for, by key. */
export interface LruCache<T> {
  /** The value of a key, made by `make` when it is not held; a rejected one is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T>;
  /** The value of a key that is held. */
  peek(key: string): Promise<T> | undefined;
}

export function createLruCache<T>(capacity: number): LruCache<T> {
  const entries = new Map<string, Promise<T>>();
  return {
    peek: (key) => entries.get(key),
    get(key, make) {
      const value = entries.get(key) ?? make();
      entries.delete(key);
      entries.set(key, value);
      value.catch(() => {
        if (entries.get(key) === value) entries.delete(key);
      });
      const oldest = entries.keys().next();
      if (entries.size > capacity && !oldest.done) entries.delete(oldest.value);
      return value;
    },
  };
}
