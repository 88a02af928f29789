import { readJson, readWholeJson } from './json-reader';
import { type Subschema, fit, typesOf } from './schema';
import type { JsonValue } from './types';

/** A converted value, or why it does not fit. */
export type Conversion = { value: JsonValue; tolerances: string[] } | { problem: string };

/**
 * A raw XML value as the schema's type says: a string verbatim; everything else as JSON, then with Python's literals;
 * double-encoded JSON is unwrapped once for objects and arrays. In a union, strings come last.
 */
export function convertRaw(raw: string, schema: Subschema | undefined): Conversion {
  const types = typesOf(schema);
  if (types === undefined) return { value: raw, tolerances: [] };
  if (types.some((type) => type !== 'string')) {
    const reading = readScalarOrJson(raw.trim());
    if (reading !== undefined) {
      const notes = new Set(reading.tolerances);
      const fitted = fitParsed(reading.value, schema, types, notes);
      if (fitted !== undefined) return { value: fitted, tolerances: [...notes] };
    }
  }
  if (types.includes('string')) return { value: raw, tolerances: [] };
  return { problem: `${clip(raw)} is not what the schema wants (${types.join(' or ')})` };
}

/** A value that came as JSON: checked against the schema; strings may stand for the other types once. */
export function convertJson(value: JsonValue, schema: Subschema | undefined): Conversion {
  const types = typesOf(schema);
  if (types === undefined) return { value, tolerances: [] };
  const notes = new Set<string>();
  const direct = fit(value, schema, notes);
  if (direct !== undefined) return { value: direct, tolerances: [...notes] };
  if (typeof value === 'string') {
    const reading = readScalarOrJson(value.trim());
    const fitted = reading && fit(reading.value, schema, notes);
    if (fitted !== undefined) return { value: fitted, tolerances: ['double-encoded', ...notes] };
  }
  return { problem: `${clip(describe(value))} is not what the schema wants (${types.join(' or ')})` };
}

function describe(value: JsonValue): string {
  return typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? 'a list'
      : 'an object'
    : String(value);
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** JSON or Python text; `TRUE` and `False` count as booleans in any case. */
function readScalarOrJson(text: string): { value: JsonValue; tolerances: string[] } | undefined {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === 'false') {
    return { value: lower === 'true', tolerances: text === lower ? [] : ['python-literal'] };
  }
  const reading = readWholeJson(text);
  return 'problem' in reading ? undefined : reading;
}

function fitParsed(
  value: JsonValue,
  schema: Subschema | undefined,
  types: string[],
  notes: Set<string>,
): JsonValue | undefined {
  // A string that was read out of quotes is no string value: strings are verbatim.
  if (typeof value !== 'string') return fit(value, schema, notes);
  if (!types.includes('object') && !types.includes('array')) return undefined;
  const inner = readJson(value, 0, true);
  if ('problem' in inner || typeof inner.value !== 'object' || inner.value === null) return undefined;
  notes.add('double-encoded');
  return fit(inner.value, schema, notes);
}
