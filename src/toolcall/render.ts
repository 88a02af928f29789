import { type CallToRender, type ToolResult, compactTypes, familyOf } from './render-forms';
import type { DialectName, JsonSchema, JsonValue, ToolDefinition } from './types';

export type { CallToRender, ToolResult } from './render-forms';

/**
 * The tools as the model's own chat template appends them to the system message. Sources: the chat templates that
 * Qwen2.5, Qwen3-Coder, Qwen3.5, Llama 3.1 and Mistral publish; Gemma has none, so its form is ours.
 */
export function renderTools(dialect: DialectName, tools: readonly ToolDefinition[]): string {
  if (tools.length === 0) return '';
  return familyOf(dialect).tools(tools);
}

/** One call as the assistant's turn holds it. */
export function renderCall(dialect: DialectName, call: CallToRender): string {
  return familyOf(dialect).call(call);
}

/** Results of tools as the next turn holds them, consecutive ones together. */
export function renderResults(dialect: DialectName, results: readonly ToolResult[]): string {
  return familyOf(dialect).results(results);
}

/**
 * The tools in the fewest tokens: one signature a line, then the form of a call. For models of few billion weights,
 * which follow a short instruction better than a long template.
 */
export function renderToolsCompact(dialect: DialectName, tools: readonly ToolDefinition[]): string {
  if (tools.length === 0) return '';
  const [first] = tools;
  const example = first === undefined ? '' : renderCall(dialect, exampleCall(first));
  const lines = tools.map(
    (tool) => `- ${signature(tool)}${tool.description === '' ? '' : `: ${tool.description}`}`,
  );
  return `Tools:\n${lines.join('\n')}\n\nTo call a tool, write exactly this form and stop:\n${example}`;
}

/** {@link renderToolsCompact} with a worked exchange for models that ignore a form they are only told of. */
export function renderToolsFewShot(dialect: DialectName, tools: readonly ToolDefinition[]): string {
  const [first] = tools;
  if (first === undefined) return '';
  const call = renderCall(dialect, exampleCall(first));
  return (
    `${renderToolsCompact(dialect, tools)}\n\n` +
    `Example of a turn that needs a tool:\nUser: (a request that ${first.name} serves)\nYou: ${call}\n\n` +
    `Example of a turn that needs none:\nUser: Thanks, that is all.\nYou: You are welcome.`
  );
}

/** A tool as one line: `read_file(path: string, first?: integer)`. */
export function signature(tool: ToolDefinition): string {
  const required = new Set(tool.parameters.required ?? []);
  const parameters = Object.entries(tool.parameters.properties ?? {}).map(
    ([key, schema]) => `${key}${required.has(key) ? '' : '?'}: ${compactTypes(schema)}`,
  );
  return `${tool.name}(${parameters.join(', ')})`;
}

/** A call with examples for the required arguments (all of them, if none is required): the schema's own, else placeholders. */
function exampleCall(tool: ToolDefinition): CallToRender {
  const properties = tool.parameters.properties ?? {};
  const required = tool.parameters.required ?? [];
  const keys = required.length > 0 ? required : Object.keys(properties);
  return {
    name: tool.name,
    arguments: Object.fromEntries(keys.map((key) => [key, placeholder(key, properties[key])])),
  };
}

function placeholder(key: string, schema: JsonSchema = {}): JsonValue {
  // A weak model copies what it is shown, so a value that would do beats a description of one.
  const { const: fixed, enum: listed, examples } = schema;
  if (fixed !== undefined) return fixed as JsonValue;
  if (Array.isArray(examples) && typeof examples[0] === 'string') return examples[0];
  if (Array.isArray(listed) && listed.length > 0) return listed[0] as JsonValue;
  const types = compactTypes(schema);
  if (types.endsWith('[]')) return [];
  if (types.includes('integer') || types.includes('number')) return 1;
  if (types.includes('boolean')) return true;
  return types.includes('object') ? {} : `the ${key}`;
}
