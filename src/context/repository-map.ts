import type { IndexerRequests } from '../protocol/indexer';
import { isOutlined } from '../syntax/enclosing';
import { qualified } from './candidates';
import { fileRanks, referenceEdges, type Edge } from './reference-graph';
import type { Definition, SymbolIndex } from './symbol-index';

/** UTF-16 units of code in a token, on the safe side. */
const unitsPerToken = 3.2;
const longestLine = 120;
const notShown = new Set(['test', 'heading', 'key', 'element', 'rule', 'namespace', 'module', 'variable']);
const testPath =
  /(?:^|\/)(?:tests?|__tests__|spec|examples?|benches|benchmarks?|docs?)\/|[._](?:test|spec)\./;

/**
 * The workspace as an outline of its most used definitions, of about `budget` tokens at most: paths, each with
 * declarations. Which ones: PageRank of files over who uses whose names, passed on to the definitions that are used;
 * `near` (workspace paths) draws it to what those files use, `without` leaves definitions out. In byte order of paths and in source order, so that a
 * change of ranks moves nothing. `''` when nothing is indexed.
 */
export function repositoryMap(
  index: SymbolIndex,
  { budget, near, without }: IndexerRequests['repositoryMap']['params'],
): string {
  const edges = referenceEdges(index);
  const nearIds = new Set(near.map((path) => index.fileId(path)).filter((id) => id !== undefined));
  const ranks = fileRanks(index, edges, nearIds);
  const wanted = rankedDefinitions(index, edges, ranks);
  const unwanted = new Set(without.map(({ path, symbol }) => `${path}\n${symbol}`));
  let left = budget * unitsPerToken;
  const chosen = new Map<number, Set<number>>();
  for (const { file, at } of wanted) {
    const definition = index.file(file).definitions[at];
    if (!definition || unwanted.has(`${index.pathOf(file)}\n${qualified(definition)}`)) continue;
    const cost = lineOf(definition).length + 1 + (chosen.has(file) ? 0 : index.pathOf(file).length + 2);
    if (cost > left) continue;
    left -= cost;
    const list = chosen.get(file);
    if (list) list.add(at);
    else chosen.set(file, new Set([at]));
    if (left < 20) break;
  }
  const files = [...chosen].map(([file, list]) => ({ file: index.file(file), list }));
  return files
    .sort((a, b) => (a.file.path < b.file.path ? -1 : 1))
    .map(({ file, list }) => {
      const lines = file.definitions.filter((_, at) => list.has(at)).map(lineOf);
      return [`${file.path}:`, ...lines].join('\n');
    })
    .join('\n');
}

function rankedDefinitions(
  index: SymbolIndex,
  edges: readonly Edge[],
  ranks: ReadonlyMap<number, number>,
): { file: number; at: number }[] {
  const scores = new Map<string, { file: number; at: number; score: number }>();
  const add = (file: number, at: number, score: number): void => {
    const key = `${file} ${at}`;
    const known = scores.get(key);
    if (known) known.score += score;
    else scores.set(key, { file, at, score });
  };
  for (const { from, to, index: at, weight } of edges) add(to, at, weight * (ranks.get(from) ?? 0));
  // A small workspace has few uses across files: what is outermost follows by its file's rank.
  for (const file of index.fileIds()) {
    const share = (ranks.get(file) ?? 0) * 1e-3;
    index.file(file).definitions.forEach((definition, at) => {
      if (definition.containers.length === 0) add(file, at, share);
    });
  }
  return [...scores.values()]
    .filter(({ file, at }) => {
      const definition = index.file(file).definitions[at];
      return definition && isOutlined(definition) && !notShown.has(definition.kind);
    })
    .map((entry) => (testPath.test(index.pathOf(entry.file)) ? { ...entry, score: entry.score / 20 } : entry))
    .sort((a, b) => b.score - a.score || a.file - b.file || a.at - b.at);
}

function lineOf({ signature, containers }: Definition): string {
  const line = `${'  '.repeat(Math.min(3, 1 + containers.length))}${signature}`;
  return line.length <= longestLine ? line : `${line.slice(0, longestLine)}…`;
}
