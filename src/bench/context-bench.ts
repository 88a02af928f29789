/**
 * `thimble bench context`: how often the code that the next line needs is among what would be shown, beside other
 * programs' ways to choose. Items that were measured are kept per build, so that a run can go on.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packSpans } from '../context/pack';
import { estimateTokens } from '../model/token-estimate';
import { readFacts } from '../syntax/file-facts';
import { createGrammars } from '../syntax/grammars';
import { languageIdOf, languageOf } from '../syntax/languages';
import type { SyntaxService } from '../syntax/syntax-service';
import { baselinesOver } from './context-baselines';
import { corpus, type CorpusPackage, fetchPackage } from './context-corpus';
import { type ContextItem, itemsOf, type SourceText } from './context-items';
import { type ContextScore, scoreContext } from './context-scores';
import { keptResults } from './kept-results';

export const budgets = [256, 512, 1024, 2048] as const;

/** One method's score of one item at one budget. */
export interface ContextResult extends ContextScore {
  repository: string;
  language: CorpusPackage['language'];
  half: CorpusPackage['half'];
  item: string;
  split: ContextItem['split'];
  method: string;
  budget: number;
}

export interface ContextBenchOptions {
  /** Items of each split that are asked in each repository. */
  perSplit: number;
  /** Where sources and results are kept. */
  folder: string;
  /** The built bundles. */
  dist: string;
  json: boolean;
  write: (line: string) => void;
}

export interface ContextBenchPorts {
  /** Syntax with an index of a folder, once that knows all files. */
  indexed(folder: string): Promise<SyntaxService>;
}

/** Files of a repository that are read; larger ones are not indexed either. Bytes. */
const largestFile = 1024 * 1024;

/** Rejects with `corpus-unavailable` when a package cannot be fetched. */
export async function benchContext(
  options: ContextBenchOptions,
  ports: ContextBenchPorts,
  signal: AbortSignal,
): Promise<ContextResult[]> {
  await mkdir(options.folder, { recursive: true });
  const build = createHash('sha256');
  for (const bundle of ['indexer.js', 'cli.js'])
    build.update(await readFile(path.join(options.dist, bundle)));
  const kept = path.join(options.folder, `results-${build.digest('hex').slice(0, 12)}.jsonl`);
  const { known, keep } = await keptResults<ContextResult>(kept);
  const results = [...known];
  const done = new Set(results.map(({ repository, item }) => `${repository} ${item}`));
  for (const source of corpus) {
    signal.throwIfAborted();
    const folder = await fetchPackage(source, path.join(options.folder, 'corpus'));
    const files = await readSources(folder, options.dist);
    const items = itemsOf(files, options.perSplit);
    const open = items.filter((item) => !done.has(`${source.name} ${item.id}`));
    if (open.length === 0) continue;
    const measure = measureOver(files, await ports.indexed(folder), source, signal);
    for (const item of open) {
      const fresh = await measure(item);
      await keep(fresh);
      for (const result of fresh) results.push(result);
    }
    if (options.json) options.write(JSON.stringify({ repository: source.name, items: items.length }));
  }
  return results;
}

function measureOver(
  files: readonly SourceText[],
  syntax: SyntaxService,
  { name, language, half }: CorpusPackage,
  signal: AbortSignal,
): (item: ContextItem) => Promise<ContextResult[]> {
  const baselines = Object.entries(baselinesOver(files));
  const texts = new Map(files.map((file) => [file.path, file.text]));
  return async (item) => {
    const base = { repository: name, language, half, item: item.id, split: item.split };
    const source = texts.get(item.definition.path) ?? '';
    const { path, languageId, content, line } = item;
    const column = (content.split('\n')[line - 1] ?? '').length + 1;
    const file = { path, languageId, text: content };
    const spans = await syntax.request('context', { file, position: { line, column }, told: [] }, signal);
    const counts = spans.map(({ text }) => estimateTokens(text));
    return budgets.flatMap((budget) => {
      const packed = packSpans(spans, budget, counts).spans;
      const chunks = packed.map((span) => ({ ...span, verbatim: span.form === 'body' }));
      return [
        { ...base, method: 'Thimble', budget, ...scoreContext(item, source, chunks) },
        ...baselines.map(([method, choose]) => ({
          ...base,
          method,
          budget,
          ...scoreContext(item, source, choose(item, budget)),
        })),
      ];
    });
  };
}

/** All source files of a folder that have a grammar, with their facts. */
export async function readSources(folder: string, dist: string): Promise<SourceText[]> {
  const grammars = createGrammars((name) => readFile(path.join(dist, 'grammars', `${name}.wasm`)));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => isSource(file))
    .sort();
  const files: SourceText[] = [];
  for (const file of paths) {
    const text = await readFile(path.join(folder, file), 'utf8');
    if (text.length > largestFile) continue;
    const languageId = languageIdOf(file);
    files.push({ path: file, languageId, text, facts: await readFacts({ languageId, text }, grammars) });
  }
  return files;
}

const noSource = new Set(['json', 'jsonc', 'yaml', 'html', 'css', 'shellscript']);

function isSource(file: string): boolean {
  const languageId = languageIdOf(file);
  return languageOf(languageId) !== undefined && !noSource.has(languageId) && !file.includes('.min.');
}
