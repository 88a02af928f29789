import type { Candidate, Evidence } from './evidence';

/**
 * How much each piece of evidence counts, as the logarithm of odds. Fitted by logistic regression on the training half
 * of the corpus of `thimble bench context` (`scripts/fit-context-weights.ts`), for names that the file does not use yet.
 */
export const weights: Readonly<Record<keyof Evidence, number>> = {
  importedUnused: 5.94,
  importedAhead: 2.6,
  importedUsed: 0.03,
  near: 1.82,
  member: 1.2,
  visible: 0.23,
  together: 2,
  words: 1.73,
  popular: -0.11,
  close: -0.57,
  kind: -0.12,
  hidden: -0.55,
  known: -3.04,
  ahead: 0.52,
  affinity: 0.14,
};
const bias = -7.07;

/** A definition with the chance that it is what comes next, from 0 to 1, and the reason that speaks most for it. */
export interface Ranked extends Candidate {
  score: number;
  reason: string;
}

/** More candidates than this are hardly ever shown; of thousands, only these are put in order and given a reason. */
export const mostRanked = 160;

/** The best candidates by chance, best first; ties by path and place, so that the order is always the same. */
export function rank(candidates: readonly Candidate[]): Ranked[] {
  const scores = Float64Array.from(candidates, ({ evidence }) => chanceOf(evidence));
  const least = scores.slice().sort().at(-mostRanked) ?? 0;
  return candidates
    .map((candidate, at) => ({ candidate, score: scores[at] ?? 0 }))
    .filter(({ score }) => score >= least)
    .sort(
      ({ candidate: a, score }, { candidate: b, score: other }) =>
        other - score ||
        (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
        a.definition.startLine - b.definition.startLine ||
        a.ref.index - b.ref.index,
    )
    .slice(0, mostRanked)
    .map(({ candidate, score }) => ({ ...candidate, score, reason: reasonOf(candidate) }));
}

export function chanceOf(evidence: Evidence): number {
  let odds = bias;
  for (const [name, weight] of entries) odds += weight * evidence[name];
  return 1 / (1 + Math.exp(-odds));
}

const entries = Object.entries(weights) as [keyof Evidence, number][];

function reasonOf({ evidence, reasons }: Candidate): string {
  let best: (() => string) | undefined;
  let most = -Infinity;
  for (const [name, weight] of entries) {
    const reason = reasons[name];
    if (reason === undefined || weight * evidence[name] <= most) continue;
    most = weight * evidence[name];
    best = reason;
  }
  return best?.() ?? '';
}
