import { typesOf } from './schema';
import { isRecord } from './json-reader';
import type { DialectName, JsonSchema, ToolDefinition } from './types';

/**
 * A GBNF grammar (llama.cpp's form) of one call's frame in a dialect: tool names, declared keys, typed values and
 * closing tags; the text of strings is free. It is meant to be applied from the call's opener on, see
 * {@link grammarTriggers}. Tools that are not given cannot be called.
 */
export function toolCallGrammar(dialect: DialectName, tools: readonly ToolDefinition[]): string {
  const rules = new Map<string, string>();
  const calls = tools.map((tool, index) => {
    const rule = `call-${String(index)}`;
    if (xmlDialects.has(dialect)) addXmlCall(rules, rule, tool);
    else addJsonCall(rules, rule, tool, dialect);
    return rule;
  });
  if (calls.length === 0) return 'root ::= ""';
  const [before, after] = frames[dialect] ?? ['', ''];
  const root = `root ::= ${[quote(before), `(${calls.join(' | ')})`, quote(after)].filter(Boolean).join(' ')}`;
  return [root, ...[...rules].map(([name, body]) => `${name} ::= ${body}`), ...sharedRules].join('\n');
}

/** Texts at which sampling stops being free and the grammar begins. */
export function grammarTriggers(dialect: DialectName): string[] {
  if (xmlDialects.has(dialect) || dialect.startsWith('hermes')) return ['<tool_call>'];
  if (dialect === 'mistral') return ['[TOOL_CALLS]'];
  if (dialect === 'llama3-json') return ['<|python_tag|>', '{"name": "'];
  return ['```json\n{"name"'];
}

const xmlDialects = new Set<DialectName>([
  'qwen3-coder',
  'qwen3.5',
  'auto',
  'cline-xml',
  'invoke-xml',
  'continue-codeblock',
]);

/** Fixed text before and behind a call. */
const frames: Partial<Record<DialectName, [string, string]>> = {
  'qwen3-coder': ['<tool_call>\n', '</tool_call>'],
  'qwen3.5': ['<tool_call>\n', '</tool_call>'],
  auto: ['<tool_call>\n', '</tool_call>'],
  hermes: ['<tool_call>\n', '\n</tool_call>'],
  'hermes-lenient': ['<tool_call>\n', '\n</tool_call>'],
  gemma: ['```json\n', '\n```'],
  mistral: ['[TOOL_CALLS] [', ']'],
};

function addXmlCall(rules: Map<string, string>, rule: string, tool: ToolDefinition): void {
  const parameters = Object.entries(tool.parameters.properties ?? {}).map(([key, schema], index) => {
    const name = `${rule}-p${String(index)}`;
    const types = typesOf(schema) ?? ['string'];
    const value =
      types.includes('string') && !Array.isArray(schema.enum) ? 'text' : `${xmlValue(schema)} "\\n"`;
    rules.set(name, `${quote(`<parameter=${key}>\n`)} ${value} ${quote('</parameter>\n')}`);
    return name;
  });
  const body = parameters.length === 0 ? '' : `(${parameters.join(' | ')})*`;
  rules.set(rule, `${quote(`<function=${tool.name}>\n`)} ${body} ${quote('</function>\n')}`);
}

function xmlValue(schema: JsonSchema): string {
  if (Array.isArray(schema.enum)) return `(${schema.enum.map((value) => quote(String(value))).join(' | ')})`;
  return jsonType(schema);
}

function addJsonCall(
  rules: Map<string, string>,
  rule: string,
  tool: ToolDefinition,
  dialect: DialectName,
): void {
  const members = Object.entries(tool.parameters.properties ?? {}).map(([key, schema], index) => {
    const name = `${rule}-p${String(index)}`;
    rules.set(name, `${quote(`${JSON.stringify(key)}: `)} ${jsonValue(schema)}`);
    return name;
  });
  const either = `(${members.join(' | ')})`;
  const body = members.length === 0 ? '' : `(${either} (", " ${either})*)?`;
  const word = dialect === 'llama3-json' ? 'parameters' : 'arguments';
  rules.set(rule, `${quote(`{"name": ${JSON.stringify(tool.name)}, "${word}": {`)} ${body} "}}"`);
}

function jsonValue(schema: JsonSchema): string {
  if (Array.isArray(schema.enum))
    return `(${schema.enum.map((value) => quote(JSON.stringify(value))).join(' | ')})`;
  return jsonType(schema);
}

function jsonType(schema: JsonSchema): string {
  const types = typesOf(isRecord(schema) ? schema : undefined);
  if (types === undefined) return 'value';
  return `(${[...new Set(types.map((type) => jsonRules[type] ?? 'value'))].join(' | ')})`;
}

const jsonRules: Record<string, string> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  null: '"null"',
  array: 'array',
  object: 'object',
};

/**
 * `text` ends at the first line `</parameter>` that another tag of the frame follows: a value may hold `<`, but not its
 * own closer, which is the price of constraining what comes after it.
 */
const sharedRules = [
  String.raw`text ::= ([^<] | "<" [^/] | "</" [^p])* `,
  String.raw`value ::= object | array | string | number | boolean | "null"`,
  String.raw`object ::= "{" space (string ":" space value ("," space string ":" space value)*)? space "}"`,
  String.raw`array ::= "[" space (value ("," space value)*)? space "]"`,
  String.raw`string ::= "\"" ([^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F]))* "\""`,
  String.raw`integer ::= "-"? ("0" | [1-9] [0-9]*)`,
  String.raw`number ::= integer ("." [0-9]+)? ([eE] [+-]? [0-9]+)?`,
  String.raw`boolean ::= "true" | "false"`,
  String.raw`space ::= [ \n]?`,
];

/** A GBNF literal. */
function quote(text: string): string {
  if (text === '') return '';
  return `"${text.replace(/[\\"]/g, (character) => `\\${character}`).replaceAll('\n', '\\n')}"`;
}
