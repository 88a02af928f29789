import assert from 'node:assert/strict';
import { createToolCallParser } from '../../src/toolcall/parser';
import { stringifyExact } from '../../src/toolcall/json-reader';
import type { DialectName } from '../../src/toolcall/types';
import { check, tools } from './support';

const call = (value: string, key = 'path'): string =>
  `<tool_call>\n<function=read_file>\n<parameter=${key}>${value}</parameter>\n</function>\n</tool_call>`;

describe('tool calls: the policy, point by point', () => {
  it('1: takes one newline off at each end and nothing else', () => {
    check(call('\n\n  a \n\n'), { calls: '{"path":"\\n  a \\n"}', remarks: [] });
    check(call(''), { calls: '{"path":""}' });
  });

  it('2: decodes no entity', () => check(call('a &lt; b'), { calls: '{"path":"a &lt; b"}' }));

  it('3: converts by the schema, exactly', () => {
    check(
      call('12').replace('</function>', '<parameter=first>\n9007199254740993\n</parameter>\n</function>'),
      {
        calls: '{"path":"12","first":9007199254740993}',
      },
    );
    check(call('x').replace('</function>', '<parameter=first>\nmany\n</parameter>\n</function>'), {
      calls: '',
      remarks: ['malformed'],
    });
    check(call('12'), { calls: '{"path":"12"}' }, { tools: null });
  });

  it('4: ends a value only where the frame goes on', () => {
    check(call('a </parameter> b'), { calls: '{"path":"a </parameter> b"}' });
    const inner =
      '<tool_call>\n<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>';
    check(call(`\n${inner}\n`), { calls: stringifyExact({ path: inner }), remarks: [] });
  });

  it('5: takes a strict envelope anywhere but in an example, and tells unknown tools', () => {
    check(`so: ${call('a')} then`, { calls: '{"path":"a"}', text: 'so:then' });
    check(`\`\`\`xml\n${call('a')}\n\`\`\``, { calls: '', text: `\`\`\`xml\n${call('a')}\n\`\`\`` });
    check(call('a').replace('read_file', 'gone'), { calls: '', text: '', remarks: ['unknown-tool'] });
    check(call('a').replace('</tool_call>', ''), {
      calls: '{"path":"a"}',
      remarks: ['missing-envelope-close'],
    });
  });

  it('6: takes recovery forms only if they are beyond doubt', () => {
    const bare = '<function=read_file>\n<parameter=path>\na\n</parameter>\n</function>';
    check(bare, { calls: '{"path":"a"}', remarks: ['bare-function'] });
    check(`inline ${bare}`, { calls: '', text: `inline ${bare}` });
    check(bare.replace('read_file', 'gone'), { calls: '' });
    check(bare.replace('path', 'other'), { calls: '' });
    check(bare, { calls: '', text: bare }, { recoveries: { bareEnvelope: false } });
    const json = '```json\n{"name": "read_file", "arguments": {"path": "a"}}\n```';
    check(json, { calls: '{"path":"a"}', remarks: ['fenced-json'] }, { dialect: 'hermes' });
    check(json, { calls: '', text: json });
    check(`${json}\nmore`, { calls: '', text: `${json}\nmore` }, { dialect: 'hermes' });
    check(`${call('a')}\n${json}`, { calls: '{"path":"a"}', text: json }, { dialect: 'hermes' });
  });

  it('7: keeps reasoning apart', () => {
    check(`<think>a ${call('x')} b</think>\n\nc`, { calls: '', text: 'c', reasoning: `a ${call('x')} b` });
    check(`a</think>${call('x')}`, { calls: '{"path":"x"}', reasoning: 'a' }, { think: 'open' });
    check(`a <think>b</think>c`, { reasoning: 'a b', text: 'c' }, { think: 'open' });
    check(
      `a ${call('x')} b`,
      { calls: '{"path":"x"}', remarks: ['call-in-unclosed-reasoning'] },
      { think: 'open' },
    );
  });

  it('9: makes a truncated call text', () => {
    const whole = call('a');
    // From the last `>` of the function on, the call is complete.
    for (let length = 11; length < whole.indexOf('</function>') + 11; length++) {
      check(whole.slice(0, length), { calls: '', text: whole.slice(0, length) });
    }
  });

  it('10: reads JSON leniently where it must, and says so', () => {
    const hermes = (json: string): string => `<tool_call>\n${json}\n</tool_call>`;
    const check10 = (json: string, calls: string, remarks: string[]): void =>
      check(hermes(json), { calls, remarks }, { dialect: 'hermes' });
    check10('{"name": "bash", "arguments": {"command": "a\nb",}}', '{"command":"a\\nb"}', [
      'raw-control-character',
      'trailing-comma',
    ]);
    check10(`{'name': 'bash', 'arguments': {'command': 'x'}}`, '{"command":"x"}', ['single-quotes']);
    check10('{name: "bash", arguments: {command: "x"}}', '{"command":"x"}', ['unquoted-key']);
    check10('{"name": "bash", "arguments": {"command": "say "hi" now"}}', '{"command":"say \\"hi\\" now"}', [
      'unescaped-quote',
    ]);
    check10('{"name": "bash", "arguments": {"command": nonsense}}', '', ['malformed']);
  });

  it('11: keeps neighbours of a broken call, the last of two keys, and refuses some keys', () => {
    const broken = '<tool_call>\n{"name": "bash", "arguments": {"command": ]}}\n</tool_call>';
    check(`${broken}\n${call('a')}`, { calls: '{"path":"a"}', remarks: ['malformed'] });
    check(call('a').replace('</function>', '<parameter=path>\nb\n</parameter>\n</function>'), {
      calls: '{"path":"b"}',
      remarks: ['duplicate-key'],
    });
    check(call('a', '__proto__'), { calls: '', remarks: ['malformed'] });
  });

  it('streams an argument with the chunk that brought it', () => {
    const parser = createToolCallParser({ dialect: 'qwen3-coder', tools });
    parser.push('<tool_call>\n<function=bash>\n<parameter=command>\n');
    const [delta] = parser.push('echo one').filter((event) => event.type === 'argument-delta');
    assert.deepEqual(delta, { type: 'argument-delta', index: 0, key: 'command', delta: 'echo one' });
  });

  const forms: [DialectName, string][] = [
    ['mistral', '[TOOL_CALLS] [{"name": "bash", "arguments": {"command": "ls"}}]'],
    ['mistral', '[TOOL_CALLS]bash[ARGS]{"command": "ls"}'],
    ['llama3-json', '{"name": "bash", "parameters": {"command": "ls"}}'],
    ['llama3-json', '<|python_tag|>{"name": "bash", "parameters": {"command": "ls"}}'],
    ['gemma', '```tool_code\nprint(bash(command="ls"))\n```'],
    ['gemma', '```json\n{"name": "bash", "arguments": {"command": "ls"}}\n```'],
    ['continue-codeblock', '```tool\nTOOL_NAME: bash\nBEGIN_ARG: command\nls\nEND_ARG\n```'],
    ['cline-xml', '<bash>\n<command>ls</command>\n</bash>'],
    [
      'invoke-xml',
      '<function_calls>\n<invoke name="bash">\n<parameter name="command">ls</parameter>\n</invoke>\n</function_calls>',
    ],
  ];
  for (const [dialect, source] of forms) {
    it(`reads ${dialect}, alone and as auto: ${source.slice(0, 30)}`, () => {
      check(source, { calls: '{"command":"ls"}', text: '' }, { dialect });
      check(source, { calls: '{"command":"ls"}', text: '' }, { dialect: 'auto' });
    });
  }
});
