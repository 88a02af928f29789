/** Characters (UTF-16 units) per token of code in the tokenizers of today; low, so that budgets hold. */
const charactersPerToken = 3;

/** A count of tokens that errs to the high side, for while no tokenizer is at hand. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}
