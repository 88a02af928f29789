import assert from 'node:assert/strict';
import { createToolCallParser } from '../../src/toolcall/parser';
import { renderCall } from '../../src/toolcall/render';
import { stringifyExact } from '../../src/toolcall/json-reader';
import type { DialectName, ToolCallEvent, ToolCallParserOptions } from '../../src/toolcall/types';
import { parseChunks, settled } from '../../src/bench/parse-fuzz';
import { type PublicCase, canonical, outcome, publicCases, tools } from './support';

interface StartCase extends PublicCase {
  start: { inToolCall: boolean; partialStart: boolean };
}

interface ArgumentsCase extends PublicCase {
  chunks: string[];
}

function textOf(events: readonly ToolCallEvent[]): string {
  return outcome(events).text;
}

describe('tool calls: how a call begins', () => {
  const cases = publicCases.filter(({ kind }) => kind === 'start-detection') as StartCase[];

  for (const { id, input, dialect, start } of cases) {
    it(`${id}: ${JSON.stringify(input)}`, () => {
      const parser = createToolCallParser({ dialect, tools: null });
      const events = parser.push(input);
      const heldBack = textOf(events) !== input;
      assert.equal(heldBack, start.inToolCall || start.partialStart);
      // The name is known when its line has ended.
      const started = parser.push('\n').some(({ type }) => type === 'call-started');
      assert.equal(started, start.inToolCall);
    });
  }
});

describe('tool calls: arguments in pieces', () => {
  const cases = publicCases.filter(({ kind }) => kind === 'args-delta') as ArgumentsCase[];
  /** Point of the policy that decides otherwise. */
  const contradicted: Record<string, string> = {
    '060032a477': '9: what is cut off is not executed',
    ade4f29268: '10: what stays broken is malformed',
  };

  for (const { id, chunks, expect } of cases) {
    const [expected] = expect.calls;
    const wanted = id in contradicted ? [] : [expected?.arguments ?? null];
    const check = (open: string, pieces: string[], close: string): void => {
      const name = expected?.name ?? '';
      const head = `<tool_call>{"name": ${JSON.stringify(name)}, "arguments": ${open}`;
      const events = parseChunks([head, ...pieces, `${close}}</tool_call>`], {
        dialect: 'hermes',
        tools: null,
      });
      assert.equal(canonical(outcome(events).calls.map((call) => call.arguments)), canonical(wanted));
    };

    it(`${id}: ${JSON.stringify(chunks)} as a string`, () => {
      check(
        '"',
        chunks.map((chunk) => JSON.stringify(chunk).slice(1, -1)),
        '"',
      );
    });
    if (chunks.join('').trim() !== '') it(`${id}: ${JSON.stringify(chunks)}`, () => check('', chunks, ''));
  }
});

describe('tool calls: previews', () => {
  const value = 'const a = "b";\n\tif (a < 1 && b) { ä😀 }\\ </parameter> [x]';
  const forms: DialectName[] = [
    'qwen3-coder',
    'hermes',
    'llama3-json',
    'gemma',
    'mistral',
    'continue-codeblock',
    'cline-xml',
    'invoke-xml',
  ];

  function deltas(events: readonly ToolCallEvent[], key = 'command'): string {
    return events
      .map((event) => (event.type === 'argument-delta' && event.key === key ? event.delta : ''))
      .join('');
  }

  for (const dialect of forms) {
    it(`${dialect}: the name, then the value, each with the chunk that brought it`, () => {
      const source = renderCall(dialect, { name: 'bash', arguments: { command: value } });
      const parser = createToolCallParser({ dialect, tools });
      const events: ToolCallEvent[] = [];
      let seen = '';
      let startedAt = -1;
      for (const character of source) {
        seen += character;
        events.push(...parser.push(character));
        if (startedAt < 0 && events.some(({ type }) => type === 'call-started')) startedAt = seen.length;
        // Held back is at most what may be the closer of the value, or an escape that is not complete.
        const [, arrived = ''] = /const([^]*)/.exec(seen) ?? [];
        const complete = arrived.replace(/[<\\\n][^]*/, '');
        if (complete !== '' && dialect !== 'continue-codeblock')
          assert.ok(deltas(events).startsWith(`const${complete}`), seen);
      }
      events.push(...parser.finish());
      assert.equal(deltas(events), outcome(events).calls.length === 1 ? value : 'no call');
      assert.ok(startedAt > 0 && startedAt < source.indexOf('const'), dialect);
      const started = events.filter(({ type }) => type === 'call-started');
      assert.equal(started.length, 1);
    });
  }

  const check = (input: string, expected: string[], options: Partial<ToolCallParserOptions> = {}): void => {
    for (const chunks of [[input], input.split('')]) {
      const events = parseChunks(chunks, { dialect: 'hermes', tools, ...options });
      const told = settled(events).flatMap((event) => {
        if (event.type === 'call-started') return [`start ${String(event.index)} ${event.name}`];
        if (event.type === 'argument-delta') return [`${String(event.index)} ${event.key}: ${event.delta}`];
        if (event.type === 'call') return [`call ${String(event.index)} ${stringifyExact(event.arguments)}`];
        if (event.type === 'call-dropped') return [`drop ${String(event.index)}`];
        if (event.type === 'malformed') return [`malformed ${String(event.index)}`];
        return event.type === 'text' ? [`text ${event.text}`] : [];
      });
      assert.deepEqual(told, expected);
    }
  };
  const bash = '{"name": "bash", "arguments": {"command": "ls"}}';

  it('shows fenced JSON while it is written and takes it back where the message goes on', () => {
    check(`\`\`\`json\n${bash}\n\`\`\``, ['start 0 bash', '0 command: ls', 'call 0 {"command":"ls"}']);
    const text = `\`\`\`json\n${bash}\n\`\`\`\nmore`;
    check(text, ['start 0 bash', '0 command: ls', 'drop 0', `text ${text}`]);
    check(`${bash} more`, ['start 0 bash', '0 command: ls', 'drop 0', `text ${bash} more`]);
    check('{"name": "bash", "arguments": {"command": 1, ]', [
      'start 0 bash',
      'drop 0',
      'text {"name": "bash", "arguments": {"command": 1, ]',
    ]);
  });

  it('shows each call of a list under its own index', () => {
    const read = '{"name": "read_file", "arguments": {"first": 1, "path": "a\\u00e4\\nb"}}';
    check(`<tool_call>[${bash}, ${read}]</tool_call>`, [
      'start 0 bash',
      '0 command: ls',
      'start 1 read_file',
      '1 path: aä\nb',
      'call 0 {"command":"ls"}',
      'call 1 {"first":1,"path":"aä\\nb"}',
    ]);
    check(
      `[TOOL_CALLS]bash[ARGS]{"command": "ls"}`,
      ['start 0 bash', '0 command: ls', 'call 0 {"command":"ls"}'],
      {
        dialect: 'mistral',
      },
    );
    check(`<tool_call>{"type": "function", "function": ${bash}}</tool_call>`, [
      'start 0 bash',
      '0 command: ls',
      'call 0 {"command":"ls"}',
    ]);
  });

  it('shows string arguments of the call alone, once the name is known', () => {
    const nested = '{"arguments": {"command": "a", "x": {"command": "b"}}, "name": "bash"}';
    check(`<tool_call>${nested}</tool_call>`, ['start 0 bash', 'call 0 {"command":"a","x":{"command":"b"}}']);
    const deep = '{"name": "bash", "id": "c", "arguments": {"x": ["d", {"command": "e"}], "command": "f"}}';
    check(`<tool_call>${deep}</tool_call>`, [
      'start 0 bash',
      '0 command: f',
      'call 0 {"x":["d",{"command":"e"}],"command":"f"}',
    ]);
    check('<tool_call>{"name": "gone", "arguments": {"command": "ls"}}</tool_call>', []);
  });

  const silent: [string, string][] = [
    ['two colons', '{"a": 1, "command": : "x"}'],
    ['two commas', '{"a": 1, , "command": "x"}'],
    ['a comma for a colon', '{"command", "x": "y"}'],
    ['a colon for a comma', '{"a": 1: "command": "x"}'],
    ['another separator', '{"a": 1; "command": "x"}'],
    ['a bracket for a key', '{{"command": "x"}'],
    ['a bracket behind a value', '{"a": 1 {"command": "x"}'],
    ['a word for a key', '{a, "command": "x"}'],
    ['a word for a colon', '{"command" is "x"}'],
    ['a list of keys', '["command", "x"]'],
    ['a list around it', '[{"command": "x"}]'],
    ['a string behind a string', '{"a": "" "command": "x"}'],
  ];
  for (const [name, args] of silent) {
    it(`shows nothing more behind ${name}`, () => {
      const parser = createToolCallParser({ dialect: 'hermes', tools });
      const events = parser.push(`<tool_call>{"name": "bash", "arguments": ${args}`);
      const said = events.map((event) =>
        event.type === 'argument-delta' ? `${event.key}: ${event.delta}` : event.type,
      );
      assert.deepEqual(said, ['call-started']);
    });
  }

  it('shows arguments of calls alone', () => {
    const check = (dialect: DialectName, input: string, said: string[]): void => {
      const parser = createToolCallParser({ dialect, tools });
      const deltas = parser
        .push(input)
        .flatMap((event) =>
          event.type === 'argument-delta' ? [`${String(event.index)} ${event.key}: ${event.delta}`] : [],
        );
      assert.deepEqual(deltas, said, input);
    };
    check('mistral', '[TOOL_CALLS]bash[ARGS]{"a": {"command": "x"}, "command": "y', ['0 command: y']);
    check('mistral', '[TOOL_CALLS]bash[ARGS]{"a": ["x"], "command": "y', ['0 command: y']);
    check('mistral', '[TOOL_CALLS]gone[ARGS]{"command": "y', []);
    const open = '<tool_call>{"name": "bash", ';
    check('hermes', `${open}"other": {"command": "x"}, "arguments": {"command": "y`, ['0 command: y']);
    check(
      'hermes',
      `${open}"other": ["arguments", {"arguments": {"command": "x"}}], "arguments": {"command": "y`,
      ['0 command: y'],
    );
    check('hermes', `${open}"name": "read_file", "arguments": {"command": "y`, ['0 command: y']);
    check('hermes', `${open}"type": "name", "parameters": {"command": "y`, ['0 command: y']);
    check('hermes', `${open}"arguments": "command", "arguments": {"command": "y`, ['0 command: y']);
    check(
      'hermes',
      `<tool_call>[{"name": "bash", "arguments": {}}, {"other": {}, "arguments": {"command": "y`,
      [],
    );
    check(
      'hermes',
      `<tool_call>[{"name": "bash", "arguments": {"a": {}}}, {"name": "bash", "arguments": {"command": "y`,
      ['1 command: y'],
    );
  });

  it('falls silent where the JSON is no longer strict, and the call may still be read', () => {
    check('<tool_call>{"name": "bash", "arguments": {"command": "say "hi" now"}}</tool_call>', [
      'start 0 bash',
      '0 command: say ',
      'call 0 {"command":"say \\"hi\\" now"}',
    ]);
    check('<tool_call>{"name": "bash", "arguments": {"command": "a\\qb"}}</tool_call>', [
      'start 0 bash',
      '0 command: a',
      'malformed 0',
    ]);
    check(`<tool_call>{'name': "bash", "arguments": {"command": "a"}}</tool_call>`, [
      'start 0 bash',
      'call 0 {"command":"a"}',
    ]);
    check('<tool_call>{"name": "bash", "arguments": {"command": "a', [
      'start 0 bash',
      '0 command: a',
      'drop 0',
      'text <tool_call>{"name": "bash", "arguments": {"command": "a',
    ]);
  });
});
