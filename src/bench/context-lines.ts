/**
 * The second part of `thimble bench context`: what context does for the model. It writes lines that use a name of
 * another file, with no context, with each method's, and with the true definition. Answers are kept per model, so that a run can go on.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors';
import { createCompleter } from '../completion/completer';
import { packSpans } from '../context/pack';
import { type ContextPart, partsOf, textShown } from '../context/parts';
import type { LanguageModel } from '../model/language-model';
import { estimateTokens } from '../model/token-estimate';
import { systemClock } from '../node/clock';
import type { SyntaxService } from '../syntax/syntax-service';
import { baselinesOver } from './context-baselines';
import { readSources } from './context-bench';
import { corpus, fetchPackage } from './context-corpus';
import { type ContextItem, itemsOf, type SourceText } from './context-items';
import { type Chunk, within } from './context-scores';
import { keptResults } from './kept-results';

/** One line that the model wrote. `right`: the line that was missing, white space around it apart. */
export interface LineResult {
  repository: string;
  item: string;
  split: ContextItem['split'];
  method: string;
  /** The build of the indexer that our own context comes from. */
  build?: string;
  right: boolean;
  text: string;
  /** Tokens of the whole prompt that were read, and the time of it all in milliseconds. */
  tokens: number;
  ms: number;
}

export interface LinesBenchOptions {
  /** Lines that are asked, over all held-out repositories. */
  lines: number;
  /** Tokens of context. */
  budget: number;
  /** Names of the methods that are asked; `none` and `definition` among them. */
  methods: readonly string[];
  /** Where sources and answers are kept. */
  folder: string;
  /** The built bundles. */
  dist: string;
  write: (line: string) => void;
  json: boolean;
}

/** A method's context for an item. */
type Chosen = (item: ContextItem) => Promise<ContextPart[]>;

/** Rejects with `corpus-unavailable` when a package cannot be fetched. */
export async function benchContextLines(
  options: LinesBenchOptions,
  model: LanguageModel,
  indexed: (folder: string) => Promise<SyntaxService>,
  signal: AbortSignal,
): Promise<LineResult[]> {
  await mkdir(options.folder, { recursive: true });
  const build = createHash('sha256').update(await readFile(path.join(options.dist, 'indexer.js')));
  const ours = build.digest('hex').slice(0, 12);
  const name = model.name.replace(/[^\w.-]+/g, '_');
  const kept = path.join(options.folder, `lines-${name}-${options.budget}.jsonl`);
  // Only our own choice changes with the build.
  const { known, keep } = await keptResults<LineResult>(kept);
  const results = known.filter(({ build }) => [undefined, ours].includes(build));
  const done = new Set(results.map(({ repository, item, method }) => `${repository} ${item} ${method}`));
  const sources = corpus.filter(({ half }) => half === 'held-out');
  const perSplit = Math.ceil(options.lines / sources.length / 2);
  for (const source of sources) {
    const folder = await fetchPackage(source, path.join(options.folder, 'corpus'));
    const files = await readSources(folder, options.dist);
    const items = itemsOf(files, perSplit);
    const open = (item: ContextItem, method: string): boolean =>
      !done.has(`${source.name} ${item.id} ${method}`);
    if (!items.some((item) => options.methods.some((method) => open(item, method)))) continue;
    const choose = methodsOver(files, await indexed(folder), options.budget, signal);
    const unknown = options.methods.find((method) => !(method in choose));
    if (unknown !== undefined) throw noSuchMethod(unknown, Object.keys(choose));
    for (const item of items) {
      for (const method of options.methods.filter((method) => open(item, method))) {
        const answer = await writeLine(item, (await choose[method]?.(item)) ?? [], model, signal);
        const { id, split } = item;
        const result: LineResult = {
          repository: source.name,
          item: id,
          split,
          method,
          ...(method === 'Thimble' ? { build: ours } : {}),
          ...answer,
        };
        await keep([result]);
        results.push(result);
        if (options.json) options.write(JSON.stringify(result));
      }
    }
  }
  return results;
}

function noSuchMethod(name: string, known: readonly string[]): UserError {
  return new UserError('usage', `There is no method “${name}”.`, {
    next: `Choose among: ${known.join(', ')}.`,
  });
}

/** Every method by name, the baselines among them. */
function methodsOver(
  files: readonly SourceText[],
  syntax: SyntaxService,
  budget: number,
  signal: AbortSignal,
): Record<string, Chosen> {
  const texts = new Map(files.map((file) => [file.path, file.text]));
  const baselines = Object.entries(baselinesOver(files)).map(([name, choose]): [string, Chosen] => [
    name,
    (item) => Promise.resolve(partsOf(choose(item, budget))),
  ]);
  return {
    ...Object.fromEntries(baselines),
    none: () => Promise.resolve([]),
    definition: (item) => Promise.resolve(partsOf(within([trueDefinition(item, texts)], budget))),
    Thimble: async ({ path, languageId, content, line }) => {
      const column = (content.split('\n')[line - 1] ?? '').length + 1;
      const file = { path, languageId, text: content };
      const spans = await syntax.request('context', { file, position: { line, column }, told: [] }, signal);
      const counts = spans.map((span) => estimateTokens(textShown(span)));
      return partsOf(packSpans(spans, budget, counts).spans);
    },
  };
}

function trueDefinition({ definition }: ContextItem, texts: ReadonlyMap<string, string>): Chunk {
  const { path, symbol } = definition;
  const lines = (texts.get(path) ?? '').split('\n').slice(symbol.startLine - 1, symbol.endLine);
  const { startLine, endLine } = symbol;
  return { path, text: lines.join('\n'), startLine, endLine, verbatim: true };
}

async function writeLine(
  item: ContextItem,
  context: readonly ContextPart[],
  model: LanguageModel,
  signal: AbortSignal,
): Promise<Pick<LineResult, 'right' | 'text' | 'tokens' | 'ms'>> {
  const lines = item.content.split('\n');
  const completer = createCompleter({ model, clock: systemClock });
  const result = await completer.complete(
    {
      path: item.path,
      languageId: item.languageId,
      prefix: lines.slice(0, item.line).join('\n'),
      suffix: ['', ...lines.slice(item.line)].join('\n'),
      context,
      singleLine: true,
      raw: true,
    },
    signal,
  );
  const text = result.text.trim().split('\n', 1)[0]?.trimEnd() ?? '';
  return {
    right: text === item.text.trim(),
    text,
    tokens: result.uncachedTokens + result.cachedTokens,
    ms: Math.round(result.totalMs),
  };
}

/** Lines that came out right, by method and by whether the file imports the name. */
export function formatLinesReport(results: readonly LineResult[]): string {
  const methods = [...new Set(results.map(({ method }) => method))];
  return methods
    .map((method) => {
      const own = results.filter((result) => result.method === method);
      const share = (split: LineResult['split']): string => {
        const of = own.filter((result) => result.split === split);
        return `${of.filter(({ right }) => right).length} of ${of.length}`;
      };
      const right = own.filter((result) => result.right).length;
      const tokens = Math.round(own.reduce((sum, one) => sum + one.tokens, 0) / Math.max(1, own.length));
      return `${method}: ${right} of ${own.length} lines right (imported ${share('imported')}, never mentioned ${share('unmentioned')}), ${tokens} tokens of prompt`;
    })
    .join('\n');
}
