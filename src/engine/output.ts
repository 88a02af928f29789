import type { TokenBatch } from '../protocol/engine';
import { createStopMatcher } from '../base/stop-matcher';
import { createTokenText, type Detokenize } from './token-text';

/** The output of one generation on its way to the host. */
export interface Output<T> {
  /** Sends what the token completes; returns the stop text that it completed, if one. */
  push(token: T, probability: number | undefined): string | undefined;
  /** Sends what is held back, when generation ended without a stop text. */
  flush(): void;
}

/**
 * Turns tokens into batches: whole characters, nothing of a stop text, every token counted once. `everyMs` is the
 * least time between two batches: the host wakes for each, on a core that the next token is being computed on.
 */
export function createOutput<T>(options: {
  detokenize: Detokenize<T>;
  stops: readonly string[];
  everyMs: number;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
  emit: (batch: Omit<TokenBatch, 'id'>) => void;
}): Output<T> {
  const tokenText = createTokenText(options.detokenize);
  const matcher = createStopMatcher(options.stops);
  let held = '';
  let tokens = 0;
  let probabilities: number[] = [];
  let sentAt = Number.NEGATIVE_INFINITY;

  const send = (text: string, final: boolean): void => {
    held += text;
    if (tokens === 0) return;
    if (!final && (held === '' || options.now() - sentAt < options.everyMs)) return;
    options.emit({ text: held, tokens, ...(probabilities.length === 0 ? {} : { probabilities }) });
    held = '';
    tokens = 0;
    probabilities = [];
    sentAt = options.now();
  };

  return {
    push(token, probability) {
      tokens++;
      if (probability !== undefined) probabilities.push(probability);
      const { text, stop } = matcher.push(tokenText.push(token));
      send(text, stop !== undefined);
      return stop;
    },
    flush() {
      const { text } = matcher.push(tokenText.flush());
      send(text + matcher.flush(), true);
    },
  };
}
