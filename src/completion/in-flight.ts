/**
 * One question at a time. Asked again at the same place, the one under way is joined; asked at another place, it is
 * aborted and the new one begun.
 */
export interface InFlight<T> {
  /** Rejects with `AbortError` once the place was left. */
  ask(place: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** The place was left: what is under way is outdated. */
  leave(): void;
}

export function createInFlight<T>(): InFlight<T> {
  let current: { place: string; stop: AbortController; answer: Promise<T> } | undefined;

  const leave = (): void => {
    current?.stop.abort();
    current = undefined;
  };
  return {
    ask: (place, work) => {
      if (current?.place === place) return current.answer;
      leave();
      const stop = new AbortController();
      const asked = { place, stop, answer: work(stop.signal) };
      current = asked;
      const forget = (): void => {
        if (current === asked) current = undefined;
      };
      asked.answer.then(forget, forget);
      return asked.answer;
    },
    leave,
  };
}
