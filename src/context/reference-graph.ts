import { familyOf } from './resolve-name';
import type { SymbolIndex } from './symbol-index';

/** Names with more definitions than this lead everywhere, and so nowhere. */
const mostDefinitions = 4;
const damping = 0.85;
const rounds = 20;

/** A file uses a name that another one defines. */
export interface Edge {
  from: number;
  to: number;
  /** The definition's place among those of `to`. */
  index: number;
  weight: number;
}

/** All uses of names across files. A rarer name and one with fewer definitions says more. */
export function referenceEdges(index: SymbolIndex): Edge[] {
  const edges: Edge[] = [];
  for (const from of index.fileIds()) {
    const family = familyOf(index.languageOf(from));
    for (const name of index.namesIn(from)) {
      const all = index.definitionsNamed(name);
      if (all.length === 0 || all.length > mostDefinitions) continue;
      if (all.some(({ file }) => file === from)) continue;
      const refs = all.filter(({ file }) => familyOf(index.languageOf(file)) === family);
      const weight = 1 / refs.length / Math.sqrt(index.filesUsing(name).length);
      for (const { file: to, index: at } of refs) edges.push({ from, to, index: at, weight });
    }
  }
  return edges;
}

/**
 * PageRank of files over those uses (Page et al. 1998): a file that many important files use is important. With
 * `near`, the walk starts anew at those files only (personalised). The ranks sum up to 1.
 */
export function fileRanks(
  index: SymbolIndex,
  edges: readonly Edge[],
  near: ReadonlySet<number>,
): Map<number, number> {
  const ids = index.fileIds();
  const starts = near.size > 0 ? ids.filter((id) => near.has(id)) : ids;
  const start = new Map(starts.map((id) => [id, 1 / starts.length]));
  const out = new Map<number, number>();
  for (const { from, weight } of edges) out.set(from, (out.get(from) ?? 0) + weight);
  let ranks = new Map(start);
  for (let round = 0; round < rounds; round++) {
    const next = new Map(ids.map((id) => [id, 0]));
    let moved = 0;
    for (const { from, to, weight } of edges) {
      const share = (damping * (ranks.get(from) ?? 0) * weight) / (out.get(from) ?? 1);
      next.set(to, (next.get(to) ?? 0) + share);
      moved += share;
    }
    for (const [id, share] of start) next.set(id, (next.get(id) ?? 0) + (1 - moved) * share);
    ranks = next;
  }
  return ranks;
}
