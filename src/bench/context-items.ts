/** The places that `thimble bench context` asks about, found by rule in the sources of a repository. */
import { lineOf, lineStarts } from '../context/place';
import type { SymbolInfo } from '../protocol/indexer';
import type { FileFacts } from '../syntax/file-facts';

/** A source file with what was read out of it. */
export interface SourceText {
  path: string;
  languageId: string;
  text: string;
  facts: FileFacts;
}

export interface FoundDefinition {
  path: string;
  symbol: SymbolInfo;
}

/** A line that uses a name which is defined in exactly one other file and not used before in this one. */
export interface ContextItem {
  id: string;
  path: string;
  languageId: string;
  /** 1-based. */
  line: number;
  /** The line that is missing from `content`. */
  text: string;
  /** The file with that line emptied but for its indentation. */
  content: string;
  name: string;
  /** Whether an import statement of the file names it; else nothing before the line does. */
  split: 'imported' | 'unmentioned';
  definition: FoundDefinition;
  /** Definitions of all names of the line. */
  useful: readonly FoundDefinition[];
}

/** Definitions of one name that still count as what a line needs. */
const mostUseful = 3;
const shortestName = 3;
const functions = new Set(['function', 'method', 'constructor']);
const notMeant = new Set(['test', 'heading', 'key', 'element', 'rule', 'namespace', 'module']);
const testPath =
  /(?:^|\/)(?:tests?|__tests__|spec|examples?|benches|benchmarks?|docs?)\/|[._](?:test|spec)\./;

/** Up to `limit` items of each split, spread evenly over the repository. */
export function itemsOf(files: readonly SourceText[], limit: number): ContextItem[] {
  const sources = files.filter(({ path }) => !testPath.test(path));
  const definitions = definitionsByName(sources);
  const items = sources.flatMap((file) => itemsIn(file, definitions));
  return [
    ...spread(
      items.filter(({ split }) => split === 'imported'),
      limit,
    ),
    ...spread(
      items.filter(({ split }) => split === 'unmentioned'),
      limit,
    ),
  ];
}

function definitionsByName(files: readonly SourceText[]): Map<string, FoundDefinition[]> {
  const found = new Map<string, FoundDefinition[]>();
  for (const { path, facts } of files) {
    for (const symbol of facts.symbols) {
      if (notMeant.has(symbol.kind) || isLocal(symbol, facts.symbols)) continue;
      const list = found.get(symbol.name);
      if (list) list.push({ path, symbol });
      else found.set(symbol.name, [{ path, symbol }]);
    }
  }
  return found;
}

function isLocal(symbol: SymbolInfo, all: readonly SymbolInfo[]): boolean {
  return (
    symbol.containers.length > 0 &&
    all.some((o) => o !== symbol && functions.has(o.kind) && o.start <= symbol.start && symbol.end <= o.end)
  );
}

function itemsIn(file: SourceText, definitions: ReadonlyMap<string, FoundDefinition[]>): ContextItem[] {
  const { facts, text, path, languageId } = file;
  const imported = new Set(facts.importStatements.flatMap(({ names }) => names.map(({ local }) => local)));
  const isImport = (at: number): boolean =>
    facts.importStatements.some(({ start, end }) => start <= at && at < end);
  const lines = text.split('\n');
  const starts = lineStarts(text);
  const seen = new Set<string>();
  const items: ContextItem[] = [];
  let lastLine = 0;
  for (const { name, offset } of facts.references) {
    if (isImport(offset) || seen.has(name)) continue;
    seen.add(name);
    const line = lineOf(starts, offset);
    const found = definitions.get(name) ?? [];
    const definition = found[0];
    if (!definition || line === lastLine || name.length < shortestName) continue;
    if (found.some((other) => other.path !== definition.path) || definition.path === path) continue;
    const split = imported.has(name) ? 'imported' : 'unmentioned';
    const before = text.slice(0, starts[line - 1]);
    if (split === 'unmentioned' && wordIn(before, name)) continue;
    lastLine = line;
    const missing = lines[line - 1] ?? '';
    const indent = /^\s*/.exec(missing)?.[0] ?? '';
    const names = facts.references.filter((other) => lineOf(starts, other.offset) === line);
    items.push({
      id: `${path}:${line}:${name}`,
      path,
      languageId,
      line,
      text: missing,
      content: [...lines.slice(0, line - 1), indent, ...lines.slice(line)].join('\n'),
      name,
      split,
      definition,
      useful: [...new Set(names.map((other) => other.name))].flatMap((other) => {
        const all = (definitions.get(other) ?? []).filter((one) => one.path !== path);
        return all.length <= mostUseful ? all : [];
      }),
    });
  }
  return items;
}

function wordIn(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const isWord = /[\p{L}\p{N}_$]/u;
    if (!isWord.test(text[at - 1] ?? ' ') && !isWord.test(text[at + word.length] ?? ' ')) return true;
  }
  return false;
}

function spread<T>(all: readonly T[], limit: number): T[] {
  const step = Math.max(1, all.length / limit);
  const chosen: T[] = [];
  for (let at = 0; Math.floor(at) < all.length && chosen.length < limit; at += step) {
    const one = all[Math.floor(at)];
    if (one !== undefined) chosen.push(one);
  }
  return chosen;
}
