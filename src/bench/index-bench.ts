/**
 * `thimble bench index`: time and memory of the index on workspaces of several sizes, made of the sources that
 * `thimble bench context` fetches. A copy of a file has some of its names changed, so that no name is defined
 * thousands of times.
 */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { indexParams } from '../node/index-watch';
import { createSyntaxWorker } from '../node/syntax-worker';
import type { IndexStatus } from '../protocol/indexer';
import type { IndexingSyntax } from '../syntax/syntax-service';
import { readSources } from './context-bench';
import { corpus, fetchPackage } from './context-corpus';
import type { SourceText } from './context-items';
import { median, percentile } from './engine-figures';

export interface IndexBenchOptions {
  /** Files of each workspace. */
  sizes: readonly number[];
  /** Where sources, workspaces and indexes lie. */
  folder: string;
  /** The built bundles. */
  dist: string;
}

/** Times in milliseconds, sizes in bytes. */
export interface IndexFigures {
  files: number;
  sourceBytes: number;
  /** From nothing to all files, and the processor time of the host's process meanwhile. */
  coldMs: number;
  coldProcessorMs: number;
  /** The longest pause of the host's event loop meanwhile. */
  hostPauseMs: number;
  storedBytes: number;
  /** Heap and buffers of the worker, grammars included, and what the process grew by. */
  workerBytes: number;
  processBytes: number;
  /** From the start of a worker until it answers from the stored index. */
  warmMs: number;
  /** From a change of a file that is open until the index answers with what it defines now. */
  edit: Percentiles;
  /** The context of the first line that is asked about in a file, and of those that are typed then. */
  query: { first: Percentiles; further: Percentiles };
}

/** Milliseconds: as waited for, and of the process's own time, which other programs do not add to. */
interface Percentiles {
  waited: { median: number; p95: number };
  processor: { median: number; p95: number };
}

const edits = 40;
const queriedFiles = 40;
const typedLines = 8;
const lookEveryMs = 2;

/** One workspace after the other. Rejects with `corpus-unavailable` when a package cannot be fetched. */
export async function benchIndex(
  options: IndexBenchOptions,
  report: (figures: IndexFigures) => void,
  signal: AbortSignal,
): Promise<IndexFigures[]> {
  const sources = await corpusSources(options);
  const all: IndexFigures[] = [];
  for (const size of options.sizes) {
    signal.throwIfAborted();
    const { folder, files } = await workspaceOf(size, sources, options.folder);
    const figures = await measure(files, folder, options, signal);
    all.push(figures);
    report(figures);
  }
  return all;
}

async function corpusSources({
  folder,
  dist,
}: Pick<IndexBenchOptions, 'folder' | 'dist'>): Promise<SourceText[]> {
  const sources: SourceText[] = [];
  for (const source of corpus) {
    const files = await readSources(await fetchPackage(source, path.join(folder, 'corpus')), dist);
    for (const file of files) sources.push({ ...file, path: `${source.name}/${file.path}` });
  }
  return sources;
}

/** The folder of a workspace of the corpus, for other measurements. */
export async function benchWorkspace(
  size: number,
  options: Pick<IndexBenchOptions, 'folder' | 'dist'>,
): Promise<string> {
  return (await workspaceOf(size, await corpusSources(options), options.folder)).folder;
}

async function workspaceOf(
  size: number,
  sources: readonly SourceText[],
  home: string,
): Promise<{ folder: string; files: SourceText[] }> {
  const folder = path.join(home, 'workspaces', String(size));
  return { folder, files: await makeWorkspace(folder, size, sources) };
}

/** Writes the workspace where it is not there yet; every file is a copy of a source with other names. */
async function makeWorkspace(
  folder: string,
  size: number,
  sources: readonly SourceText[],
): Promise<SourceText[]> {
  const files = Array.from({ length: size }, (_, at): SourceText => {
    const source = sources[at % sources.length];
    if (!source) throw new Error('the corpus is empty');
    const copy = Math.floor(at / sources.length);
    const text = copy === 0 ? source.text : source.text.replace(longName, (name) => otherName(name, copy));
    return { ...source, path: `copy${copy}/${source.path}`, text };
  });
  const done = path.join(folder, '.complete');
  if (await stat(done).catch(() => undefined)) return files;
  for (const { path: file, text } of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  await writeFile(done, '');
  return files;
}

const longName = /\b[A-Za-z][A-Za-z0-9]{7,}\b/g;

/** Every second long name is another one in each copy, the same throughout the copy. */
function otherName(name: string, copy: number): string {
  let sum = 0;
  for (let at = 0; at < name.length; at++) sum += name.charCodeAt(at);
  return sum % 2 === 0 ? name : `${name}C${copy}`;
}

async function measure(
  files: readonly SourceText[],
  folder: string,
  { folder: home, dist }: IndexBenchOptions,
  signal: AbortSignal,
): Promise<IndexFigures> {
  const params = await indexParams({ folders: [folder], home });
  await rm(params.storeFile, { force: true });
  const open = (): IndexingSyntax =>
    createSyntaxWorker({
      workerPath: path.join(dist, 'indexer.js'),
      grammarFolder: path.join(dist, 'grammars'),
      timeoutMs: 60_000,
      index: () => Promise.resolve(params),
    });
  const resident = process.memoryUsage.rss();
  const cold = open();
  try {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const before = process.cpuUsage();
    const started = performance.now();
    delay.enable();
    const status = await whenReady(cold, signal);
    const coldMs = performance.now() - started;
    delay.disable();
    const { user, system } = process.cpuUsage(before);
    const processBytes = process.memoryUsage.rss() - resident;
    cold.dispose();
    const warm = open();
    try {
      const begun = performance.now();
      await warm.request('indexStatus', null, signal);
      const warmMs = performance.now() - begun;
      await whenReady(warm, signal);
      return {
        files: status.files,
        sourceBytes: files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
        coldMs,
        coldProcessorMs: (user + system) / 1000,
        hostPauseMs: delay.max / 1e6,
        storedBytes: status.storedBytes,
        workerBytes: status.memory,
        processBytes,
        warmMs,
        query: await timeQueries(files, warm, signal),
        edit: await timeEdits(files, folder, warm, signal),
      };
    } finally {
      warm.dispose();
    }
  } finally {
    cold.dispose();
  }
}

/** The state of an index that knows all files. */
export async function whenReady(syntax: IndexingSyntax, signal: AbortSignal): Promise<IndexStatus> {
  for (;;) {
    const status = await syntax.request('indexStatus', null, signal);
    if (status?.state === 'ready') return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Context in files all over the workspace: at first, and for the lines that are then typed one after the other. */
async function timeQueries(
  files: readonly SourceText[],
  syntax: IndexingSyntax,
  signal: AbortSignal,
): Promise<{ first: Percentiles; further: Percentiles }> {
  const [first, further] = [createStopwatch(), createStopwatch()];
  const grammars = new Map(
    files.map(({ path: file, languageId, text }) => [languageId, { path: file, languageId, text }]),
  );
  for (const file of grammars.values()) await syntax.request('outline', file, signal);
  for (const { path: file, languageId, text } of spread(files, queriedFiles)) {
    const lines = text.split('\n');
    const middle = Math.ceil(lines.length / 2);
    for (let typed = 0; typed <= typedLines; typed++) {
      const written = Array.from({ length: typed }, (_, at) => `value_${at} = ${at}`);
      const all = [...lines.slice(0, middle), ...written, '', ...lines.slice(middle)].join('\n');
      const position = { line: middle + typed + 1, column: 1 };
      const clock = typed === 0 ? first : further;
      clock.start();
      await syntax.request(
        'context',
        { file: { path: file, languageId, text: all }, position, told: [] },
        signal,
      );
      clock.stop();
    }
  }
  return { first: first.percentiles(), further: further.percentiles() };
}

/** Puts a new name into files that are open until the index has parsed them, and asks for it; the files are put back. */
async function timeEdits(
  files: readonly SourceText[],
  folder: string,
  syntax: IndexingSyntax,
  signal: AbortSignal,
): Promise<Percentiles> {
  const clock = createStopwatch();
  const before: [string, string][] = [];
  const python = files.filter(({ languageId }) => languageId === 'python');
  for (const [at, { path: file }] of spread(python, edits).entries()) {
    const absolute = path.join(folder, file);
    const text = await readFile(absolute, 'utf8');
    const name = `brand_new_name_${at}`;
    // What an editor asks of a file that somebody works on.
    const position = { line: text.split('\n').length, column: 1 };
    const open = { path: file, languageId: 'python', text };
    await syntax.request('context', { file: open, position, told: [] }, signal);
    await writeFile(absolute, `${text}\n\ndef ${name}():\n    return ${at}\n`);
    const parsed = async (): Promise<number> =>
      (await syntax.request('indexStatus', null, signal))?.parsed ?? 0;
    const known = await parsed();
    clock.start();
    syntax.changed([file]);
    while ((await parsed()) === known) await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    clock.stop();
    const [found] = await syntax.request('findSymbol', { query: name, limit: 1 }, signal);
    if (found?.name !== name) throw new Error(`the index does not know what was written to ${file}`);
    before.push([absolute, text]);
  }
  for (const [absolute, text] of before) await writeFile(absolute, text);
  return clock.percentiles();
}

function spread<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, at) => all[Math.floor(at * step)]).filter(
    (one) => one !== undefined,
  );
}

function createStopwatch(): { start(): void; stop(): void; percentiles(): Percentiles } {
  const waited: number[] = [];
  const processor: number[] = [];
  let begun = { at: 0, usage: process.cpuUsage() };
  return {
    start: () => {
      begun = { at: performance.now(), usage: process.cpuUsage() };
    },
    stop: () => {
      waited.push(performance.now() - begun.at);
      const { user, system } = process.cpuUsage(begun.usage);
      processor.push((user + system) / 1000);
    },
    percentiles: () => ({ waited: percentilesOf(waited), processor: percentilesOf(processor) }),
  };
}

function percentilesOf(times: readonly number[]): { median: number; p95: number } {
  return { median: median(times), p95: percentile(times, 0.95) };
}

/** One column a size, as the figures are asked for. */
export function formatIndexReport(all: readonly IndexFigures[]): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const both = ({ median, p95 }: { median: number; p95: number }): string =>
    `${median.toFixed(1)} / ${p95.toFixed(1)} ms`;
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const rows: [string, (figures: IndexFigures) => string][] = [
    ['files', ({ files }) => String(files)],
    ['source', ({ sourceBytes }) => mb(sourceBytes)],
    ['cold index', ({ coldMs }) => seconds(coldMs)],
    ['processor time of it', ({ coldProcessorMs }) => seconds(coldProcessorMs)],
    ['files a second', ({ files, coldMs }) => (files / (coldMs / 1000)).toFixed(0)],
    ['longest pause of the host', ({ hostPauseMs }) => ms(hostPauseMs)],
    [
      'stored',
      ({ storedBytes, sourceBytes }) =>
        `${mb(storedBytes)}, ${((100 * storedBytes) / sourceBytes).toFixed(1)} %`,
    ],
    ['memory of the worker', ({ workerBytes }) => mb(workerBytes)],
    ['growth of the process', ({ processBytes }) => mb(processBytes)],
    ['warm start', ({ warmMs }) => ms(warmMs)],
    ['one edit (median / 95 %)', ({ edit }) => both(edit.waited)],
    ['processor time of it', ({ edit }) => both(edit.processor)],
    ['first query of a file', ({ query }) => both(query.first.waited)],
    ['processor time of it', ({ query }) => both(query.first.processor)],
    ['further queries', ({ query }) => both(query.further.waited)],
    ['processor time of it', ({ query }) => both(query.further.processor)],
  ];
  return rows
    .map(([name, value]) => [name.padEnd(30), ...all.map((one) => value(one).padStart(20))].join(''))
    .join('\n');
}
