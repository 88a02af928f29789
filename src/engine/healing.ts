import type { Vocabulary } from './vocabulary';

/** Far above any logit, so that no other token is the most probable. */
export const forcedLogit = 100;

/** The beginning that an output must have, and how much of it is there. */
export interface Healing {
  /** Tokens of which the next must be one; undefined when it is free. */
  allowed(): readonly number[] | undefined;
  /** Tells the text of the token that was sampled. */
  took(text: string): void;
}

/** Token healing: the first tokens spell `begin`, and the last of them may go beyond it. */
export function createHealing(begin: string, vocabulary: () => Vocabulary): Healing {
  let left = begin;
  return {
    allowed() {
      if (left === '') return undefined;
      const tokens = vocabulary().compatible(left);
      if (tokens.length > 0) return tokens;
      left = '';
      return undefined;
    },
    took(text) {
      left = left.startsWith(text) ? left.slice(text.length) : '';
    },
  };
}
