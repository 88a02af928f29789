/** What may be shown after a piece of text: `text` is safe; `stop` is the stop text that was found, if one was. */
export interface StopResult {
  text: string;
  stop: string | undefined;
}

export interface StopMatcher {
  push(piece: string): StopResult;
  /** What is still held back, when generation ended for another reason. */
  flush(): string;
}

/**
 * Finds stop texts in a stream. The end of the stream is held back as long as it may be the beginning of a stop
 * text, so nothing of a stop text is ever shown. Of several matches the one that begins first counts, and of
 * those that begin together the longest.
 */
export function createStopMatcher(stops: readonly string[]): StopMatcher {
  const wanted = stops.filter((stop) => stop !== '');
  let held = '';
  return {
    push(piece) {
      const text = held + piece;
      const match = firstMatch(text, wanted);
      if (match) {
        held = '';
        return { text: text.slice(0, match.index), stop: match.stop };
      }
      const safe = text.length - partialLength(text, wanted);
      held = text.slice(safe);
      return { text: text.slice(0, safe), stop: undefined };
    },
    flush() {
      const rest = held;
      held = '';
      return rest;
    },
  };
}

function firstMatch(text: string, stops: readonly string[]): { index: number; stop: string } | undefined {
  return stops
    .map((stop) => ({ index: text.indexOf(stop), stop }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => a.index - b.index || b.stop.length - a.stop.length)[0];
}

/** Length of the longest end of `text` that is a proper beginning of a stop text. */
function partialLength(text: string, stops: readonly string[]): number {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}
