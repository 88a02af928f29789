/** How sure the model must be of a line as a whole; `thimble bench fim` shows what that lets through. */
const minLine = 0.3;
/** How sure it must be of a token of a block in the (geometric) mean: no long block is sure as a whole. */
const minBlockToken = 0.3;

/**
 * Whether a suggestion is worth showing: no suggestion is better than a bad one. The product of the probabilities of
 * its tokens (the end of the line among them) is the model's own estimate that the line is the one wanted. Sure when
 * the engine told no probabilities.
 */
export function isConfident(probabilities: readonly number[], singleLine: boolean): boolean {
  if (probabilities.length === 0) return true;
  const logarithm = probabilities.reduce((sum, value) => sum + Math.log(Math.max(value, 1e-9)), 0);
  return singleLine
    ? Math.exp(logarithm) >= minLine
    : Math.exp(logarithm / probabilities.length) >= minBlockToken;
}
