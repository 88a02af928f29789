import { stringifyExact } from './json-reader';
import { isRecord } from './json-reader';
import type { DialectName, JsonObject, JsonSchema, JsonValue, ToolDefinition } from './types';

/** A call to write down. */
export interface CallToRender {
  name: string;
  arguments: JsonObject;
  /** Identifier, for dialects that carry one. */
  id?: string;
}

/** What a tool answered. */
export interface ToolResult {
  name: string;
  content: string;
  id?: string;
}

/** How one family writes tools, calls and results. */
export interface Family {
  tools(tools: readonly ToolDefinition[]): string;
  call(call: CallToRender): string;
  results(results: readonly ToolResult[]): string;
}

/** The writer of a dialect. */
export function familyOf(dialect: DialectName): Family {
  return families[dialect];
}

function pythonJson(value: unknown): string {
  return stringifyExact(value as JsonValue, { item: ', ', key: ': ' });
}

function openAiForm(tool: ToolDefinition): unknown {
  const { name, description, parameters } = tool;
  return { type: 'function', function: { name, description, parameters } };
}

/** A value as a Qwen3-Coder template writes it: containers as JSON, the rest as text. */
function xmlValue(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  return typeof value === 'object' ? pythonJson(value) : String(value);
}

function xmlCall({ name, arguments: values }: CallToRender): string {
  const parameters = Object.entries(values).map(
    ([key, value]) => `<parameter=${key}>\n${xmlValue(value)}\n</parameter>\n`,
  );
  return `<tool_call>\n<function=${name}>\n${parameters.join('')}</function>\n</tool_call>`;
}

function jsonCall({ name, arguments: values }: CallToRender): string {
  return `<tool_call>\n{"name": "${name}", "arguments": ${pythonJson(values)}}\n</tool_call>`;
}

/** Members of a schema that the template does not name, as tags. */
function extraTags(value: Record<string, unknown>, handled: string[]): string {
  return Object.entries(value)
    .filter(([key]) => !handled.includes(key))
    .map(([key, member]) => {
      const text = typeof member === 'object' && member !== null ? pythonJson(member) : pythonText(member);
      return `\n<${key}>${text}</${key}>`;
    })
    .join('');
}

function pythonText(value: unknown): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === null) return 'None';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function pythonType(type: string | string[]): string {
  return typeof type === 'string' ? type : `[${type.map((one) => `'${one}'`).join(', ')}]`;
}

function xmlTool(tool: ToolDefinition): string {
  const parameters = Object.entries(tool.parameters.properties ?? {}).map(([key, schema]) => {
    const type = schema.type === undefined ? '' : `\n<type>${pythonType(schema.type)}</type>`;
    const about =
      schema.description === undefined ? '' : `\n<description>${schema.description.trim()}</description>`;
    const extra = extraTags(schema, ['name', 'type', 'description']);
    return `\n<parameter>\n<name>${key}</name>${type}${about}${extra}\n</parameter>`;
  });
  // The template writes a line end of its own before the schema's other members.
  const extra = extraTags(tool.parameters, ['type', 'properties']);
  return (
    `\n<function>\n<name>${tool.name}</name>\n<description>${tool.description.trim()}</description>` +
    `\n<parameters>${parameters.join('')}${extra}\n</parameters>\n</function>`
  );
}

const toolResponse = ({ content }: ToolResult): string => `<tool_response>\n${content}\n</tool_response>`;

const xmlInstruction =
  '\n\nIf you choose to call a tool ONLY reply in the following format with NO suffix:\n\n' +
  '<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>\n' +
  '<parameter=example_parameter_2>\nvalue_2\n</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\nReminder:\n' +
  '- Function calls MUST follow the specified format: the tool calling block MUST begin with an opening <tool_call> ' +
  'tag and end with a closing </tool_call> tag.\n- Required parameters MUST be specified\n' +
  '- You may provide optional reasoning for your function call in natural language BEFORE the function call, but NOT ' +
  'after\n- If there is no function call available, answer the question like normal with your current knowledge and ' +
  'do not tell the user about function calls\n</IMPORTANT>';

const qwen3Coder: Family = {
  tools: (tools) =>
    `\n\n# Tools\n\nYou have access to the following tools:\n\n<tools>${tools.map(xmlTool).join('')}\n</tools>${xmlInstruction}`,
  call: xmlCall,
  results: (results) => results.map((result) => `${toolResponse(result)}\n`).join(''),
};

const hermes: Family = {
  tools: (tools) =>
    '\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\n' +
    'You are provided with function signatures within <tools></tools> XML tags:\n<tools>' +
    tools.map((tool) => `\n${pythonJson(openAiForm(tool))}`).join('') +
    '\n</tools>\n\nFor each function call, return a json object with function name and arguments within ' +
    '<tool_call></tool_call> XML tags:\n<tool_call>\n' +
    '{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>',
  call: jsonCall,
  results: (results) => results.map((result) => `\n${toolResponse(result)}`).join(''),
};

const qwen35Instruction =
  '\n\nIf you choose to call a function ONLY reply in the following format with NO suffix:\n\n' +
  '<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>\n' +
  '<parameter=example_parameter_2>\nThis is the value for the second parameter\nthat can span\nmultiple lines\n' +
  '</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\nReminder:\n' +
  '- Function calls MUST follow the specified format: an inner <function=...></function> block must be nested within ' +
  '<tool_call></tool_call> XML tags\n- Required parameters MUST be specified\n' +
  '- You may provide optional reasoning for your function call in natural language BEFORE the function call, but NOT ' +
  'after\n- If there is no function call available, answer the question like normal with your current knowledge and ' +
  'do not tell the user about function calls\n</IMPORTANT>';

const qwen35: Family = {
  tools: (tools) =>
    `# Tools\n\nYou have access to the following functions:\n\n<tools>${tools
      .map((tool) => `\n${pythonJson(openAiForm(tool))}`)
      .join('')}\n</tools>${qwen35Instruction}`,
  call: xmlCall,
  // This template, unlike its elders, trims what a tool answers.
  results: (results) =>
    results.map((result) => `\n${toolResponse({ ...result, content: result.content.trim() })}`).join(''),
};

const llama3: Family = {
  tools: (tools) =>
    'Given the following functions, please respond with a JSON for a function call with its proper arguments that ' +
    'best answers the given prompt.\n\nRespond in the format {"name": function name, "parameters": dictionary of ' +
    'argument name and its value}.Do not use variables.\n\n' +
    tools.map((tool) => `${JSON.stringify(openAiForm(tool), null, 4)}\n\n`).join(''),
  call: ({ name, arguments: values }) => `{"name": "${name}", "parameters": ${pythonJson(values)}}`,
  results: (results) => results.map(({ content }) => JSON.stringify(content)).join('\n'),
};

const gemma: Family = {
  tools: (tools) =>
    `You can call these functions:\n${tools.map((tool) => pythonJson(openAiForm(tool))).join('\n')}\n\n` +
    'To call one, write only this:\n```json\n{"name": <function-name>, "arguments": <args-json-object>}\n```',
  call: ({ name, arguments: values }) =>
    `\`\`\`json\n{"name": "${name}", "arguments": ${pythonJson(values)}}\n\`\`\``,
  results: (results) => results.map(({ content }) => `\`\`\`tool_output\n${content}\n\`\`\``).join('\n'),
};

const mistral: Family = {
  tools: (tools) => `[AVAILABLE_TOOLS]${pythonJson(tools.map(openAiForm))}[/AVAILABLE_TOOLS]`,
  call: ({ name, arguments: values, id }) =>
    `[TOOL_CALLS][{"name": "${name}", "arguments": ${pythonJson(values)}${id === undefined ? '' : `, "id": "${id}"`}}]`,
  results: (results) =>
    results
      .map(({ content, id }) => {
        const identity = id === undefined ? '' : `, "call_id": "${id}"`;
        return `[TOOL_RESULTS]{"content": ${content}${identity}}[/TOOL_RESULTS]`;
      })
      .join(''),
};

const codeblock: Family = {
  tools: (tools) =>
    `To use a tool, write a codeblock with the language tool:\n${tools
      .map((tool) => codeblockCall({ name: tool.name, arguments: placeholders(tool) }))
      .join('\n\n')}`,
  call: codeblockCall,
  results: (results) =>
    results.map(({ name, content }) => `Tool output for ${name}:\n${content}`).join('\n\n'),
};

function codeblockCall({ name, arguments: values }: CallToRender): string {
  const parts = Object.entries(values).map(
    ([key, value]) => `BEGIN_ARG: ${key}\n${xmlValue(value)}\nEND_ARG\n`,
  );
  return `\`\`\`tool\nTOOL_NAME: ${name}\n${parts.join('')}\`\`\``;
}

const cline: Family = {
  tools: (tools) =>
    `Tools are called with tags:\n${tools
      .map((tool) => `${tool.description}\n${clineCall({ name: tool.name, arguments: placeholders(tool) })}`)
      .join('\n\n')}`,
  call: clineCall,
  results: (results) => results.map(({ name, content }) => `[${name}] Result:\n${content}`).join('\n\n'),
};

function clineCall({ name, arguments: values }: CallToRender): string {
  const parts = Object.entries(values).map(([key, value]) => `<${key}>${xmlValue(value)}</${key}>\n`);
  return `<${name}>\n${parts.join('')}</${name}>`;
}

const invoke: Family = {
  tools: (tools) =>
    `Tools:\n${tools.map((tool) => pythonJson(openAiForm(tool))).join('\n')}\n\nCall them like this:\n` +
    invokeCall({ name: 'tool_name', arguments: { parameter: 'value' } }),
  call: invokeCall,
  results: (results) =>
    results.map(({ content }) => `<function_results>\n${content}\n</function_results>`).join('\n'),
};

function invokeCall({ name, arguments: values }: CallToRender): string {
  const parts = Object.entries(values).map(
    ([key, value]) => `<parameter name="${key}">${xmlValue(value)}</parameter>\n`,
  );
  return `<function_calls>\n<invoke name="${name}">\n${parts.join('')}</invoke>\n</function_calls>`;
}

function placeholders(tool: ToolDefinition): JsonObject {
  return Object.fromEntries(Object.keys(tool.parameters.properties ?? {}).map((key) => [key, `(${key})`]));
}

/** A parameter's type in few characters: `string`, `integer|null`, `string[]`, or the values of an enumeration. */
export function compactTypes(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join('|');
  const branches = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(branches)) return branches.map(compactTypes).join('|');
  if (schema.type === 'array') return `${compactTypes(isRecord(schema.items) ? schema.items : {})}[]`;
  if (schema.type === undefined) return 'string';
  return typeof schema.type === 'string' ? schema.type : schema.type.join('|');
}

const families: Record<DialectName, Family> = {
  'qwen3-coder': qwen3Coder,
  hermes,
  'hermes-lenient': hermes,
  'qwen3.5': qwen35,
  'llama3-json': llama3,
  gemma,
  mistral,
  'continue-codeblock': codeblock,
  'cline-xml': cline,
  'invoke-xml': invoke,
  // A model whose family is unknown is asked for the form that most of them follow.
  auto: qwen3Coder,
};
