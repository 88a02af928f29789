/** How sure the model must be of a line as a whole; `thimble bench fim` shows what that lets through. */
const minLine = 0.35;
/** How sure it must be of a token of a block in the (geometric) mean: no long block is sure as a whole. */
const minBlockToken = 0.3;

/**
 * The product of the probabilities of a suggestion's tokens (the end of the line among them): the model's own estimate
 * that this is the line that is wanted.
 */
export function confidence(probabilities: readonly number[]): number {
  return Math.exp(logarithm(probabilities));
}

/** Whether a suggestion is worth showing: none is better than a bad one. Sure when the engine told no probabilities. */
export function isConfident(probabilities: readonly number[], singleLine: boolean): boolean {
  if (probabilities.length === 0) return true;
  return singleLine
    ? confidence(probabilities) >= minLine
    : Math.exp(logarithm(probabilities) / probabilities.length) >= minBlockToken;
}

function logarithm(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, value) => sum + Math.log(Math.max(value, 1e-9)), 0);
}
