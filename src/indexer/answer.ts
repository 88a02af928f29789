import { getHeapStatistics } from 'node:v8';
import { candidatesAt } from '../context/candidates';
import { definitionSpans, namedDefinition, pathsWanted } from '../context/definition-spans';
import { findSymbol } from '../context/find-symbol';
import { lookAround } from '../context/place';
import { rank, type Ranked } from '../context/rank';
import { usedElsewhere, usedInFile, type Work } from '../context/used-definitions';
import { repositoryMap } from '../context/repository-map';
import { beat } from '../protocol/heartbeat';
import type {
  ContextSpan,
  IndexerRequestMessage,
  IndexerRequests,
  NameOccurrences,
  OpenIndexParams,
  SourceFile,
} from '../protocol/indexer';
import { enclosingSymbol, isOutlined } from '../syntax/enclosing';
import type { FileFacts } from '../syntax/file-facts';
import { createGrammars, type Grammars, type LoadGrammar } from '../syntax/grammars';
import { languageOf } from '../syntax/languages';
import { occurrencesOf } from '../syntax/occurrences';
import { createFactsOfFiles } from './facts-of-files';
import { findUses } from './find-uses';
import { openWorkspaceIndex, type WorkspaceIndex } from './workspace-index';

/** Share of the heap that the index may take. */
const heapShare = 0.7;

/**
 * Answers requests by parsing and from the index. Rejects with `grammar-broken` when a grammar's file cannot be used.
 */
export function createAnswerer(
  load: LoadGrammar,
  log: (line: string) => void = () => undefined,
): (request: IndexerRequestMessage) => Promise<unknown> {
  const grammars = createGrammars(load);
  const facts = createFactsOfFiles(grammars);
  const factsOf = (file: SourceFile): Promise<FileFacts> => facts.of(file);
  let index: WorkspaceIndex | undefined;

  const openIndex = async ({ heartbeat, ...options }: OpenIndexParams): Promise<WorkspaceIndex> =>
    openWorkspaceIndex(options, {
      parse: (file) => facts.forIndex(file),
      onFile: (path) => {
        if (heartbeat) beat(heartbeat, path);
      },
      log,
      hasRoom,
    });

  return async ({ name, params }) => {
    switch (name) {
      case 'outline':
        return (await factsOf(params)).symbols.filter(isOutlined);
      case 'syntaxErrors':
        return (await factsOf(params)).errors;
      case 'imports':
        return (await factsOf(params)).imports;
      case 'occurrences':
        return occurrencesIn(params, grammars, await factsOf(params.file));
      case 'enclosing':
        return enclosingSymbol(params.file.text, (await factsOf(params.file)).symbols, params.position);
      case 'openIndex':
        index = await openIndex(params);
        return index.status();
      case 'indexStatus':
        return index?.status() ?? null;
      case 'updateIndex':
        // In the background, since a change of branch changes thousands of files.
        void index?.update(params.paths);
        return null;
      case 'saveIndex':
        await index?.save();
        return null;
      case 'context':
        return index ? spansAt(params, await facts.whileTyped(params.file), index) : [];
      case 'usedDefinitions':
        return [
          ...(await usedBy(params, await factsOf(params.file), index)),
          ...(await findUses(params.file, params.range, factsOf, index)),
        ];
      case 'definition':
        return namedDefinition(params.file, await factsOf(params.file), params);
      case 'findSymbol':
        return index ? findSymbol(params, index.table()) : [];
      case 'repositoryMap':
        return index ? repositoryMap(index.table(), params) : '';
    }
  };
}

/** Leaves a part of the heap to the questions: a worker without memory dies, and the next one would die as well. */
function hasRoom(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return used < heapShare * limit;
}

/** Null where no grammar tells roles, and for a file that was parsed in part: its rest would be missed. */
async function occurrencesIn(
  { file, name }: { file: SourceFile; name: string },
  grammars: Grammars,
  facts: FileFacts,
): Promise<NameOccurrences | null> {
  const language = languageOf(file.languageId);
  if (!language || facts.partial) return null;
  const tree = (await grammars.get(language)).parse(file.text);
  try {
    const occurrences = occurrencesOf(tree, file.text, name, file.languageId);
    return occurrences ? { occurrences, imports: facts.importStatements } : null;
  } finally {
    tree.delete();
  }
}

async function spansAt(
  { file, position, told }: IndexerRequests['context']['params'],
  facts: FileFacts,
  index: WorkspaceIndex,
): Promise<ContextSpan[]> {
  const table = index.table();
  return spansOf(rank(candidatesAt(lookAround(file, facts, position, table), table, told)), index);
}

async function usedBy(
  { file, ...work }: Work & { file: SourceFile },
  facts: FileFacts,
  index: WorkspaceIndex | undefined,
): Promise<ContextSpan[]> {
  const elsewhere = index ? await spansOf(usedElsewhere(file, facts, work, index.table()), index) : [];
  return [...usedInFile(file, facts, work), ...elsewhere];
}

/** Definitions in all their forms; bodies are read from the disk. */
async function spansOf(ranked: readonly Ranked[], index: WorkspaceIndex): Promise<ContextSpan[]> {
  const table = index.table();
  const lines = new Map<string, readonly string[]>();
  const read = await Promise.all(
    pathsWanted(ranked).map(async (path) => [path, await index.linesOf(path)] as const),
  );
  for (const [path, own] of read) if (own !== undefined) lines.set(path, own);
  // Reading gave way to the indexing: a file that went meanwhile is no longer to be shown.
  const present = ranked.filter(({ path, ref }) => table.fileId(path) === ref.file);
  return definitionSpans(present, table, lines);
}
