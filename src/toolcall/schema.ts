import { isRecord } from './json-reader';
import type { JsonSchema, JsonValue } from './types';

/** A schema as it stands in other schemas: `true` takes everything, `false` nothing. */
export type Subschema = JsonSchema | boolean;

/**
 * The value as the schema wants it, or undefined if it does not fit. Keys that the schema forbids are left out, which
 * `notes` tells. Looks at types, keys, items, fixed values and the combinations of schemas, all the way down; `partial`
 * lets required keys be missing at the top.
 */
export function fit(
  value: JsonValue,
  schema: Subschema | undefined,
  notes: Set<string>,
  partial = false,
): JsonValue | undefined {
  if (schema === undefined || schema === true) return value;
  if (schema === false) return undefined;
  const { type } = schema;
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? type : undefined;
  if (types && !types.some((one) => isOfType(value, one)) && !(value === null && schema.nullable === true))
    return undefined;
  if (schema.const !== undefined && !same(schema.const, value)) return undefined;
  if (Array.isArray(schema.enum) && !schema.enum.some((one) => same(one, value))) return undefined;
  let fitted: JsonValue | undefined = value;
  if (Array.isArray(value)) fitted = fitItems(value, schema, notes);
  else if (isRecord(value)) fitted = fitMembers(value, schema, notes, partial);
  for (const part of subschemas(schema.allOf)) {
    if (fitted !== undefined) fitted = fit(fitted, part, notes, partial);
  }
  if (fitted !== undefined && Array.isArray(schema.anyOf)) {
    fitted = fitBranch(fitted, subschemas(schema.anyOf), notes, false);
  }
  if (fitted !== undefined && Array.isArray(schema.oneOf)) {
    fitted = fitBranch(fitted, subschemas(schema.oneOf), notes, true);
  }
  return fitted;
}

/** The value as the first branch wants it that it fits; with `only`, no other branch may take it. */
function fitBranch(
  value: JsonValue,
  branches: Subschema[],
  notes: Set<string>,
  only: boolean,
): JsonValue | undefined {
  const fitting = branches.flatMap((branch) => {
    const own = new Set<string>();
    const fitted = fit(value, branch, own);
    return fitted === undefined ? [] : [{ fitted, own }];
  });
  const [first] = fitting;
  if (first === undefined || (only && fitting.length > 1)) return undefined;
  for (const note of first.own) notes.add(note);
  return first.fitted;
}

function fitItems(items: JsonValue[], schema: JsonSchema, notes: Set<string>): JsonValue | undefined {
  // Drafts before 2020-12 say `items` and `additionalItems` for what is `prefixItems` and `items` now.
  const listed = Array.isArray(schema.items) ? schema.items : schema['prefixItems'];
  const prefix = subschemas(listed);
  const rest = asSubschema(Array.isArray(schema.items) ? schema['additionalItems'] : schema.items);
  const fitted = items.map((item, index) => fit(item, index < prefix.length ? prefix[index] : rest, notes));
  return fitted.some((item) => item === undefined) ? undefined : (fitted as JsonValue[]);
}

function fitMembers(
  value: Record<string, JsonValue>,
  schema: JsonSchema,
  notes: Set<string>,
  partial: boolean,
): JsonValue | undefined {
  if (!partial && requiredKeys(schema).some((key) => !Object.hasOwn(value, key))) return undefined;
  const result: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(value)) {
    const schemas = ownSchemas(schema, key);
    if (schemas === 'unknown') return undefined;
    if (schemas.includes(false)) {
      notes.add('forbidden-key-dropped');
      continue;
    }
    let fitted: JsonValue | undefined = member;
    for (const one of schemas) if (fitted !== undefined) fitted = fit(fitted, one, notes);
    if (fitted === undefined) return undefined;
    result[key] = fitted;
  }
  return result;
}

/**
 * The schemas that a schema itself has for a key: of its property, of the patterns that match, else the one for other
 * keys. `unknown` if a pattern would take too long to tell.
 */
function ownSchemas(schema: JsonSchema, key: string): Subschema[] | 'unknown' {
  const found: Subschema[] = [];
  const property = propertySchema(schema, key);
  if (property !== undefined) found.push(property);
  const patterns = isRecord(schema['patternProperties']) ? schema['patternProperties'] : {};
  for (const [pattern, value] of Object.entries(patterns)) {
    const matches = matchesKey(pattern, key);
    const one = asSubschema(value);
    if (matches === undefined && property === undefined) {
      // Where it cannot be told, a key that may be forbidden is.
      if (one !== false) return 'unknown';
      return [false];
    }
    // A key that is named is allowed, whatever a pattern forbids.
    if (matches === true && one !== undefined && (one !== false || property === undefined)) found.push(one);
  }
  if (found.length > 0) return found;
  const other = asSubschema(schema.additionalProperties);
  return other === undefined ? [] : [other];
}

function propertySchema(schema: JsonSchema, key: string): Subschema | undefined {
  const properties = schema.properties;
  if (!isRecord(properties) || !Object.hasOwn(properties, key)) return undefined;
  return asSubschema(properties[key]) ?? {};
}

/** Longest key, in UTF-16 units, on which a pattern with several repeats is tried: it may take 2^length steps. */
const longestTried = 16;

/** Whether a pattern matches a key; undefined if trying might hang. A pattern that is none matches nothing. */
function matchesKey(pattern: string, key: string): boolean | undefined {
  const repeats = pattern.match(/[*+]|\{\d+,\d*\}/g) ?? [];
  if (repeats.length > 1 && key.length > longestTried) return undefined;
  try {
    return new RegExp(pattern, 'u').test(key);
  } catch {
    return false;
  }
}

/**
 * The schema of a key, looked up through combinations too: undefined where there is none, `false` where the schema says
 * in so many words that the key may not be there.
 */
export function keySchema(schema: Subschema | undefined, key: string): Subschema | undefined {
  if (schema === undefined || typeof schema === 'boolean') return schema === false ? false : undefined;
  const schemas = ownSchemas(schema, key);
  const own = schemas === 'unknown' ? [] : schemas.filter((one) => one !== true);
  if (own.includes(false)) return false;
  const parts = subschemas(schema.allOf).map((part) => keySchema(part, key));
  if (parts.includes(false)) return false;
  const branches = [...subschemas(schema.anyOf), ...subschemas(schema.oneOf)].map((part) =>
    keySchema(part, key),
  );
  const open = branches.filter((branch) => branch !== false);
  if (branches.length > 0 && open.length === 0) return false;
  const known = open.filter((branch) => isRecord(branch));
  const all = [...own, ...parts, ...(known.length > 1 ? [{ anyOf: known }] : known)].filter((one) =>
    isRecord(one),
  );
  return all.length > 1 ? { allOf: all } : all[0];
}

/** Every key that the schema names, through combinations too. */
export function namedKeys(schema: Subschema | undefined): string[] {
  if (!isRecord(schema)) return [];
  const own = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  const parts = [schema.allOf, schema.anyOf, schema.oneOf].flatMap(subschemas);
  return [...new Set([...own, ...parts.flatMap(namedKeys)])];
}

/** The keys that must be there, as the schema itself and all its parts say. */
export function requiredKeys(schema: Subschema | undefined): string[] {
  if (!isRecord(schema)) return [];
  const own: unknown[] = Array.isArray(schema.required) ? schema.required : [];
  return own.filter((key) => typeof key === 'string');
}

/** The types that a schema allows, unions flattened; undefined if it says nothing about the type. */
export function typesOf(schema: Subschema | undefined): string[] | undefined {
  if (!isRecord(schema)) return undefined;
  const named = schema.type ?? inferredType(schema);
  const own = typeof named === 'string' ? [named] : Array.isArray(named) ? named : [];
  const branches = [...subschemas(schema.anyOf), ...subschemas(schema.oneOf)];
  const flattened = own.length > 0 ? own : branches.flatMap((branch) => typesOf(branch) ?? []);
  const [part] = subschemas(schema.allOf).flatMap((one) => typesOf(one) ?? []);
  const types = flattened.length > 0 || part === undefined ? flattened : [part];
  if (types.length === 0) return undefined;
  return schema.nullable === true && !types.includes('null') ? [...types, 'null'] : types;
}

function inferredType(schema: JsonSchema): string | undefined {
  if (isRecord(schema.properties)) return 'object';
  if (schema.items !== undefined) return 'array';
  return undefined;
}

function subschemas(list: unknown): Subschema[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) => {
    const schema = asSubschema(one);
    return schema === undefined ? [] : [schema];
  });
}

function asSubschema(value: unknown): Subschema | undefined {
  return isRecord(value) || typeof value === 'boolean' ? value : undefined;
}

function same(fixed: unknown, value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return fixed === value;
  return JSON.stringify(fixed) === JSON.stringify(value);
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
