import type { LazyGrammar } from '../protocol/engine';

/** Characters of the output that are looked at: more than any trigger with its line's indentation has. */
const window = 200;

/**
 * Watches a growing list of tokens for triggers. Each call looks at the tokens that are new since the last one, and
 * answers the rule of the trigger that the text ends with; of several the longest counts.
 */
export function createTriggerWatch<T>(
  triggers: LazyGrammar['triggers'],
  detokenize: (tokens: readonly T[]) => string,
): (tokens: readonly T[]) => string | undefined {
  const longestFirst = [...triggers].sort((a, b) => b.text.length - a.text.length);
  let seen = 0;
  // The output begins a line.
  let tail = '\n';
  return (tokens) => {
    if (tokens.length === seen) return undefined;
    tail = (tail + detokenize(tokens.slice(seen))).slice(-window);
    seen = tokens.length;
    return longestFirst.find(
      ({ text, lineStart }) =>
        tail.endsWith(text) && (lineStart !== true || /\n[ \t]*$/.test(tail.slice(0, -text.length))),
    )?.rule;
  };
}
