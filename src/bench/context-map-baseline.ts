/** A repository map after Aider's description: PageRank over who refers to what, drawn to the file that is edited. */
import type { ContextItem, SourceText } from './context-items';
import type { Chunk } from './context-scores';

const damping = 0.85;
const rounds = 30;
/** Definitions that are shown of a ranking at most; a budget of 2,048 tokens holds fewer. */
const mostShown = 400;

interface Edge {
  from: number;
  to: number;
  name: string;
  weight: number;
}

/** The map for an item, as chunks of one declaration each, the most important first. */
export function createRepositoryMap(files: readonly SourceText[]): (item: ContextItem) => Chunk[] {
  const edges = edgesOf(files);
  const walks = walksOf(edges, files.length);
  const ids = new Map(files.map(({ path }, id) => [path, id]));
  const byFile = new Map<string, Chunk[]>();
  return (item) => {
    const known = byFile.get(item.path);
    if (known) return known;
    const own = ids.get(item.path) ?? -1;
    const chunks = ranked(edges, walks, files, own);
    byFile.set(item.path, chunks);
    return chunks;
  };
}

function edgesOf(files: readonly SourceText[]): Edge[] {
  const defines = new Map<string, Set<number>>();
  const uses = new Map<string, Map<number, number>>();
  files.forEach(({ facts }, id) => {
    for (const { name } of facts.symbols) {
      defines.set(name, (defines.get(name) ?? new Set()).add(id));
    }
    for (const { name } of facts.references) {
      const counts = uses.get(name) ?? new Map<number, number>();
      uses.set(name, counts.set(id, (counts.get(id) ?? 0) + 1));
    }
  });
  return [...defines].flatMap(([name, definers]) => {
    const isTelling = name.length >= 8 && /_|-|[a-z][A-Z]/.test(name);
    const worth = (isTelling ? 10 : 1) * (name.startsWith('_') ? 0.1 : 1) * (definers.size > 5 ? 0.1 : 1);
    return [...(uses.get(name) ?? [])].flatMap(([from, count]) =>
      [...definers].map((to) => ({ from, to, name, weight: worth * Math.sqrt(count) })),
    );
  });
}

/** Chances to go from one file to another, and what leaves each file in all. */
interface Walks {
  steps: readonly { from: number; to: number; chance: number }[];
  out: readonly number[];
}

function walksOf(edges: readonly Edge[], count: number): Walks {
  const out = Array.from({ length: count }, () => 0);
  const pairs = new Map<number, number>();
  for (const { from, to, weight } of edges) {
    out[from] = (out[from] ?? 0) + weight;
    pairs.set(from * count + to, (pairs.get(from * count + to) ?? 0) + weight);
  }
  const steps = [...pairs].map(([pair, weight]) => {
    const from = Math.floor(pair / count);
    return { from, to: pair % count, chance: weight / (out[from] ?? 1) };
  });
  return { steps, out };
}

function ranked(
  edges: readonly Edge[],
  { steps, out }: Walks,
  files: readonly SourceText[],
  own: number,
): Chunk[] {
  const start = (id: number): number => (own < 0 ? 1 / files.length : Number(id === own));
  let ranks = files.map((_, id) => start(id));
  for (let round = 0; round < rounds; round++) {
    const next = files.map((_, id) => (1 - damping) * start(id));
    for (const { from, to, chance } of steps) {
      next[to] = (next[to] ?? 0) + damping * (ranks[from] ?? 0) * chance;
    }
    ranks = next;
  }
  const definitions = new Map<string, { to: number; name: string; rank: number }>();
  for (const { from, to, name, weight } of edges) {
    if (to === own) continue;
    const key = `${to} ${name}`;
    const known = definitions.get(key) ?? { to, name, rank: 0 };
    known.rank += ((ranks[from] ?? 0) * weight) / (out[from] ?? 1);
    definitions.set(key, known);
  }
  return [...definitions.values()]
    .sort((a, b) => b.rank - a.rank)
    .slice(0, mostShown)
    .flatMap(({ to, name }) => declarations(files[to], name));
}

function declarations(file: SourceText | undefined, name: string): Chunk[] {
  return (file?.facts.symbols ?? [])
    .filter((symbol) => symbol.name === name)
    .map(({ startLine, endLine, signature }) => ({
      path: file?.path ?? '',
      startLine,
      endLine,
      text: signature,
      verbatim: false,
    }));
}
