import type { LlamaContextSequence, LlamaModel, SequenceEvaluateOptions, Token } from 'node-llama-cpp';

/** A sampled token; `probability` from 0 to 1, among the tokens that were allowed. */
export interface TokenStep {
  token: Token;
  probability: number | undefined;
}

/** Generation, one token after the other. */
export interface TokenSteps {
  /**
   * Evaluates `tokens` (first the rest of the prompt, then each time the token sampled before) and samples the next;
   * undefined at the end of the text.
   */
  next(tokens: Token[]): Promise<TokenStep | undefined>;
  end(): Promise<void>;
}

/** Tokens without probabilities. */
export function plainSteps(sequence: LlamaContextSequence, options: SequenceEvaluateOptions): TokenSteps {
  let steps: AsyncGenerator<{ token: Token }, void> | undefined;
  return {
    async next(tokens) {
      // The library's generator puts the token that it gave into the cache by itself.
      steps ??= sequence.evaluateWithMetadata(tokens, {}, options);
      const step = await steps.next();
      return step.done ? undefined : { token: step.value.token, probability: undefined };
    },
    async end() {
      await steps?.return();
    },
  };
}

/**
 * Tokens with their probabilities, greedy and without a grammar. The library's own `confidence` sorts the whole
 * vocabulary for each token, which takes two thirds of the time that a 0.5B model needs for one; a softmax over the
 * logits needs no order.
 */
export function measuredSteps(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  options: Pick<SequenceEvaluateOptions, 'topP' | 'topK' | 'minP' | 'repeatPenalty' | 'tokenBias'>,
): TokenSteps {
  const generateNext = {
    token: true,
    totalLogitWeight: true,
    logits: { filter: { tokens: [], includeMax: true, includeSelected: true } },
    options: { ...options, temperature: 0 },
  };
  return {
    async next(tokens) {
      const last = tokens.at(-1);
      if (last === undefined) return undefined;
      const results = await sequence.controlledEvaluate([...tokens.slice(0, -1), [last, { generateNext }]]);
      const { token, logits, totalLogitWeight } = results[tokens.length - 1]?.next ?? {};
      if (token === undefined || token === null || model.isEogToken(token)) return undefined;
      return { token, probability: softmax(logits, token, totalLogitWeight) };
    },
    end: () => Promise.resolve(),
  };
}

/** `weight` is the sum of all tokens' exponentials, each less the greatest logit. */
function softmax(
  logits: ReadonlyMap<Token, number> | undefined,
  token: Token,
  weight: number | undefined,
): number | undefined {
  const own = logits?.get(token);
  if (!logits || own === undefined || weight === undefined) return undefined;
  return Math.exp(own - Math.max(...logits.values())) / weight;
}
