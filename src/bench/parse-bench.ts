import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createToolCallParser } from '../toolcall/parser';
import type { ToolDefinition } from '../toolcall/types';
import { type ChunkingCase, type ChunkingReport, checkChunkings } from './parse-chunkings';
import { fuzzCase } from './parse-fuzz';

/** Options of {@link benchParse}. */
export interface ParseBenchOptions {
  /** Number of fuzz cases; 0 for none. */
  fuzz?: number;
  /** Seed of the first fuzz case. */
  seed?: number;
  /** Messages to cut in random ways, and how often each. */
  chunkings?: { cases: readonly ChunkingCase[]; count: number };
  /** Also runs `@ai-sdk-tool/parser`, where it is installed. */
  compare?: boolean;
}

/** What one input took. */
export interface ParseFigure {
  name: string;
  /** UTF-16 units. */
  length: number;
  chunk: number;
  /** Processor time. */
  milliseconds: number;
  megabytesPerSecond: number;
}

export interface ParseBenchReport {
  figures: ParseFigure[];
  /** Time per unit at the largest size against the smallest, per kind of input. */
  linearity: { name: string; ratio: number }[];
  /** Bytes that the parser holds when a text has come, less the characters of an argument that it must give whole. */
  memory: { name: string; length: number; bytes: number }[];
  fuzz?: { cases: number; failures: string[]; milliseconds: number };
  chunkings?: ChunkingReport;
  /** Streaming a 64 KB value in chunks of 4 characters. */
  comparison?: { ours: number; other: number; ratio: number };
}

const tools: ToolDefinition[] = [
  {
    name: 'write',
    description: 'Writes a file.',
    parameters: { type: 'object', properties: { path: { type: 'string' }, content: { type: 'string' } } },
  },
];

const prose = 'The quick brown fox jumps over the lazy dog, and nothing here is a call at all.\n';

/** Ordinary inputs, and ones that make a careless parser quadratic. */
const inputs: { name: string; chunk: number; text: (length: number) => string }[] = [
  { name: 'plain text', chunk: 4096, text: (length) => repeat(prose, length) },
  { name: 'one value', chunk: 4096, text: (length) => valueMessage(repeat('const a = b + c;\n', length)) },
  { name: 'many <', chunk: 4096, text: (length) => '<'.repeat(length) },
  { name: 'many < in a value', chunk: 4096, text: (length) => valueMessage('<'.repeat(length)) },
  { name: 'many openers', chunk: 4096, text: (length) => repeat('<tool_call>\n<function=write>\n', length) },
  { name: 'one JSON value', chunk: 4096, text: (length) => jsonMessage(repeat('a = b + c;\\n', length)) },
  { name: 'many fences', chunk: 4096, text: (length) => repeat('```json\n{"name":', length) },
  {
    name: 'nested JSON',
    chunk: 4096,
    text: (length) => `<tool_call>${repeat('{"name": "write", "arguments": [', length)}`,
  },
  { name: 'white space', chunk: 4096, text: (length) => `${' '.repeat(length)}x` },
  { name: 'plain text by 1', chunk: 1, text: (length) => repeat(prose, length) },
  { name: 'one value by 1', chunk: 1, text: (length) => valueMessage(repeat('const a = b + c;\n', length)) },
];

const sizes = [64 * 1024, 4 * 1024 * 1024];

/** Measures the parser: throughput, linearity, the comparison, and a number of fuzz cases. */
export async function benchParse(options: ParseBenchOptions = {}): Promise<ParseBenchReport> {
  const report: ParseBenchReport = { figures: [], linearity: [], memory: [] };
  for (const input of inputs) {
    const perUnit = sizes.map((length) => {
      const figure = measure(input.name, input.text(length), input.chunk);
      report.figures.push(figure);
      return figure.milliseconds / figure.length;
    });
    report.linearity.push({ name: input.name, ratio: (perUnit[1] ?? 0) / (perUnit[0] ?? 1) });
  }
  for (const length of [1024 * 1024, 16 * 1024 * 1024]) {
    const content = (size: number): string => repeat('const a = b + c;\n', size);
    report.memory.push(
      { name: 'plain text', length, bytes: heldBytes(prose, length) },
      { name: 'one value', length, bytes: heldBytes(content(4096), length, valueOpening) - length },
    );
  }
  if (options.compare ?? true) {
    const comparison = await compare();
    if (comparison) report.comparison = comparison;
  }
  if (options.chunkings) report.chunkings = checkChunkings(options.chunkings.cases, options.chunkings.count);
  if (options.fuzz !== undefined && options.fuzz > 0) report.fuzz = runFuzz(options.fuzz, options.seed ?? 1);
  return report;
}

function runFuzz(cases: number, seed: number): NonNullable<ParseBenchReport['fuzz']> {
  const failures: string[] = [];
  const started = performance.now();
  for (let index = 0; index < cases && failures.length < 20; index++) {
    const failure = fuzzCase(seed + index);
    if (failure !== undefined) failures.push(`seed ${String(seed + index)}: ${failure}`);
  }
  return { cases, failures, milliseconds: performance.now() - started };
}

/**
 * The best of several runs: the first ones warm the compiler up. Each run of a short text parses as many units as one of
 * the longest does, so that collecting the garbage is part of either.
 */
function measure(name: string, text: string, chunk: number): ParseFigure {
  const chunks = cut(text, chunk);
  const repeats = Math.max(1, Math.round(Math.max(...sizes) / text.length));
  let best = Infinity;
  for (let run = 0; run < 4; run++) {
    let total = 0;
    for (let repeat = 0; repeat < repeats; repeat++) total += once(chunks);
    best = Math.min(best, total / repeats);
  }
  const megabytes = text.length / (1024 * 1024);
  return {
    name,
    length: text.length,
    chunk,
    milliseconds: best,
    megabytesPerSecond: (megabytes * 1000) / best,
  };
}

function once(chunks: readonly string[]): number {
  const parser = createToolCallParser({ dialect: 'qwen3-coder', tools });
  const started = processorTime();
  for (const chunk of chunks) parser.push(chunk);
  parser.finish();
  return processorTime() - started;
}

/** Heap that a parser holds once so many characters have come, piece by piece, and before the message ends. */
function heldBytes(piece: string, length: number, opening = ''): number {
  const parser = createToolCallParser({ dialect: 'qwen3-coder', tools });
  parser.push(opening);
  const before = usedHeap();
  // Each piece is another string: one that is held twice would cost nothing.
  for (let sent = 0; sent < length; sent += piece.length)
    parser.push(String(sent).padStart(10) + piece.slice(10));
  const held = usedHeap() - before;
  parser.finish();
  return held;
}

/** Bytes in use on the heap after a collection. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Milliseconds that this process has computed, its garbage collector too: what other programs do does not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The part of the other parser that is used. */
interface OtherParser {
  qwen3CoderProtocol: () => {
    createStreamParser(options: { tools: unknown[] }): TransformStream<unknown, unknown>;
  };
}

/** Both parsers on the same message; undefined where the other one is not installed. */
async function compare(): Promise<ParseBenchReport['comparison']> {
  const other = await loadOther();
  if (!other) return undefined;
  const chunks = cut(valueMessage(repeat('const a = b + c;\n', 64 * 1024)), 4);
  let ours = Infinity;
  let theirs = Infinity;
  for (let run = 0; run < 3; run++) {
    ours = Math.min(ours, once(chunks));
    theirs = Math.min(theirs, await otherOnce(other, chunks));
  }
  return { ours, other: theirs, ratio: theirs / ours };
}

async function loadOther(): Promise<OtherParser | undefined> {
  // A development dependency: the name is no literal, so that no bundle takes it along.
  const name = ['@ai-sdk-tool', 'parser'].join('/');
  try {
    return (await import(name)) as OtherParser;
  } catch {
    return undefined;
  }
}

async function otherOnce(other: OtherParser, chunks: readonly string[]): Promise<number> {
  const declared = tools.map(({ name, description, parameters }) => ({
    type: 'function',
    name,
    description,
    inputSchema: parameters,
  }));
  const stream = other.qwen3CoderProtocol().createStreamParser({ tools: declared });
  const started = processorTime();
  const source = new ReadableStream({
    start(controller) {
      for (const delta of chunks) controller.enqueue({ type: 'text-delta', id: '1', delta });
      controller.enqueue({ type: 'finish', finishReason: 'stop', usage: {} });
      controller.close();
    },
  });
  const reader = source.pipeThrough(stream).getReader();
  while (!(await reader.read()).done);
  return processorTime() - started;
}

const valueOpening =
  '<tool_call>\n<function=write>\n<parameter=path>\na.ts\n</parameter>\n<parameter=content>\n';

function valueMessage(content: string): string {
  return `${valueOpening}${content}\n</parameter>\n</function>\n</tool_call>`;
}

function jsonMessage(content: string): string {
  const closed = content.endsWith('\\') ? `${content}n` : content;
  return `<tool_call>\n{"name": "write", "arguments": {"path": "a.ts", "content": "${closed}"}}\n</tool_call>`;
}

function repeat(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

function cut(text: string, size: number): string[] {
  const chunks: string[] = [];
  for (let from = 0; from < text.length; from += size) chunks.push(text.slice(from, from + size));
  return chunks;
}

/** The report as lines for people. */
export function formatParseReport(report: ParseBenchReport): string {
  const lines = report.figures.map(
    ({ name, length, chunk, milliseconds, megabytesPerSecond }) =>
      `${name.padEnd(20)} ${String(length).padStart(9)} units by ${String(chunk).padStart(4)}: ` +
      `${milliseconds.toFixed(2).padStart(9)} ms, ${megabytesPerSecond.toFixed(1).padStart(8)} MB/s`,
  );
  for (const { name, ratio } of report.linearity)
    lines.push(`${name}: time per unit ×${ratio.toFixed(2)} at 4 MB`);
  for (const { name, length, bytes } of report.memory) {
    lines.push(
      `memory: ${name} of ${String(length / 1024 / 1024)} MB: ${(bytes / 1024).toFixed(0)} KB besides`,
    );
  }
  if (report.comparison) {
    const { ours, other, ratio } = report.comparison;
    lines.push(
      `64 KB value by 4: ${ours.toFixed(1)} ms; @ai-sdk-tool/parser ${other.toFixed(1)} ms (×${ratio.toFixed(1)})`,
    );
  }
  if (report.chunkings) {
    const { cases, chunkings, failures, milliseconds } = report.chunkings;
    lines.push(
      `chunkings: ${String(cases)} messages by 1 and in ${String(chunkings)} random ways, ` +
        `${(milliseconds / 1000).toFixed(1)} s, ${String(failures.length)} failed`,
      ...failures,
    );
  }
  if (report.fuzz) {
    const { cases, failures, milliseconds } = report.fuzz;
    lines.push(
      `fuzz: ${String(cases)} cases in ${(milliseconds / 1000).toFixed(1)} s, ${String(failures.length)} failed`,
    );
    lines.push(...failures);
  }
  return lines.join('\n');
}
