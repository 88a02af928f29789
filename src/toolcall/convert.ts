import { forbids, isRecord } from './tools';
import { readJson, readWholeJson } from './json-reader';
import type { JsonSchema, JsonValue } from './types';

/** A converted value, or why it does not fit. */
export type Conversion = { value: JsonValue; tolerances: string[] } | { problem: string };

/**
 * A raw XML value as the schema's type says: a string verbatim; everything else as JSON, then with Python's literals;
 * double-encoded JSON is unwrapped once for objects and arrays. In a union, strings come last.
 */
export function convertRaw(raw: string, schema: JsonSchema | undefined): Conversion {
  const types = typesOf(schema);
  if (types === undefined) return { value: raw, tolerances: [] };
  if (types.some((type) => type !== 'string')) {
    const reading = readScalarOrJson(raw.trim());
    if (reading !== undefined) {
      const { fitted, unwrapped } = fitParsed(reading.value, schema, types);
      if (fitted !== undefined) {
        const tolerances = unwrapped ? ['double-encoded'] : [];
        return { value: fitted, tolerances: [...reading.tolerances, ...tolerances] };
      }
    }
  }
  if (types.includes('string')) return { value: raw, tolerances: [] };
  return { problem: `${clip(raw)} is no ${types.join(' or ')}` };
}

/** A value that came as JSON: checked against the schema; strings may stand for the other types once. */
export function convertJson(value: JsonValue, schema: JsonSchema | undefined): Conversion {
  const types = typesOf(schema);
  if (types === undefined) return { value, tolerances: [] };
  const direct = fit(value, schema);
  if (direct !== undefined) return { value: direct, tolerances: [] };
  if (typeof value === 'string') {
    const reading = readScalarOrJson(value.trim());
    const fitted = reading && fit(reading.value, schema);
    if (fitted !== undefined) return { value: fitted, tolerances: ['double-encoded'] };
  }
  return { problem: `${clip(describe(value))} is no ${types.join(' or ')}` };
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
  schema: JsonSchema | undefined,
  types: string[],
): { fitted: JsonValue | undefined; unwrapped: boolean } {
  // A string that was read out of quotes is no string value: strings are verbatim.
  if (typeof value !== 'string') return { fitted: fit(value, schema), unwrapped: false };
  if (!types.includes('object') && !types.includes('array')) return { fitted: undefined, unwrapped: false };
  const inner = readJson(value, 0, true);
  if ('problem' in inner || typeof inner.value !== 'object' || inner.value === null) {
    return { fitted: undefined, unwrapped: false };
  }
  return { fitted: fit(inner.value, schema), unwrapped: true };
}

/**
 * The value as the schema wants it, or undefined if it does not fit. Types are checked all the way down; other
 * keywords only where they tell the branches of a union apart.
 */
function fit(value: JsonValue, schema: JsonSchema | undefined): JsonValue | undefined {
  if (schema === undefined) return value;
  const branches = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(branches)) {
    for (const branch of branches) {
      const fitted = fit(value, branch);
      if (fitted !== undefined && fitsChoice(value, branch)) return fitted;
    }
    return undefined;
  }
  const types = typesOf(schema);
  if (types !== undefined && !types.some((type) => isOfType(value, type))) return undefined;
  if (Array.isArray(value)) return fitItems(value, schema);
  if (typeof value === 'object' && value !== null) return fitMembers(value, schema);
  return value;
}

function fitItems(items: JsonValue[], schema: JsonSchema): JsonValue | undefined {
  const itemSchema = isRecord(schema.items) ? schema.items : undefined;
  const fitted = items.map((item) => fit(item, itemSchema));
  return fitted.some((item) => item === undefined) ? undefined : (fitted as JsonValue[]);
}

function fitMembers(value: Record<string, JsonValue>, schema: JsonSchema): JsonValue | undefined {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const result: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(value)) {
    if (forbids(schema, key)) continue;
    const memberSchema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const fitted = fit(member, memberSchema);
    if (fitted === undefined) return undefined;
    result[key] = fitted;
  }
  return result;
}

/** For unions of objects: the fixed values and required keys that tell the branches apart. */
function fitsChoice(value: JsonValue, schema: JsonSchema): boolean {
  if (schema.const !== undefined && schema.const !== value) return false;
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return false;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  if (Array.isArray(schema.required) && schema.required.some((key) => !Object.hasOwn(value, key)))
    return false;
  return Object.entries(schema.properties ?? {}).every(
    ([key, member]) => !Object.hasOwn(value, key) || fitsChoice(value[key] ?? null, member),
  );
}

function isOfType(value: JsonValue, type: string): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'number':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return true;
  }
}

/** The types that a schema allows, unions flattened; undefined if it says nothing about the type. */
export function typesOf(schema: JsonSchema | undefined): string[] | undefined {
  if (schema === undefined) return undefined;
  const branches = schema.anyOf ?? schema.oneOf;
  const named = schema.type ?? inferredType(schema);
  const own = typeof named === 'string' ? [named] : Array.isArray(named) ? named : [];
  const types = Array.isArray(branches) ? branches.flatMap((branch) => typesOf(branch) ?? []) : own;
  if (types.length === 0) return undefined;
  return schema.nullable === true && !types.includes('null') ? [...types, 'null'] : types;
}

function inferredType(schema: JsonSchema): string | undefined {
  if (isRecord(schema.properties)) return 'object';
  if (schema.items !== undefined) return 'array';
  return undefined;
}
