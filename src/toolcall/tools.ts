import { isRecord } from './json-reader';
import { type Subschema, keySchema, namedKeys, requiredKeys } from './schema';
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

/** The tools of a parse, for look-up. Without tools every name and every key is declared. */
export interface ToolTable {
  declares(name: string): boolean;
  /** True if the tool takes the key: it is named, or the schema leaves other keys open. */
  declaresKey(name: string, key: string): boolean;
  /** The schema of a parameter; undefined where there is none, `false` where the key may not be there. */
  schema(name: string, key: string): Subschema | undefined;
  /** The schema of all arguments together. */
  parameters(name: string): Subschema | undefined;
  required(name: string): string[];
  /** The key that a forbidden one was meant for: the only one that differs in case and separators alone. */
  respelled(name: string, key: string): string | undefined;
  /** False when no tools were given at all. */
  known: boolean;
  names: string[];
}

/** Builds the table that readers and conversion ask. */
export function toolTable(tools: ToolDefinition[] | null): ToolTable {
  const byName = new Map((tools ?? []).map((tool) => [tool.name, unwrapped(tool.parameters)]));
  const schema = (name: string, key: string): Subschema | undefined => keySchema(byName.get(name), key);
  return {
    known: tools !== null,
    names: [...byName.keys()],
    declares: (name) => tools === null || byName.has(name),
    declaresKey: (name, key) => {
      if (tools === null) return true;
      const own = schema(name, key);
      return own !== false && (own !== undefined || openToAll(byName.get(name)));
    },
    schema,
    parameters: (name) => byName.get(name),
    respelled: (name, key) => {
      const letters = plainLetters(key);
      const alike = namedKeys(byName.get(name)).filter((other) => plainLetters(other) === letters);
      return alike.length === 1 ? alike[0] : undefined;
    },
    required: (name) => requiredKeys(byName.get(name)),
  };
}

/** The schema itself where it comes in the wrapper of the AI SDK, `{jsonSchema}`. */
function unwrapped(parameters: JsonSchema): Subschema {
  const inner = parameters['jsonSchema'];
  return parameters.type === undefined && (isRecord(inner) || typeof inner === 'boolean')
    ? inner
    : parameters;
}

function openToAll(parameters: Subschema | undefined): boolean {
  if (!isRecord(parameters)) return parameters === true;
  return parameters.additionalProperties === true || namedKeys(parameters).length === 0;
}

function plainLetters(key: string): string {
  return key.replace(/[_-]/g, '').toLowerCase();
}
