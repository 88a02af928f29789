import type { TokenBatch } from '../protocol/engine';
import { createStopMatcher } from './stop-matcher';
import { createTokenText, type Detokenize } from './token-text';

/** The output of one generation on its way to the host. */
export interface Output<T> {
  /** Sends what the token completes; returns the stop text that it completed, if one. */
  push(token: T, probability: number | undefined): string | undefined;
  /** Sends what is held back, when generation ended without a stop text. */
  flush(): void;
}

/** Turns tokens into batches: whole characters, nothing of a stop text, every token counted once. */
export function createOutput<T>(options: {
  detokenize: Detokenize<T>;
  stops: readonly string[];
  emit: (batch: Omit<TokenBatch, 'id'>) => void;
}): Output<T> {
  const tokenText = createTokenText(options.detokenize);
  const matcher = createStopMatcher(options.stops);
  let tokens = 0;
  let probabilities: number[] = [];

  const send = (text: string, final: boolean): void => {
    if (tokens === 0 || (text === '' && !final)) return;
    options.emit({ text, tokens, ...(probabilities.length === 0 ? {} : { probabilities }) });
    tokens = 0;
    probabilities = [];
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
