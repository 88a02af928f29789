import { parseChunks, settled } from '../../src/bench/parse-fuzz';
import { stringifyExact } from '../../src/toolcall/json-reader';
import type { DialectName, ToolCallEvent, ToolDefinition } from '../../src/toolcall/types';
import { checkGolden } from '../support/golden';
import { driftForms } from './drift-forms';
import { tools } from './support';

/** A tool with every type, and keys that its schema forbids. */
const typed: ToolDefinition = {
  name: 'typed',
  description: '',
  parameters: {
    type: 'object',
    properties: {
      text: { type: 'string' },
      count: { type: 'integer' },
      ratio: { type: 'number' },
      on: { type: 'boolean' },
      list: { type: 'array', items: { type: 'integer' } },
      map: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] },
      either: { type: ['integer', 'string', 'null'] },
      one: { enum: ['a', 'b'] },
    },
    additionalProperties: false,
  },
};
const free: ToolDefinition = { name: 'free', description: '', parameters: { type: 'string' } };
const declared = [...tools, typed, free];

const json = (inner: string): string => `<tool_call>\n${inner}\n</tool_call>`;
const named = (args: string, name = 'typed'): string => json(`{"name": "${name}", "arguments": ${args}}`);
const xml = (key: string, value: string): string =>
  `<tool_call>\n<function=typed>\n<parameter=${key}>\n${value}\n</parameter>\n</function>\n</tool_call>`;
const bash = '{"name": "bash", "arguments": {"command": "ls"}}';

const messages: [DialectName, string][] = [
  // Arguments in JSON: types, leniencies, what stays broken.
  ...[
    named(
      '{"text": "a\\u0041\\n\\"", "count": 9007199254740993, "ratio": -1.5e3, "on": false, "either": null}',
    ),
    named('{"list": [1, 2], "map": {"a": 1}, "one": "b"}'),
    named('{"list": "[1, 2]", "map": "{\\"a\\": 1}", "count": "3"}'),
    named('"{\\"text\\": \\"a\\"}"'),
    named('""'),
    named('{"list": ["x"]}'),
    named('{"map": {}}'),
    named('{"count": 1.5}'),
    named('{"one": "c"}'),
    named('{"other": 1, "text": "a"}'),
    named('{"Text": "a"}'),
    named('{"TEXT": "a", "text": "b"}'),
    named('{"text": "a", "text": "b"}'),
    named('{"text": "a", "__proto__": {}}'),
    named('{"map": {"a": 1, "constructor": 2}}'),
    named('[1]'),
    named('null'),
    named('"a string"', 'free'),
    named('7', 'free'),
    named('{}', 'gone'),
    json('{"name": "typed"}'),
    json('{"name": "typed", "parameters": {"text": "a"}}'),
    json('{"type": "function", "function": {"name": "typed", "arguments": {"text": "a"}}}'),
    json('{"function": "typed", "arguments": {"text": "a"}}'),
    json('{"arguments": {"text": "a"}}'),
    json('{"name": "", "arguments": {}}'),
    json('[]'),
    json('[1]'),
    json(`[${bash}, {"name": "gone", "arguments": {}}, ${bash}]`),
    json("{'name': 'typed', 'arguments': {'text': 'it\\'s', 'on': True, 'either': None,},}"),
    json('{name: "typed", arguments: {on: False /* why */, count: 1}} // end'),
    json('{"name": "typed", "arguments": {"text": "a\tb\nc"}}'),
    json('{"name": "typed", "arguments": {"text": "say "hi" now", "count": 1}}'),
    json('{"name": "typed", "arguments": {"text": "a\\qb"}}'),
    json('{"name": "typed", "arguments": {"text": "\\u00zz"}}'),
    json('{"name": "typed", "arguments": {"text": nonsense}}'),
    json('{"name": "typed", "arguments": {"count": 01}}'),
    json('{"name": "typed", "arguments": {"count": 1 2}}'),
    json('{"name": "typed" "arguments": {}}'),
    json('{"name": "typed", "arguments": {"text": "a"}}}'),
    json('{"name": "typed", "arguments": {"text": "a"}} and more'),
    json('{"name": "typed", "arguments": {"text": "</tool_call>"}}'),
    json('{"name": "typed", "arguments": {"text": "a}}'),
    json(`{"name": "typed", "arguments": ${'['.repeat(250)}`),
    '<tool_call>{"name": "typed", "arguments": {"text": "a"}}</tool_calls> text',
    '<tool_call>{"name": "typed", "arguments": {"text": "a"}}</function>',
    '<tool_call>{"name": "typed", "arguments": {"text": "a"}}</tool_c',
    '<tool_call>{"name": "typed", "arguments": {"text": "a"}}\nmore\nlines',
    '<tool_call>{"name": "typed", "arguments": {"text": "a"}',
    '<tool_call>{"name": "typed", "arguments": {"text": "a',
    `<tool_call>{"name": "typed", "arguments": {\n<tool_call>${bash}</tool_call>`,
    `<tool_call>${bash}\n<tool_call>${bash}</tool_call>`,
    '<tool_call>',
    '<tool_call>  ',
    // Recovery forms around JSON, and JSON alone.
    `<tools>${bash}</tools>`,
    `<TOOLS>${bash}</TOOLS>`,
    `<tools>${bash}`,
    `<tools>${bash} more`,
    `<tools>\n<function=bash>\n<parameter=command>ls</parameter>\n</function>\n</tools>`,
    `<tools> no call </tools>`,
    `<tool>${bash}</tool>\n<response>[${bash}]</response>`,
    `<function>${bash}</function>`,
    `<function_call>${bash}</function_call> text`,
    `<function-call>${bash}</function-call>`,
    `<xml>{"name": "bash", "arguments": {}}</xml>`,
    `<json>{"name": "bash", "arguments": {"command": 1]}</json>`,
    bash,
    `I look.\n${bash}\n`,
    `I look. ${bash}`,
    `[${bash}, ${bash}]`,
    `\`\`\`json\n${bash}\n\`\`\`\n`,
    `\`\`\`\n<tool_call>${bash}</tool_call>\n\`\`\``,
    `\`\`\`json\n${bash}\n\`\`\`\n\`\`\`json\n${bash}\n\`\`\``,
    `\`\`\`json\n${bash}\n`,
    `\`\`\`json title=x\n${bash}\n\`\`\``,
    `${json(bash)}\n${bash}`,
    // Reasoning.
    `<think>\n why \n</think>\n\n${json(bash)}\n`,
    `<think>${json(bash)}</think>text`,
    `<think>a ${json(bash)} b`,
    `<think>a ${json(named('{}', 'gone'))} b <tool_call> c`,
    `<think>a <think> b</think></think>`,
    `text <think>a</think>`,
    `${json(bash)}<think>a</think>b`,
    '<think>  ',
    // Text around calls.
    `a \n ${json(bash)} \n b \n ${json(bash)}\n`,
    `\`<tool_call>\` and ${json(bash)}`,
    `${json(bash)}</tool_call></function> text </tool_call>`,
  ].map((message): [DialectName, string] => ['hermes', message]),
  // Arguments as text.
  ...[
    ['count', ' 7 '],
    ['count', '7.5'],
    ['count', '"7"'],
    ['ratio', '1e3'],
    ['on', 'TRUE'],
    ['on', 'yes'],
    ['list', '[1, 2,]'],
    ['list', '"[1, 2]"'],
    ['list', '(1, 2)'],
    ['map', "{'a': 1}"],
    ['map', '{"a": "x"}'],
    ['either', 'null'],
    ['either', 'None'],
    ['either', '12'],
    ['either', 'twelve'],
    ['one', 'a'],
    ['one', 'z'],
    ['text', 'null'],
    ['other', 'x'],
    ['constructor', 'x'],
    ['text', 'x'.repeat(60)],
    ['count', 'x'.repeat(60)],
  ].map(([key = '', value = '']): [DialectName, string] => ['qwen3-coder', xml(key, value)]),
  // The other dialects.
  ['mistral', `[TOOL_CALLS] [${bash}, ${bash}] and`],
  ['mistral', `text[TOOL_CALLS]bash[ARGS]{"command": "ls"}[TOOL_CALLS]bash{"command": "pwd"}`],
  ['mistral', '[TOOL_CALLS]bash[CALL_ID]x1[ARGS] {"command": "ls"} text'],
  ['mistral', '[TOOL_CALLS]bash[ARGS]{"command": ls}'],
  ['mistral', '[TOOL_CALLS]bash[ARGS]{"command": "ls'],
  ['mistral', '[TOOL_CALLS]bash[ARGS] no'],
  ['mistral', '[TOOL_CALLS]bash'],
  ['mistral', '[TOOL_CALLS] !'],
  ['mistral', `[TOOL_CALLS] [${bash}`],
  ['mistral', '[TOOL_CALLS] [nonsense] text'],
  ['mistral', '`[TOOL_CALLS] []`'],
  ['llama3-json', `<|python_tag|>${bash}; ${bash}`],
  ['llama3-json', `<|python_tag|>${bash}; text`],
  ['llama3-json', '<|python_tag|>print(1)'],
  ['llama3-json', '`<|python_tag|>{}`'],
  ['gemma', '```tool_code\nprint(bash(command="ls"))\n```\ntext'],
  ['gemma', "```tool_code\nbash(command='ls',)\n```"],
  ['gemma', '```tool_code\ntyped(on=True, either=None, list=[1])\n'],
  ['gemma', '```tool_code\nbash("ls")\n```'],
  ['gemma', '```tool_code\nx = 1\n```'],
  ['gemma', `\`\`\`tool_code\n${bash}\n\`\`\``],
  ['continue-codeblock', 'text\n```tool\nTOOL_NAME: bash\nBEGIN_ARG: command\nls\nEND_ARG\n```\ntext'],
  ['continue-codeblock', '```TOOL\ntool_name: bash\nbegin_arg: command\nls\nls\nend_arg\n'],
  [
    'continue-codeblock',
    'TOOL_NAME: bash\nBEGIN_ARG: command\na\nEND_ARG\nBEGIN_ARG: command\nb\nEND_ARG\ntext',
  ],
  ['continue-codeblock', 'TOOL_NAME: bash\ntext'],
  ['continue-codeblock', '```tool\nTOOL_NAME: bash\nnonsense\n```'],
  ['continue-codeblock', '```tool\nnonsense\n```'],
  ['continue-codeblock', '```tool\nTOOL_NAME: bash\nBEGIN_ARG: command\nls'],
  ['cline-xml', 'text <bash>\n<command>ls</command>\n</bash> text'],
  ['cline-xml', '<bash><command>a</command><command>b</command></bash>'],
  ['cline-xml', '<bash><cmd>ls</cmd></bash>'],
  ['cline-xml', '<bash><command>ls</command>'],
  ['cline-xml', '<bash><command>ls'],
  ['cline-xml', '<bash>text</bash> `<bash>`'],
  ['auto', '<bash><command>ls</command></bash>'],
  ['auto', 'text <bash><command>ls</command></bash>'],
  [
    'invoke-xml',
    '<function_calls><invoke name="bash"><parameter name="command">ls</parameter></invoke></function_calls> text',
  ],
  [
    'invoke-xml',
    '<function_calls><invoke name=\'bash\'><command>a</command></invoke><invoke name="gone"><x>1</x></invoke></function_calls>',
  ],
  ['invoke-xml', '<function_calls><invoke name="bash"><parameter name="command">ls</parameter></invoke>'],
  ['invoke-xml', '<function_calls><invoke name="bash"><parameter name="command">ls'],
  ['invoke-xml', '<function_calls>text</function_calls> `<function_calls>`'],
];

function line(event: ToolCallEvent): string {
  const { type, ...rest } = event;
  return `  ${type} ${stringifyExact(rest)}`;
}

describe('tool calls: the events of a message', () => {
  it('are these', () => {
    const drifted = driftForms.map(([, message]): [DialectName, string] => ['qwen3-coder', message]);
    const told = [...messages, ...drifted].map(([dialect, message]) => {
      const events = settled(parseChunks([message], { dialect, tools: declared }));
      return [`${dialect} ${JSON.stringify(message)}`, ...events.map(line)].join('\n');
    });
    checkGolden('toolcall-events', `${told.join('\n')}\n`);
  });
});
