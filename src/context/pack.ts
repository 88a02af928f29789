import type { ContextSpan } from '../protocol/indexer';

export interface PackedSpan extends ContextSpan {
  tokens: number;
}

export interface Packed {
  /** By path and line, so that a change of scores alone moves nothing in a prompt. */
  spans: PackedSpan[];
  totalTokens: number;
}

/**
 * What each further span costs beside its tokens when spans are chosen: without it, a budget fills with fields of a few
 * tokens that are hardly ever meant. Chosen on the training half of the benchmark's repositories.
 */
const perSpan = 8;

/**
 * Chooses spans within a budget by value per token, the pinned ones before all others. `tokenCounts` belong to `spans`
 * by index. Spans with the same path and lines are forms of one thing, of which at most one is taken: a body that does
 * not fit falls back to its skeleton or signature. What lies within a body that is taken is not taken again. Greedy for
 * the multiple-choice knapsack problem: each step takes the span, or the exchange of a form for a better one, that adds
 * most score for what it costs.
 */
export function packSpans(
  spans: readonly ContextSpan[],
  budgetTokens: number,
  tokenCounts: readonly number[],
): Packed {
  const all = spans.map((span, index) => ({ ...span, tokens: Math.max(1, tokenCounts[index] ?? Infinity) }));
  const taken = new Map<string, PackedSpan>();
  const left = [all.filter(({ pinned }) => pinned), all.filter(({ pinned }) => !pinned)].reduce(
    (budget, rest) => packMore(rest, budget, taken),
    budgetTokens,
  );
  const packed = [...taken.values()].sort((a, b) => compare(a.path, b.path) || a.startLine - b.startLine);
  return { spans: packed, totalTokens: budgetTokens - left };
}

/** Adds to what is taken for as long as something fits, and answers what is left of the budget. */
function packMore(rest: readonly PackedSpan[], budgetTokens: number, taken: Map<string, PackedSpan>): number {
  let left = budgetTokens;
  for (;;) {
    let best: PackedSpan | undefined;
    let bestGain = 0;
    for (const span of rest) {
      const present = taken.get(keyOf(span));
      const added = span.tokens - (present?.tokens ?? 0);
      const value = span.score - (present?.score ?? 0);
      if (value <= 0 || added > left || isShown(span, taken)) continue;
      const gain = added <= 0 ? Infinity : value / (added + (present ? 0 : perSpan));
      if (gain > bestGain) {
        best = span;
        bestGain = gain;
      }
    }
    if (!best) return left;
    left -= best.tokens - (taken.get(keyOf(best))?.tokens ?? 0);
    taken.set(keyOf(best), best);
    for (const [key, span] of [...taken]) {
      if (!isShown(span, taken)) continue;
      taken.delete(key);
      left += span.tokens;
    }
  }
}

/** {@link packSpans} with counts from a model's tokenizer. */
export async function packWithin(
  spans: readonly ContextSpan[],
  budgetTokens: number,
  countTokens: (texts: string[]) => Promise<number[]>,
): Promise<Packed> {
  return packSpans(spans, budgetTokens, await countTokens(spans.map((span) => span.text)));
}

function keyOf(span: ContextSpan): string {
  return `${span.path}\n${span.startLine}-${span.endLine}`;
}

/** True when a taken body of other lines holds the span, or a skeleton says all of it. */
function isShown(span: ContextSpan, taken: Map<string, PackedSpan>): boolean {
  for (const [key, outer] of taken) {
    if (outer.form === 'signature' || outer.path !== span.path || key === keyOf(span)) continue;
    if (outer.startLine > span.startLine || span.endLine > outer.endLine) continue;
    if (outer.form === 'body' || holdsLine(outer.text, span.text)) return true;
  }
  return false;
}

/** Whether a skeleton has the text as a line of its own, without what ends a statement. */
function holdsLine(skeleton: string, text: string): boolean {
  const wanted = text.trim().replace(/[;,]$/, '');
  return skeleton.split('\n').some((line) => line.trim() === wanted);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
