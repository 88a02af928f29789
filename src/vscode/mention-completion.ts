/** Files and symbols for the list under the input. Knows nothing of VS Code, so that it is tested in plain Node. */
import type { Workspace } from '../base/ports';
import { qualifiedName } from '../edit/symbol-edit';
import type { SymbolInfo } from '../protocol/indexer';
import { type CompletionItem, mentionText } from '../protocol/panel-composer';

/** A symbol with the workspace path of its file. */
export interface WorkspaceSymbol {
  path: string;
  /** With its containers, such as `Stats.median`. */
  name: string;
  kind: string;
}

export interface MentionCompletionPorts {
  workspace: Pick<Workspace, 'list' | 'search'>;
  /** Definitions of the file in the editor, and its path. */
  openSymbols(): Promise<{ path: string; symbols: readonly SymbolInfo[] } | undefined>;
  /** What language services know; slow or none at all in many workspaces. */
  workspaceSymbols(query: string): Promise<WorkspaceSymbol[]>;
  /** Milliseconds. */
  now(): number;
}

/** Rows of a list: more are not read. */
const mostRows = 12;
const mostFiles = 20_000;
/** Time that a list of files is used again, so that a typed letter costs no walk over the disk. Milliseconds. */
const filesFresh = 10_000;
/** Time that symbols may take before the list comes without them. Milliseconds. */
const symbolsLimit = 700;

export type MentionCompletion = (kind: 'file' | 'symbol' | 'any', query: string) => Promise<CompletionItem[]>;

/** Never rejects: what cannot be found is left out. */
export function createMentionCompletion(ports: MentionCompletionPorts): MentionCompletion {
  let files: { at: number; paths: Promise<string[]> } | undefined;

  const listFiles = (): Promise<string[]> => {
    if (!files || ports.now() - files.at > filesFresh) {
      const paths = ports.workspace.list('', { limit: mostFiles }).then(
        (result) => result.paths,
        () => [],
      );
      files = { at: ports.now(), paths };
    }
    return files.paths;
  };

  const symbols = async (query: string): Promise<CompletionItem[]> => {
    const open = await ports.openSymbols().catch(() => undefined);
    const own = (open?.symbols ?? []).map((symbol): WorkspaceSymbol => ({
      path: open?.path ?? '',
      name: qualifiedName(symbol),
      kind: symbol.kind,
    }));
    const others = query === '' ? [] : await known(query);
    const seen = new Set<string>();
    const all = [...own, ...others].filter(({ path, name }) => {
      const key = mentionText(path, { symbol: name });
      return seen.size < seen.add(key).size;
    });
    return best(all, query, ({ name }) => name).map(({ path, name, kind }) => ({
      kind: 'symbol',
      label: name,
      detail: `${kind}, ${path}`,
      insert: mentionText(path, { symbol: name }),
    }));
  };

  /** From language services; where they know nothing, from what looks like a definition. */
  const known = async (query: string): Promise<WorkspaceSymbol[]> => {
    const told = await ports.workspaceSymbols(query).catch(() => []);
    return told.length > 0 ? told : searchDefinitions(ports.workspace, query);
  };

  return async (kind, query) => {
    const foundFiles = kind === 'symbol' ? [] : fileItems(await listFiles(), query);
    // Among files, a single letter would only bring noise.
    const wantsSymbols = kind === 'symbol' || (kind === 'any' && query.length > 1);
    const foundSymbols = wantsSymbols ? await withLimit(symbols(query), symbolsLimit, []) : [];
    return [...foundFiles.slice(0, mostRows - Math.min(4, foundSymbols.length)), ...foundSymbols].slice(
      0,
      mostRows,
    );
  };
}

function fileItems(paths: readonly string[], query: string): CompletionItem[] {
  return best(paths, query, (path) => path).map((path) => {
    const slash = path.lastIndexOf('/');
    return {
      kind: 'file',
      label: path.slice(slash + 1),
      detail: slash < 0 ? '' : path.slice(0, slash),
      insert: mentionText(path),
    };
  });
}

/** The best matches, in the given order where they match alike. */
function best<T>(all: readonly T[], query: string, nameOf: (value: T) => string): T[] {
  const ranked: { value: T; rank: number; length: number }[] = [];
  for (const value of all) {
    const name = nameOf(value);
    const rank = matchRank(name, query);
    if (rank !== undefined) ranked.push({ value, rank, length: query === '' ? 0 : name.length });
  }
  ranked.sort((a, b) => a.rank - b.rank || a.length - b.length);
  return ranked.slice(0, mostRows).map(({ value }) => value);
}

/**
 * How well a name matches what was typed, 0 being best: the file's or symbol's own name begins with it, a word in it
 * does, it holds it, the whole path holds it, or the letters stand in the path in their order. Undefined for no match.
 */
export function matchRank(name: string, query: string): number | undefined {
  const whole = name.toLowerCase();
  const wanted = query.toLowerCase().replaceAll('\\', '/');
  const own = whole.slice(whole.lastIndexOf('/') + 1);
  const at = own.indexOf(wanted);
  if (at === 0) return 0;
  if (at > 0) return /[^a-z0-9]/.test(own[at - 1] ?? '') ? 1 : 2;
  if (whole.includes(wanted)) return 3;
  let last = -1;
  for (const letter of wanted) {
    last = whole.indexOf(letter, last + 1);
    if (last < 0) return undefined;
  }
  return 4;
}

const keywords =
  'def|class|function|func|fn|fun|interface|struct|enum|trait|type|const|let|var|module|namespace|record';

async function searchDefinitions(
  workspace: Pick<Workspace, 'search'>,
  query: string,
): Promise<WorkspaceSymbol[]> {
  const name = query.split('.').at(-1) ?? query;
  if (!/^[\w$]+$/.test(name)) return [];
  const definition = new RegExp(`\\b(${keywords})\\s+([\\w$]*${name.replaceAll('$', '\\$')}[\\w$]*)`, 'i');
  const { matches } = await workspace
    .search(
      { pattern: definition.source, regex: true, caseSensitive: false, maxMatches: 60 },
      AbortSignal.timeout(symbolsLimit),
    )
    .catch(() => ({ matches: [] }));
  return matches.flatMap(({ path, text }) => {
    const [, kind, found] = definition.exec(text) ?? [];
    return kind === undefined || found === undefined ? [] : [{ path, name: found, kind }];
  });
}

/** The value, or `otherwise` when it does not come in time. */
export function withLimit<T>(value: Promise<T>, ms: number, otherwise: T): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), ms);
    value.then(resolve, () => resolve(otherwise)).finally(() => clearTimeout(timer));
  });
}
