import { type Certainty, type ParseContext, type WrittenArgument, giveCallOrText } from './context';
import type { JsonPreview } from './json-preview';
import { type JsonFailure, type JsonReading, isRecord, readWholeJson } from './json-reader';
import type { JsonValue, SourceRange } from './types';

/** A call that was written as a JSON object; without its place in the source. */
export interface JsonCall {
  name: string;
  entries: WrittenArgument[];
  tolerances: string[];
  duplicates: string[];
  problem?: string | undefined;
  /** False if the object names a tool and says nothing of arguments, as many an object does that is no call. */
  argued?: boolean;
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

/** The arguments of a call whose name stands outside of the JSON. */
export function readJsonArguments(text: string): Omit<JsonCall, 'name'> {
  const reading = readWholeJson(text);
  const empty = { entries: [], tolerances: [], duplicates: [] };
  if ('problem' in reading) return { ...empty, problem: reading.problem };
  const { value, tolerances, duplicates } = reading;
  return isRecord(value) ? { entries: entriesOf(value), tolerances, duplicates } : { ...empty, whole: value };
}

/** Gives out calls that stand in one envelope: the first takes its range, the others stand at its end. */
export function giveCalls(
  context: ParseContext,
  calls: JsonCall[],
  { start, end, raw }: SourceRange & { raw: string },
  preview: JsonPreview,
  { tolerances, certainty }: { tolerances: string[]; certainty: Certainty },
): void {
  calls.forEach((call, place) => {
    const range = place === 0 ? { start, end, raw } : { start: end, end, raw: '' };
    const index = preview.claim(place, call.name);
    const written = { ...call, ...range, index, tolerances: [...tolerances, ...call.tolerances] };
    giveCallOrText(context, written, certainty);
  });
}

/** The calls in a JSON value that was read. */
function jsonCalls(reading: JsonReading): JsonCall[] | { problem: string } {
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
  if (written === undefined) return { name, entries: [], tolerances, argued: false };
  if (word === 'parameters') tolerances.push('parameters-for-arguments');
  const unwrapped = typeof written === 'string' ? unwrap(written) : written;
  if (!isRecord(unwrapped)) return { name, entries: [], tolerances, whole: written };
  if (typeof written === 'string') tolerances.push('double-encoded');
  return { name, entries: entriesOf(unwrapped), tolerances };
}

function entriesOf(value: Record<string, unknown>): WrittenArgument[] {
  return Object.entries(value).map(([key, json]) => ({ key, json: json as JsonValue }));
}

function unwrap(text: string): JsonValue {
  if (text.trim() === '') return {};
  const inner = readWholeJson(text);
  return 'problem' in inner ? null : inner.value;
}
