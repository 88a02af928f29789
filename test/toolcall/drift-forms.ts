import type { ToolCallParserOptions } from '../../src/toolcall/types';
import type { Expected } from './support';

const envelope = (inner: string): string => `<tool_call>\n${inner}\n</tool_call>`;
const command = '<parameter=command>\nls\n</parameter>';
const ls = '{"command":"ls"}';
const json = '{"name": "bash", "arguments": {"command": "ls"}}';
const long = 'x'.repeat(200);

/** Forms that models drift to, and what looks like them and is none: name, message, what it comes to. */
export const driftForms: [string, string, Expected, Partial<ToolCallParserOptions>?][] = [
  // Openers of a block.
  [
    'a name without =',
    envelope(`<function bash>\n${command}\n</function>`),
    { calls: ls, remarks: ['function-tag'] },
  ],
  [
    'a name as an attribute',
    envelope(`<function name="bash">\n${command}\n</function>`),
    { calls: ls, remarks: ['function-tag'] },
  ],
  [
    'a quoted name',
    envelope(`<function='bash'>\n<parameter="command">\nls\n</parameter>\n</function>`),
    { calls: ls, remarks: ['function-tag', 'parameter-tag'] },
  ],
  ['a block without a body', envelope('<function=bash/>'), { calls: '{}', remarks: ['function-tag'] }],
  [
    'an older wrapper',
    envelope(`<function_invocation>\n<function=bash>\n${command}\n</function>\n</function_invocation>`),
    { calls: ls, remarks: ['function-invocation'] },
  ],
  [
    'another word',
    envelope(`<call=bash>\n${command}\n</call>`),
    { calls: ls, text: '', remarks: ['call-tag'] },
  ],
  [
    'two blocks of other words, their parameters unclosed',
    envelope('<tool=bash><parameter=command>ls</tool><invoke=bash><parameter=command>pwd</invoke>'),
    { calls: `${ls} {"command":"pwd"}`, text: '' },
  ],
  [
    'another word for a tool that is not declared',
    envelope(`<call=gone>\n${command}\n</call>`),
    { calls: '', text: envelope(`<call=gone>\n${command}\n</call>`), remarks: [] },
  ],
  [
    'another word without a required key',
    envelope('<call=bash>\n</call>'),
    { calls: '', text: envelope('<call=bash>\n</call>'), remarks: [] },
  ],
  ['another word outside of an envelope', `<call=bash>\n${command}\n</call>`, { calls: '', remarks: [] }],
  [
    'a name as an element',
    envelope(`<function>bash</function>\n${command}\n</function>`),
    { calls: ls, remarks: ['name-as-element'] },
  ],
  [
    'a name as an element, without end',
    `<tool_call><function>bash</function`,
    { calls: '', text: '<tool_call><function>bash</function' },
  ],
  [
    'words in an element',
    envelope(`<function>some words</function>\n${command}`),
    { calls: '', text: envelope(`<function>some words</function>\n${command}`) },
  ],
  [
    'a name as an element that is too long',
    envelope(`<function>${long}</function>\n${command}\n</function>`),
    { calls: '', text: envelope(`<function>${long}</function>\n${command}\n</function>`) },
  ],
  [
    'a lost <',
    envelope(`function=bash>\n${command}\n</function>`),
    { calls: ls, text: '', remarks: ['missing-tag-start'] },
  ],
  [
    'a lost < and a lost >',
    envelope('function=bash\nls'),
    { calls: '', text: envelope('function=bash\nls') },
  ],
  [
    'a bare name with keys as tags',
    envelope('bash\n<command>\nls\n</command>\n</bash>'),
    { calls: ls, text: '', remarks: ['bare-name', 'key-as-tag'] },
  ],
  [
    'a bare name before prose',
    envelope('bash is a shell'),
    { calls: '', text: envelope('bash is a shell'), remarks: [] },
  ],
  [
    'a bare name without known tools',
    envelope('bash\n<command>\nls\n</command>\n</bash>'),
    { calls: '', text: envelope('bash\n<command>\nls\n</command>\n</bash>') },
    { tools: null },
  ],
  [
    'an envelope around prose',
    '<tool_call> is a tag',
    { calls: '', text: '<tool_call> is a tag', remarks: [] },
  ],
  [
    'a tool in place of a parameter',
    envelope(`<parameter=bash>\n${command}\n</function>`),
    { calls: ls, remarks: ['parameter-as-function'] },
  ],
  // Parameters.
  [
    'a key as an attribute',
    envelope('<function=bash>\n<parameter name="command">ls</parameter>\n</function>'),
    { calls: ls, remarks: ['parameter-tag'] },
  ],
  [
    'a key without =',
    envelope('<function=bash>\n<parameter command>ls</parameter>\n</function>'),
    { calls: ls, remarks: ['parameter-tag'] },
  ],
  [
    'a key as an element',
    envelope('<function=bash>\n<parameter>command</parameter>\nls\n</function>'),
    { calls: ls, remarks: ['key-as-element'] },
  ],
  [
    'keys as elements, with closers of their values',
    envelope(
      '<function=read_file>\n<parameter>path</parameter>\na\n</parameter>\n<parameter>first</parameter>\n2\n</parameter>\n</function>',
    ),
    { calls: '{"path":"a","first":2}', remarks: ['key-as-element'] },
  ],
  [
    'keys as elements in one line, the last one as it should be',
    envelope('<function=read_file><parameter>path</parameter>a<parameter=first>2</parameter></function>'),
    { calls: '{"path":"a","first":2}', remarks: ['key-as-element'] },
  ],
  [
    'a literal closer in a value behind its key',
    envelope(
      '<function=read_file>\n<parameter>path</parameter>\na </parameter> b\n<parameter>first</parameter>\n2\n</function>',
    ),
    { calls: '{"path":"a </parameter> b","first":2}' },
  ],
  [
    'an element that is no key in a value behind its key',
    envelope(
      '<function=bash>\n<parameter>command</parameter>\nls\n<parameter>x</parameter> is text\n</function>',
    ),
    { calls: '{"command":"ls\\n<parameter>x</parameter> is text"}' },
  ],
  [
    'an element that is no key',
    envelope('<function=bash>\n<parameter>cmd</parameter>\nls\n</function>'),
    { calls: '', text: '', remarks: ['malformed'] },
  ],
  [
    'an empty parameter',
    envelope(`<function=bash><parameter/>${command}</function>`),
    { calls: ls, remarks: ['empty-parameter'] },
  ],
  [
    'keys as tags',
    envelope('<function=bash>\n<command>ls</command>\n</function>'),
    { calls: ls, remarks: ['key-as-tag'] },
  ],
  [
    'a tag that is no key',
    envelope('<function=bash>\n<cmd>ls</cmd>\n</function>'),
    { calls: '', text: '', remarks: ['malformed'] },
  ],
  [
    'JSON in a block',
    envelope('<function=bash>\n{"command": "ls",}\n</function>'),
    { calls: ls, remarks: ['json-in-function', 'trailing-comma'] },
  ],
  [
    'a list in a block',
    envelope('<function=bash>\n{"command": [}\n</function>'),
    { calls: '', text: '', remarks: ['malformed'] },
  ],
  [
    'cut JSON in a block',
    '<tool_call>\n<function=bash>\n{"command": "l',
    { calls: '', remarks: ['truncated'] },
  ],
  [
    'keys as tags without known tools',
    envelope('<function=bash>\n<command>ls</command>\n</function>'),
    { calls: '', text: '', remarks: ['malformed'] },
    { tools: null },
  ],
  [
    'a tag that the schema forbids',
    envelope('<function=shut>\n<b>ls</b>\n</function>'),
    { calls: '', text: '', remarks: ['malformed'] },
    {
      tools: [
        { name: 'shut', description: '', parameters: { properties: { a: {} }, additionalProperties: false } },
      ],
    },
  ],
  [
    'half a tag of a key in its value',
    envelope('<function=bash>\n<command>\n<command>\nls\n</command>\n</function>'),
    { calls: '{"command":"<command>\\nls"}', text: '' },
  ],
  [
    'a parameter that is called parameter',
    envelope('<function=odd>\n<parameter>x</parameter>\n</function>'),
    { calls: '{"parameter":"x"}', remarks: ['key-as-tag'] },
    {
      tools: [
        { name: 'odd', description: '', parameters: { properties: { parameter: { type: 'string' } } } },
      ],
    },
  ],
  [
    'JSON behind a parameter',
    envelope(`<function=bash>\n${command}\n{"command": "ls"}\n</function>`),
    {
      calls: '{"command":"ls\\n</parameter>\\n{\\"command\\": \\"ls\\"}"}',
      remarks: ['missing-parameter-close'],
    },
  ],
  [
    'broken JSON in a block that the envelope closes',
    `<tool_call>\n<function=bash>\n{"command": [}\n</tool_call>\ntext`,
    { calls: '', text: 'text', remarks: ['malformed'] },
  ],
  [
    'broken JSON in a block before the next envelope',
    `<tool_call>\n<function=bash>\n{"command": [}\n${envelope(`<function=bash>\n${command}\n</function>`)}`,
    { calls: ls, text: '', remarks: ['malformed'] },
  ],
  // Closers.
  [
    'a parameter that is not closed',
    envelope('<function=read_file>\n<parameter=path>\na\n<parameter=first>\n2\n</parameter>\n</function>'),
    { calls: '{"path":"a","first":2}', remarks: ['missing-parameter-close'] },
  ],
  [
    'the opener of a key that is there already',
    envelope(
      '<function=read_file>\n<parameter=first>\n2\n</parameter>\n<parameter=path>\na\n<parameter=first>\n</parameter>\n</parameter>\n</function>',
    ),
    { calls: '{"first":2,"path":"a\\n<parameter=first>\\n</parameter>"}' },
  ],
  [
    'an opener in the line of a value',
    envelope(
      '<function=read_file>\n<parameter=path>\na <parameter=first>2</parameter>\n</parameter>\n</function>',
    ),
    { calls: '{"path":"a <parameter=first>2</parameter>"}', remarks: [] },
  ],
  [
    'a parameter that the block closes',
    envelope('<function=bash>\n<parameter=command>\nls\n</function>'),
    { calls: ls, remarks: ['missing-parameter-close'] },
  ],
  [
    'a block that the envelope closes',
    `<tool_call>\n<function=bash>\n${command}\n</tool_call>`,
    { calls: ls, remarks: ['missing-function-close'] },
  ],
  [
    'closers once more',
    `<tool_call>\n<function=bash>\n${command}\n</parameter>\n</function>\n</function>\n</tool_call>\n</tool_call>`,
    { calls: ls, text: '', remarks: ['doubled-close', 'doubled-close'] },
  ],
  [
    'a closer that drifted',
    envelope('<function=bash>\n<parameter=command>\nls\n</parameter_command>\n</function>'),
    { calls: ls, remarks: ['drifted-close'] },
  ],
  [
    'an envelope without end before text',
    `<tool_call>\n<function=bash>\n${command}\n</function>\nThat is it.`,
    { calls: ls, text: 'That is it.', remarks: ['missing-envelope-close'] },
  ],
  [
    'two blocks in one envelope',
    envelope(`<function=bash>\n${command}\n</function>\n<function=bash>\n${command}\n</function>`),
    { calls: `${ls} ${ls}`, remarks: ['several-in-one-envelope'] },
  ],
  [
    'text between the parameters, and a call behind it',
    `${envelope(`<function=bash>\nsome text\n${command}\n</function>`)}\n${envelope(`<function=bash>\n${command}\n</function>`)}`,
    { calls: ls, text: '', remarks: ['malformed'] },
  ],
  [
    'text between the parameters of a call without end',
    `<tool_call>\n<function=bash>\nsome text`,
    { calls: '', text: '<tool_call>\n<function=bash>\nsome text', remarks: ['truncated'] },
  ],
  [
    'a broken block before the next envelope',
    `<tool_call>\n<function=bash>\nsome text\n${envelope(`<function=bash>\n${command}\n</function>`)}`,
    { calls: ls, text: '', remarks: ['malformed'] },
  ],
  // What stands inside an envelope of JSON.
  [
    'several objects in one envelope',
    envelope(`${json}\n${json},\n${json}`),
    { calls: `${ls} ${ls} ${ls}`, text: '', remarks: ['several-in-one-envelope', 'several-in-one-envelope'] },
  ],
  [
    'an object that is no call behind a call',
    envelope(`${json}\n{"a": 1}`),
    { calls: ls, text: `{"a": 1}\n</tool_call>`, remarks: [] },
  ],
  [
    'a second object that the input ends in',
    `<tool_call>${json}\n{"name": "bash", "argu`,
    { calls: ls, text: '{"name": "bash", "argu', remarks: ['truncated'] },
  ],
  [
    'a comma and no object behind a call',
    envelope(`${json}, and`),
    { calls: ls, text: ', and\n</tool_call>', remarks: ['missing-envelope-close'] },
  ],
  [
    'something else behind a call, before the closer in its line',
    `<tool_call>${json},"more":</tool_call>`,
    { calls: '', remarks: ['malformed'] },
  ],
  [
    'a fence in the envelope',
    envelope(`\`\`\`json\n${json}\n\`\`\``),
    { calls: ls, text: '', remarks: ['fence-in-envelope'] },
  ],
  [
    'a fence that shows something else',
    `${envelope('```python\nrun()\n```')}\n${envelope(json)}`,
    { calls: ls, text: envelope('```python\nrun()\n```'), remarks: [] },
  ],
  // A closer of the block that stands in its own line, where the frame does not go on.
  [
    'the closer of the block inside a value',
    envelope('<function=bash>\n<parameter=command>\nls\n</function>\npwd\n</parameter>\n</function>'),
    { calls: '{"command":"ls\\n</function>\\npwd"}', text: '', remarks: [] },
  ],
  [
    'the closer of the block in place of that of the value',
    `<tool_call>\n<function=bash>\n<parameter=command>\nls\n</function>\nSo.\n${envelope(json)}`,
    { calls: `${ls} ${ls}`, text: 'So.', remarks: ['missing-parameter-close', 'missing-envelope-close'] },
  ],
  // Several calls in one block of Gemma's.
  [
    'calls below each other in a block',
    `\`\`\`tool_code\nprint(bash(command="a)b"))\nbash(command='ls')\n\`\`\``,
    { calls: `{"command":"a)b"} ${ls}`, text: '', remarks: [] },
    { dialect: 'gemma' },
  ],
  [
    'a list of calls in a block',
    `\`\`\`tool_code\n[${json}, ${json}]\n\`\`\``,
    { calls: `${ls} ${ls}`, text: '', remarks: [] },
    { dialect: 'gemma' },
  ],
  [
    'a block that holds more than calls',
    `\`\`\`tool_code\nbash(command="ls")\nx = 1\n\`\`\``,
    { calls: '', text: `\`\`\`tool_code\nbash(command="ls")\nx = 1\n\`\`\`` },
    { dialect: 'gemma' },
  ],
  [
    'print that does not close',
    `\`\`\`tool_code\nprint(bash(command="ls")\n\`\`\``,
    { calls: '' },
    { dialect: 'gemma' },
  ],
  // Limits of what is waited for.
  [
    'a tag that is too long',
    envelope(`<function=bash ${'x'.repeat(600)}>`),
    { calls: '', text: envelope(`<function=bash ${'x'.repeat(600)}>`) },
  ],
  [
    'a word that is too long',
    envelope(`${long}\n<command>ls</command>`),
    { calls: '', text: envelope(`${long}\n<command>ls</command>`) },
  ],
  ['a tag over two lines', envelope('<function=\nbash>'), { calls: '', text: envelope('<function=\nbash>') }],
  ['a tag in a tag', envelope('<function<bash>'), { calls: '', text: envelope('<function<bash>') }],
];
