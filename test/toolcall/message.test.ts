import assert from 'node:assert/strict';
import { Output, blankAfter } from '../../src/toolcall/output';
import { createToolCallParser, parseToolCalls } from '../../src/toolcall/parser';
import type { ToolCallParserOptions } from '../../src/toolcall/types';
import { type Expected, check, outcome, tools } from './support';

const call = '<tool_call>\n<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>';
const bare = '<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>';
const json = '{"name": "bash", "arguments": {"command": "ls"}}';
const ls = '{"command":"ls"}';
const hermes = { dialect: 'hermes' } as const;

/** Where a call counts: name, message, what it comes to. */
const places: [string, string, Expected, Partial<ToolCallParserOptions>?][] = [
  ['behind a fence', `\`\`\`\n${call}\n\`\`\`\n${call}`, { calls: ls, text: `\`\`\`\n${call}\n\`\`\`` }],
  ['behind a fence of two marks', `\`\`\n${call}`, { calls: ls, text: '``' }],
  ['behind a line with marks in it', `\`\`\`a\`\`\`\n${call}`, { calls: ls, text: '```a```' }],
  ['behind marks in a line', `a \`\`\` b\n${call}`, { calls: ls, text: 'a ``` b' }],
  ['behind a longer closing fence', `~~~\nx\n~~~~ \n${call}`, { calls: ls, text: '~~~\nx\n~~~~' }],
  ['behind a fence within a fence', `~~~\n~~~js\nx\n~~~\n${call}\n~~~\n${call}`, { calls: ls }],
  ['not behind a shorter closing fence', `~~~~\nx\n~~~\n${call}`, { calls: '' }],
  ['not behind another closing fence', `~~~\nx\n\`\`\`\n${call}`, { calls: '' }],
  ['not behind a closing fence with text', `\`\`\`\nx\n\`\`\` y z\n${call}`, { calls: '' }],
  ['not in an indented fence', `  \`\`\`\n${call}\n  \`\`\``, { calls: '' }],
  ['behind a fence in a quotation', `> ~~~\n> x\n> ~~~\n${call}`, { calls: ls, text: '> ~~~\n> x\n> ~~~' }],
  ['in the middle of a line', `so ${call}`, { calls: ls, text: 'so' }],
  ['not in inline code', `\`${call.replaceAll('\n', '')}\``, { calls: '' }],
  ['bare, at the start', bare, { calls: ls, text: '' }],
  ['bare, at the start of a line', `x\n \t${bare}`, { calls: ls, text: 'x' }],
  ['bare, directly behind a call', `${call} ${bare}`, { calls: `${ls} ${ls}`, text: '' }],
  ['bare, not behind text', `x ${bare}`, { calls: '', text: `x ${bare}` }],
  ['bare, not in a quotation', `> ${bare}`, { calls: '', text: `> ${bare}` }],
  ['JSON, at the start of a line', `x\n  ${json}\n\n`, { calls: ls, text: 'x' }, hermes],
  ['JSON, not behind text', `x ${json}`, { calls: '', text: `x ${json}` }, hermes],
  ['JSON, not before text', `${json}\nx`, { calls: '', text: `${json}\nx` }, hermes],
  ['JSON, not before a call', `${json}\n${call}`, { calls: ls, text: json }, hermes],
  [
    'JSON, not behind a malformed call',
    `<tool_call>{"name": "bash", "arguments": 1}</tool_call>\n${json}`,
    { calls: '', text: json },
    hermes,
  ],
  ['JSON, all of several', `${json}\n${json}`, { calls: `${ls} ${ls}`, text: '' }, hermes],
  ['JSON in several lines', json.replaceAll(' ', '\n  '), { calls: ls, text: '' }, hermes],
  ['JSON in a list in several lines', `[\n${json}\n]`, { calls: ls, text: '' }, hermes],
  [
    'JSON whose keys are in another order',
    '{"arguments": {"command": "ls"}, "name": "bash"}',
    { calls: ls },
    hermes,
  ],
  ['JSON with single quotes', `{'name': "bash", "arguments": {"command": "ls"}}`, { calls: '' }, hermes],
  ['JSON with text in it', '{"name": "bash", arguments! {"command": "ls"}}', { calls: '' }, hermes],
  ['JSON in a fence with its language', `\`\`\`JSON\n${json}\n\`\`\``, { calls: ls, text: '' }, hermes],
  [
    'JSON in a fence with a tag',
    `\`\`\`xml\n<response>\n${json}\n</response>\n\`\`\``,
    { calls: ls, text: '' },
    hermes,
  ],
  ['JSON in a fence with an open tag', `\`\`\`xml\n<response>\n${json}\n\`\`\``, { calls: '' }, hermes],
  ['JSON in a fence with more', `\`\`\`json\n${json}\nmore\n\`\`\``, { calls: '' }, hermes],
  ['JSON in a fence of tildes', `~~~json\n${json}\n~~~`, { calls: ls, text: '' }, hermes],
  [
    'JSON in a fence, if allowed',
    `\`\`\`json\n${json}\n\`\`\``,
    { calls: '' },
    { dialect: 'hermes', recoveries: { bareJson: false } },
  ],
  [
    'JSON in a fence of a dialect without, if allowed',
    `\`\`\`json\n${json}\n\`\`\``,
    { calls: ls },
    { recoveries: { bareJson: true } },
  ],
  ['white space stays where no call is', ' a \n', { text: ' a \n' }],
  ['white space goes around calls', `\n ${call}\n\n`, { calls: ls, text: '' }],
  ['white space stays between texts', `${call}\n a \n\n b \n`, { text: 'a \n\n b \n' }],
  ['reasoning behind white space', ' \n<think>a</think>b', { reasoning: 'a', text: ' \nb' }],
  ['reasoning behind text is text', 'x <think>a</think>b', { reasoning: '', text: 'x <think>a</think>b' }],
  ['reasoning behind a call', `${call}\n<think>a</think>b`, { reasoning: 'a', text: 'b' }],
  ['reasoning with markers', '<think>a < b </thin </think>', { reasoning: 'a < b </thin' }],
  ['reasoning that was open', ' a \n</think>\n\n b', { reasoning: 'a', text: 'b' }, { think: 'open' }],
  ['reasoning that is empty', '</think>\n\na', { reasoning: '', text: 'a' }, { think: 'open' }],
  [
    'reasoning that is opened once more',
    '<think>\na <think>b</think>c',
    { reasoning: 'a b', text: 'c' },
    { think: 'open' },
  ],
  [
    'reasoning with a call that is closed',
    `<think>a ${call} b</think>c`,
    { calls: '', reasoning: `a ${call} b`, text: 'c' },
  ],
  ['reasoning with a call that stays open', `<think>a ${call}`, { calls: ls, reasoning: 'a ' }],
  ['reasoning with a bare call that stays open', `<think>a\n${bare}`, { calls: '', reasoning: `a\n${bare}` }],
  [
    'reasoning with an undeclared call that stays open',
    `<think>a ${call.replace('bash', 'gone')}`,
    { calls: '' },
  ],
  [
    'a closer that follows no call',
    `a</tool_call></function>`,
    { text: 'a</tool_call></function>', remarks: [] },
  ],
];

describe('tool calls: where in a message', () => {
  for (const [name, input, expected, options] of places) it(name, () => check(input, expected, options));

  it('neither pushes nor finishes twice', () => {
    const parser = createToolCallParser({ dialect: 'hermes', tools });
    assert.deepEqual(parser.push(''), []);
    assert.deepEqual(outcome(parser.push('a')).text, 'a');
    assert.deepEqual(parser.push(' '), []);
    assert.deepEqual(outcome(parser.finish()).text, ' ');
    assert.deepEqual(parser.finish(), []);
    assert.deepEqual(parser.push('b'), []);
  });

  it('says text at once, but for what may be a marker or white space before a call', () => {
    const parser = createToolCallParser({ dialect: 'auto', tools });
    const steps: [string, string][] = [
      ['a b', 'a b'],
      [' ', ''],
      ['c', ' c'],
      ['<', ''],
      ['b', '<b'],
      ['<tool', ''],
      ['s', '<tools'],
      ['\n', ''],
      ['`', ''],
      ['x`', '\n`x`'],
      ['\n{', ''],
      ['a', '\n{a'],
      ['\n{"na', ''],
      ['x":', '\n{"nax":'],
      ['\n[', ''],
      ['1', '\n[1'],
    ];
    for (const [piece, said] of steps) assert.equal(outcome(parser.push(piece)).text, said, piece);
  });

  it('takes an unknown dialect for auto', () => {
    const events = parseToolCalls(call, { dialect: 'unheard of' as 'auto', tools });
    assert.equal(outcome(events).calls.length, 1);
  });
});

describe('tool calls: lines that are blank so far', () => {
  it('are told for any piece of text', () => {
    const cases: [boolean, string, boolean, boolean][] = [
      [true, '', true, true],
      [false, '', false, false],
      [true, ' \t\r', true, true],
      [true, ' > ', false, true],
      [false, ' ', false, false],
      [false, 'x\n', true, true],
      [true, '\nx', false, false],
      [true, 'x\n>', false, true],
    ];
    for (const [before, text, blank, quoted] of cases) {
      assert.equal(blankAfter(before, text), blank, JSON.stringify(text));
      assert.equal(blankAfter(before, text, true), quoted, JSON.stringify(text));
    }
  });

  it('merge what is said in one go', () => {
    const output = new Output();
    output.text('a');
    output.text('b ');
    output.delta(undefined, 'k', 'x');
    output.delta(1, 'k', '');
    output.delta(1, 'k', 'x');
    output.delta(1, 'k', 'y');
    output.delta(1, 'l', 'z');
    output.delta(2, 'l', 'z');
    output.skip(2);
    assert.deepEqual(output.drain(), [
      { type: 'text', text: 'ab', start: 0, end: 2 },
      { type: 'argument-delta', index: 1, key: 'k', delta: 'xy' },
      { type: 'argument-delta', index: 1, key: 'l', delta: 'z' },
      { type: 'argument-delta', index: 2, key: 'l', delta: 'z' },
      { type: 'text', text: ' ', start: 2, end: 3 },
    ]);
    assert.deepEqual(output.drain(), []);
  });
});
