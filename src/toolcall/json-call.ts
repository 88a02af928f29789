import type { WrittenArgument } from './context';
import { type JsonFailure, type JsonReading, readWholeJson } from './json-reader';
import { isRecord } from './json-reader';
import type { JsonValue } from './types';

/** A call that was written as a JSON object; without its place in the source. */
export interface JsonCall {
  name: string;
  entries: WrittenArgument[];
  tolerances: string[];
  duplicates: string[];
  problem?: string | undefined;
  /** The arguments as written, if they are no object: a tool's schema may take that. */
  whole?: JsonValue;
}

/**
 * The calls in a JSON text: one object or a list of them, `{"name", "arguments"}` with the known variants. Answers the
 * reason if the text is no such thing.
 */
export function readJsonCalls(text: string): JsonCall[] | JsonFailure {
  const reading = readWholeJson(text);
  return 'problem' in reading ? reading : jsonCalls(reading);
}

/** The calls in a JSON value that was read. */
export function jsonCalls(reading: JsonReading): JsonCall[] | { problem: string } {
  const values = Array.isArray(reading.value) ? reading.value : [reading.value];
  const calls: JsonCall[] = [];
  for (const value of values) {
    const call = jsonCall(value);
    if ('name' in call) {
      calls.push({
        ...call,
        tolerances: [...reading.tolerances, ...call.tolerances],
        duplicates: reading.duplicates,
      });
    } else return call;
  }
  return calls.length === 0 ? { problem: 'an empty list of calls' } : calls;
}

function jsonCall(value: JsonValue): Omit<JsonCall, 'duplicates'> | { problem: string } {
  if (!isRecord(value)) return { problem: 'the JSON is no object with a name' };
  const wrapped = value['function'];
  const call = (isRecord(wrapped) ? wrapped : value) as Record<string, JsonValue>;
  const name = call['name'] ?? (typeof wrapped === 'string' ? wrapped : undefined);
  if (typeof name !== 'string' || name === '') return { problem: 'the JSON object names no tool' };
  const tolerances = isRecord(wrapped) ? ['openai-form'] : [];
  const word = call['arguments'] === undefined ? 'parameters' : 'arguments';
  const written = call[word];
  if (written === undefined) return { name, entries: [], tolerances };
  if (word === 'parameters') tolerances.push('parameters-for-arguments');
  const unwrapped = typeof written === 'string' ? unwrap(written) : written;
  if (!isRecord(unwrapped)) return { name, entries: [], tolerances, whole: written };
  if (typeof written === 'string') tolerances.push('double-encoded');
  const entries = Object.entries(unwrapped).map(([key, json]) => ({ key, json: json }));
  return { name, entries, tolerances };
}

function unwrap(text: string): JsonValue {
  if (text.trim() === '') return {};
  const inner = readWholeJson(text);
  return 'problem' in inner ? null : inner.value;
}
