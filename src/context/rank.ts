import type { Candidate, Evidence } from './candidates';

/** How much each piece of evidence counts, as the logarithm of odds. Set by hand, not yet fitted to any data. */
export const weights: Readonly<Record<keyof Evidence, number>> = {
  importedUnused: 5,
  importedAhead: 4,
  importedUsed: 1,
  near: 2,
  member: 2,
  visible: 1.5,
  together: 3,
  words: 2,
  popular: 1,
  close: 0.5,
  kind: 1,
  hidden: -2,
};
const bias = -6;

/** A definition with the chance that it is what comes next, from 0 to 1, and the reason that speaks most for it. */
export interface Ranked extends Candidate {
  score: number;
  reason: string;
}

/** Candidates by chance, best first; ties by path and place, so that the order is always the same. */
export function rank(candidates: readonly Candidate[]): Ranked[] {
  return candidates
    .map((candidate) => ({ ...candidate, score: chanceOf(candidate.evidence), reason: reasonOf(candidate) }))
    .sort(
      (a, b) =>
        b.score - a.score ||
        (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
        a.definition.startLine - b.definition.startLine ||
        a.ref.index - b.ref.index,
    );
}

export function chanceOf(evidence: Evidence): number {
  let odds = bias;
  for (const [name, weight] of entries) odds += weight * evidence[name];
  return 1 / (1 + Math.exp(-odds));
}

const entries = Object.entries(weights) as [keyof Evidence, number][];

function reasonOf({ evidence, reasons }: Candidate): string {
  let best = '';
  let most = -Infinity;
  for (const [name, weight] of entries) {
    const reason = reasons[name];
    if (reason === undefined || weight * evidence[name] <= most) continue;
    most = weight * evidence[name];
    best = reason;
  }
  return best;
}
