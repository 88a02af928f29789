import type { Clock, Store } from '../../src/base/ports';

/** A store in memory; `fail` makes the next writes reject with that error. */
export function memoryStore(): Store & { records: Map<string, Uint8Array>; fail: Error | undefined } {
  const records = new Map<string, Uint8Array>();
  const store = {
    records,
    fail: undefined as Error | undefined,
    read: (key: string) => Promise.resolve(records.get(key)),
    write: (key: string, value: Uint8Array) => {
      if (store.fail) return Promise.reject(store.fail);
      records.set(key, value);
      return Promise.resolve();
    },
    delete: (key: string) => {
      records.delete(key);
      return Promise.resolve();
    },
    keys: (prefix: string) =>
      Promise.resolve([...records.keys()].filter((key) => key.startsWith(prefix)).sort()),
  };
  return store;
}

/** A clock that moves only when told to, or by `tick` at each reading. */
export function handClock(tick = 0): Clock & { time: number } {
  const clock = {
    time: 0,
    now: () => (clock.time += tick),
    sleep: (ms: number) => {
      clock.time += ms;
      return Promise.resolve();
    },
  };
  return clock;
}
