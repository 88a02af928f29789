import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { conservationProblem, parseChunks, previewProblem, serialised } from '../../src/bench/parse-fuzz';
import { readWholeJson, stringifyExact } from '../../src/toolcall/json-reader';
import { normaliseTools } from '../../src/toolcall/tools';
import type {
  DialectName,
  JsonValue,
  ToolCallEvent,
  ToolCallParserOptions,
  ToolDefinition,
} from '../../src/toolcall/types';

/** A line of `cases.jsonl`. */
export interface PublicCase {
  id: string;
  kind: string;
  /** Project, file and test that the case was taken from. */
  source: string;
  dialect: DialectName;
  tools: unknown;
  input: string;
  think?: 'open';
  final?: boolean;
  contains?: string[];
  not_contains?: string[];
  expect: {
    content: string | null;
    calls: { name: string; arguments: JsonValue }[];
    reasoning?: string | null;
  };
  assert: { content: string; calls: string };
}

export const fixtures = path.join(__dirname, '../fixtures/toolcalls');

/** Reads a file of JSON lines; integers beyond 2^53 are bigints. */
export function readLines<T>(name: string): T[] {
  return readFileSync(path.join(fixtures, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const reading = readWholeJson(line);
      return ('problem' in reading ? JSON.parse(line) : reading.value) as T;
    });
}

export const publicCases = readLines<PublicCase>('cases.jsonl');

export function optionsOf(entry: PublicCase): {
  dialect: DialectName;
  tools: ToolDefinition[] | null;
  think?: 'open' | undefined;
} {
  return { dialect: entry.dialect, tools: normaliseTools(entry.tools), think: entry.think };
}

/** Calls, text and reasoning of a parse. */
export function outcome(events: readonly ToolCallEvent[]): {
  calls: { name: string; arguments: JsonValue }[];
  text: string;
  reasoning: string;
} {
  const texts = (type: 'text' | 'reasoning'): string =>
    events.map((event) => (event.type === type ? event.text : '')).join('');
  return {
    calls: events.flatMap((event) =>
      event.type === 'call' ? [{ name: event.name, arguments: event.arguments }] : [],
    ),
    text: texts('text'),
    reasoning: texts('reasoning'),
  };
}

/** What a message comes to; what is left out is not looked at. */
export interface Expected {
  /** Arguments of the calls as JSON, with a space between two. */
  calls?: string;
  text?: string;
  reasoning?: string;
  /** Types of the remarks in order, `tolerated` ones as their reason. */
  remarks?: string[];
}

/** Parses a message at once and by single UTF-16 units, in the form of Qwen3-Coder unless `options` say otherwise. */
export function check(input: string, expected: Expected, options: Partial<ToolCallParserOptions> = {}): void {
  const all: ToolCallParserOptions = { dialect: 'qwen3-coder', tools, ...options };
  const events = parseChunks([input], all);
  assert.equal(serialised(parseChunks(input.split(''), all)), serialised(events));
  assert.equal(conservationProblem(input, events) ?? previewProblem(events), undefined);
  const { calls, text, reasoning } = outcome(events);
  const remarks = events.flatMap((event) => {
    if (event.type === 'tolerated') return [event.reason];
    const isRemark = ['malformed', 'unknown-tool', 'truncated', 'duplicate-key'].includes(event.type);
    return isRemark ? [event.type] : [];
  });
  const found: Expected = {
    calls: calls.map((one) => stringifyExact(one.arguments)).join(' '),
    text,
    reasoning,
    remarks,
  };
  for (const key of ['calls', 'text', 'reasoning', 'remarks'] as const) {
    if (expected[key] !== undefined) assert.deepEqual(found[key], expected[key], input);
  }
}

/** JSON that does not depend on the order of keys. */
export function canonical(value: JsonValue): string {
  return stringifyExact(sorted(value));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

/** What of a public case's expectation is not met; empty if all is. */
export function unmet(entry: PublicCase, events: readonly ToolCallEvent[]): string[] {
  const { calls, text, reasoning } = outcome(events);
  const expected = entry.expect.calls;
  const problems: string[] = [];
  const same = (actual: JsonValue, wanted: JsonValue): boolean => canonical(actual) === canonical(wanted);
  const plain = expected.map(({ name, arguments: values }) => ({ name, arguments: values }));
  const checks: Record<string, () => boolean> = {
    full: () => same(calls, plain),
    args: () =>
      same(
        calls.map((call) => call.arguments),
        plain.map((call) => call.arguments),
      ),
    names: () =>
      same(
        calls.map((call) => call.name),
        plain.map((call) => call.name),
      ),
    count: () => calls.length === expected.length,
    'args-contains': () =>
      calls.length === expected.length &&
      calls.every((call, index) => contains(call.arguments, expected[index]?.arguments ?? null)),
  };
  if (checks[entry.assert.calls]?.() === false) problems.push('calls');
  const content = entry.expect.content ?? '';
  if (entry.assert.content === 'exact' && text !== content) problems.push('content');
  if (entry.assert.content === 'trimmed' && text.trim() !== content.trim()) problems.push('content');
  if (entry.assert.content === 'contains') {
    if (!(entry.contains ?? [content]).every((part) => text.includes(part))) problems.push('content');
    if ((entry.not_contains ?? []).some((part) => text.includes(part))) problems.push('content');
  }
  const wanted = entry.expect.reasoning;
  if (typeof wanted === 'string' && wanted.trim() !== reasoning.trim()) problems.push('reasoning');
  return problems;
}

function contains(actual: JsonValue, wanted: JsonValue): boolean {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) {
    return canonical(actual) === canonical(wanted);
  }
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false;
  return Object.entries(wanted).every(([key, value]) => contains(actual[key] ?? null, value));
}

export const tools: ToolDefinition[] = [
  {
    name: 'read_file',
    description: 'Reads a file.',
    parameters: {
      type: 'object',
      properties: { path: { type: 'string' }, first: { type: 'integer' } },
      required: ['path'],
    },
  },
  {
    name: 'bash',
    description: 'Runs a command.',
    parameters: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] },
  },
];
