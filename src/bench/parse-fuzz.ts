import { createToolCallParser } from '../toolcall/parser';
import { dialectNames } from '../toolcall/dialects';
import { stringifyExact } from '../toolcall/json-reader';
import type { ToolCallEvent, ToolCallParserOptions, ToolDefinition } from '../toolcall/types';

/** A source of numbers from 0 up to, but not including, 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Tools of the fuzzer: strings, a typed value and an optional one. */
export const fuzzTools: ToolDefinition[] = [
  {
    name: 'read_file',
    description: 'Reads a file.',
    parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
  {
    name: 'bash',
    description: 'Runs a command.',
    parameters: {
      type: 'object',
      properties: { command: { type: 'string' }, timeout: { type: 'integer' } },
      required: ['command'],
    },
  },
];

/** Whole messages that mutations start from; written with other marks, lest this source hold calls itself. */
const seeds = [
  'I look.\n«tool_call»\n«function=read_file»\n«parameter=path»\na.ts\n«/parameter»\n«/function»\n«/tool_call»\n',
  '«function=bash»\n«parameter=command»\nls\n«/parameter»\n«parameter=timeout»\n5\n«/parameter»\n«/function»',
  '«tool_call»\n{"NAME": "bash", "arguments": {"command": "echo \\"«/tool_call»\\"", "timeout": 3}}\n«/tool_call» done',
  'Text.\n```json\n{"NAME": "read_file", "arguments": {"path": "ä😀.ts"}}\n```',
  '{"NAME": "read_file", "arguments": {"path": "a.ts"}}',
  '«think»so«/think»\n«tools»{"NAME": "read_file", "arguments": {"path": "a.ts"}}«/tools»',
  '⟦TOOL_CALLS⟧ [{"NAME": "read_file", "arguments": {"path": "a.ts"}}]',
  '«function_calls»«invoke name="read_file"»«parameter name="path"»a.ts«/parameter»«/invoke»«/function_calls»',
  '«read_file»«path»a.ts«/path»«/read_file» and text',
  '```tool\nTOOLNAME: read_file\nBEGIN_ARG: path\na.ts\nEND_ARG\n```\nAfter',
  '```tool_code\nprint(READ(path="a.ts"))\n```',
].map((message) =>
  message
    .replaceAll('«', '<')
    .replaceAll('»', '>')
    .replace('⟦TOOL_CALLS⟧', '[TOOL_CALLS]')
    .replaceAll('"NAME"', '"name"')
    .replace('TOOLNAME', 'TOOL_NAME')
    .replace('READ(', 'read_file('),
);

const pieces = [
  ...'<tool_call>|</tool_call>|<function=bash>|</function>|<parameter=path>|</parameter>|<parameter=command>'.split(
    '|',
  ),
  ...'<think>|</think>|<tools>|</tools>|```|```json\n|~~~|{"name": "|"arguments": {|}}|"|\'|\\|[|]|{|}|<|>|</'.split(
    '|',
  ),
  ...'[TOOL_CALLS]|<|python_tag|>|<read_file>|</read_file>|<path>|END_ARG\n|BEGIN_ARG: path\n|\0|😀|\ud83d|\udc00|\n| |   \n|x'.split(
    '|',
  ),
];

/** One message out of mutated markers. */
export function fuzzMessage(random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  let message = random() < 0.3 ? pick(seeds) + pick(seeds) : pick(seeds);
  const mutations = Math.floor(random() * 6);
  for (let count = 0; count < mutations; count++) {
    const from = Math.floor(random() * message.length);
    const to = Math.min(message.length, from + Math.floor(random() * 24));
    const kind = random();
    if (kind < 0.3) message = message.slice(0, from) + message.slice(to);
    else if (kind < 0.5) message = message.slice(0, to) + message.slice(from);
    else if (kind < 0.6) message = message.slice(0, from);
    else message = message.slice(0, from) + pick(pieces) + message.slice(from);
  }
  return message;
}

/** Cuts a text into random chunks, inside surrogate pairs too. */
export function randomChunks(text: string, random: () => number, largest = 7): string[] {
  const chunks: string[] = [];
  for (let from = 0; from < text.length;) {
    const to = from + 1 + Math.floor(random() * largest);
    chunks.push(text.slice(from, to));
    from = to;
  }
  return chunks;
}

/** The events with adjacent text, reasoning and argument deltas merged: what must not depend on the chunks. */
export function settled(events: readonly ToolCallEvent[]): ToolCallEvent[] {
  const result: ToolCallEvent[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if ((last?.type === 'text' || last?.type === 'reasoning') && event.type === last.type) {
      last.text += event.text;
      last.end = event.end;
    } else if (last?.type === 'skipped' && event.type === 'skipped') last.end = event.end;
    else if (
      last?.type === 'argument-delta' &&
      event.type === 'argument-delta' &&
      event.index === last.index &&
      event.key === last.key
    ) {
      last.delta += event.delta;
    } else result.push({ ...event });
  }
  return result;
}

/**
 * What is wrong with the previews and calls of a message: every preview has one beginning and one end, and arguments are
 * valid JSON. Undefined if all is well.
 */
export function previewProblem(events: readonly ToolCallEvent[]): string | undefined {
  const open = new Set<number>();
  for (const event of events) {
    if (event.type === 'call') JSON.parse(stringifyExact(event.arguments));
    if (!('index' in event)) continue;
    const { index, type } = event;
    const begun = open.has(index);
    if (begun === (type === 'call-started')) return `${type} of ${String(index)}, begun: ${String(begun)}`;
    if (type === 'call-started') open.add(index);
    else if (type !== 'argument-delta') open.delete(index);
  }
  return open.size === 0 ? undefined : `previews without an end: ${[...open].join(' ')}`;
}

/** What is wrong with the events of an input: text and ranges must tile it. Undefined if all is well. */
export function conservationProblem(input: string, events: readonly ToolCallEvent[]): string | undefined {
  let at = 0;
  for (const event of events) {
    if (!('start' in event) || !tiles.has(event.type)) continue;
    // Further calls of one envelope stand at its end with an empty range.
    if (event.start === event.end && event.start <= at) continue;
    if (event.start !== at)
      return `a gap or overlap at ${String(at)}: ${event.type} at ${String(event.start)}`;
    at = event.end;
    if (
      (event.type === 'text' || event.type === 'reasoning') &&
      event.text !== input.slice(event.start, event.end)
    ) {
      return `${event.type} differs from its source at ${String(event.start)}`;
    }
  }
  return at === input.length ? undefined : `the events end at ${String(at)} of ${String(input.length)}`;
}

const tiles = new Set(['text', 'reasoning', 'skipped', 'call', 'malformed', 'unknown-tool']);

/** Parses in chunks. */
export function parseChunks(chunks: readonly string[], options: ToolCallParserOptions): ToolCallEvent[] {
  const parser = createToolCallParser(options);
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.finish()];
}

/** One fuzz case: answers what is wrong, with the input, or undefined. */
export function fuzzCase(seed: number): string | undefined {
  const random = seededRandom(seed);
  const message = fuzzMessage(random);
  const dialect = dialectNames[Math.floor(random() * dialectNames.length)] ?? 'auto';
  const think = random() < 0.1 ? ('open' as const) : undefined;
  const tools = random() < 0.2 ? null : fuzzTools;
  const options = { dialect, tools, think };
  const report = (what: string): string => `${dialect} ${what}: ${JSON.stringify(message)}`;
  try {
    const whole = parseChunks([message], options);
    const problem = conservationProblem(message, whole) ?? previewProblem(whole);
    if (problem !== undefined) return report(problem);
    const cut = parseChunks(randomChunks(message, random), options);
    if (serialised(whole) !== serialised(cut)) return report('differs by its chunks');
  } catch (error) {
    return report(`throws ${String(error)}`);
  }
  return undefined;
}

/** Settled events as text that compares. */
export function serialised(events: readonly ToolCallEvent[]): string {
  return settled(events)
    .map((event) => stringifyExact(event as unknown as Record<string, string>))
    .join('\n');
}
