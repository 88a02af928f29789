import type { JsonSchema, ToolDefinition } from './types';

/**
 * Tools in OpenAI's form, with or without the `{type: 'function', function}` wrapper, as definitions; `null` and
 * anything that is no list give null. Entries without a name are left out.
 */
export function normaliseTools(tools: unknown): ToolDefinition[] | null {
  if (!Array.isArray(tools)) return null;
  return tools.flatMap((entry: unknown) => {
    const inner = isRecord(entry) && isRecord(entry['function']) ? entry['function'] : entry;
    if (!isRecord(inner) || typeof inner['name'] !== 'string') return [];
    const { name, description, parameters, input_schema: inputSchema } = inner;
    const schema = parameters ?? inputSchema;
    return [
      {
        name,
        description: typeof description === 'string' ? description : '',
        parameters: isRecord(schema) ? schema : {},
      },
    ];
  });
}

/** True for a plain object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The tools of a parse, for look-up. Without tools every name and every key is declared. */
export interface ToolTable {
  declares(name: string): boolean;
  /** True if the tool takes the key: it is named, or the schema leaves other keys open with a schema for them. */
  declaresKey(name: string, key: string): boolean;
  /** The schema of a parameter; undefined where there is none. */
  schema(name: string, key: string): JsonSchema | undefined;
  required(name: string): string[];
  /** True if the schema says in so many words that the key may not be there. */
  forbidsKey(name: string, key: string): boolean;
  /** False when no tools were given at all. */
  known: boolean;
  names: string[];
}

/** Builds the table that readers and conversion ask. */
export function toolTable(tools: ToolDefinition[] | null): ToolTable {
  const byName = new Map((tools ?? []).map((tool) => [tool.name, tool.parameters]));
  const schema = (name: string, key: string): JsonSchema | undefined => {
    const properties = byName.get(name)?.properties;
    if (isRecord(properties) && Object.hasOwn(properties, key)) return asSchema(properties[key]);
    const other = byName.get(name)?.additionalProperties;
    return isRecord(other) ? other : undefined;
  };
  return {
    known: tools !== null,
    names: [...byName.keys()],
    declares: (name) => tools === null || byName.has(name),
    declaresKey: (name, key) =>
      tools === null || schema(name, key) !== undefined || openToAll(byName.get(name), key),
    schema,
    forbidsKey: (name, key) => {
      const parameters = byName.get(name);
      return parameters !== undefined && forbids(parameters, key);
    },
    required: (name) => {
      const required = byName.get(name)?.required;
      return Array.isArray(required) ? required.filter((key) => typeof key === 'string') : [];
    },
  };
}

function openToAll(parameters: JsonSchema | undefined, key: string): boolean {
  if (parameters === undefined) return false;
  if (isRecord(parameters.properties) && Object.hasOwn(parameters.properties, key)) return true;
  return parameters.additionalProperties === true || parameters.properties === undefined;
}

/** `additionalProperties: false` without the key among the properties, or `false` as the key's own schema. */
export function forbids(schema: JsonSchema, key: string): boolean {
  const properties: Record<string, unknown> = isRecord(schema.properties) ? schema.properties : {};
  if (Object.hasOwn(properties, key)) return properties[key] === false;
  return schema.additionalProperties === false && !isRecord(schema['patternProperties']);
}

function asSchema(value: unknown): JsonSchema {
  return isRecord(value) ? value : {};
}
