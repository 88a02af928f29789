import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dialectNames } from '../../src/toolcall/dialects';
import {
  renderCall,
  renderResults,
  renderTools,
  renderToolsCompact,
  renderToolsFewShot,
} from '../../src/toolcall/render';
import { Readable, Writable } from 'node:stream';
import { parseCommand } from '../../src/cli/parse-command';
import type { CallToRender, ToolResult } from '../../src/toolcall/render';
import type { DialectName, ToolDefinition } from '../../src/toolcall/types';
import { checkGolden } from '../support/golden';
import { fixtures, tools } from './support';

const [readFile] = tools;
const one = readFile ? [readFile] : [];

describe('tool calls: rendering', () => {
  it('writes tools and calls as the templates of Qwen2.5 and Qwen3-Coder do', () => {
    assert.ok(
      renderTools('hermes', one).includes(
        '<tools>\n{"type": "function", "function": {"name": "read_file", "description": "Reads a file.", "parameters": ' +
          '{"type": "object", "properties": {"path": {"type": "string"}, "first": {"type": "integer"}}, "required": ["path"]}}}\n</tools>',
      ),
    );
    assert.equal(
      renderCall('hermes', { name: 'read_file', arguments: { path: 'a"b', first: 9007199254740993n } }),
      '<tool_call>\n{"name": "read_file", "arguments": {"path": "a\\"b", "first": 9007199254740993}}\n</tool_call>',
    );
    assert.ok(
      renderTools('qwen3-coder', one).includes(
        '<tools>\n<function>\n<name>read_file</name>\n<description>Reads a file.</description>\n<parameters>\n' +
          '<parameter>\n<name>path</name>\n<type>string</type>\n</parameter>\n<parameter>\n<name>first</name>\n' +
          '<type>integer</type>\n</parameter>\n<required>["path"]</required>\n</parameters>\n</function>\n</tools>',
      ),
    );
    assert.equal(
      renderCall('qwen3-coder', { name: 'bash', arguments: { command: 'ls' } }),
      '<tool_call>\n<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>',
    );
    assert.equal(
      renderResults('qwen3-coder', [
        { name: 'bash', content: 'a' },
        { name: 'bash', content: 'b' },
      ]),
      '<tool_response>\na\n</tool_response>\n<tool_response>\nb\n</tool_response>\n',
    );
  });

  it('writes every tool into every variant of every dialect, and nothing without tools', () => {
    for (const dialect of dialectNames) {
      for (const render of [renderTools, renderToolsCompact, renderToolsFewShot]) {
        for (const { name } of tools) assert.ok(render(dialect, tools).includes(name), dialect);
        assert.equal(render(dialect, []), '');
      }
    }
    assert.match(
      renderToolsCompact('qwen3-coder', tools),
      /^- read_file\(path: string, first\?: integer\): Reads a file\.$/m,
    );
  });
});

describe('tool calls: all that is rendered', () => {
  const odd: ToolDefinition = {
    name: 'odd',
    description: '',
    parameters: {
      type: 'object',
      properties: {
        mode: { enum: [2, 'fast'] },
        fixed: { const: 'one' },
        code: { type: 'string', examples: [7, 'x'] },
        named: { type: 'string', examples: ['main.ts'], description: ' Where. ' },
        either: { anyOf: [{ type: 'boolean' }, { type: ['integer', 'null'], default: null }] },
        on: { type: 'boolean', default: true },
        off: { type: 'boolean', default: false },
        rows: { type: 'array', items: { type: 'number' } },
        any: {},
        deep: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
      },
    },
  };
  const values = { text: 'a "b" <c>\n', on: true, none: null, many: [1, { k: 'v' }], big: 9007199254740993n };
  const results: ToolResult[] = [
    { name: 'odd', content: 'one\n"two"' },
    { name: 'read_file', content: '', id: 'abc123456' },
  ];

  it('is in every dialect as it was when somebody last read it', () => {
    const different = dialectNames.filter((name) => name !== 'auto' && name !== 'hermes-lenient');
    const told = different.flatMap((dialect) => [
      `# ${dialect}: tools`,
      renderTools(dialect, [odd, ...one]),
      `# ${dialect}: tools, compact, with an example`,
      renderToolsFewShot(dialect, [odd]),
      `# ${dialect}: calls`,
      renderCall(dialect, { name: 'odd', arguments: values }),
      renderCall(dialect, { name: 'odd', arguments: {}, id: 'abc123456' }),
      `# ${dialect}: results`,
      renderResults(dialect, results),
    ]);
    checkGolden('toolcall-rendered', `${told.join('\n')}\n`);
  });
});

interface Templates {
  tools: ToolDefinition[];
  calls: CallToRender[];
  results: ToolResult[];
  rendered: { dialect: DialectName; template: string; text: string }[];
}

describe("tool calls: the models' own templates", () => {
  const {
    calls,
    results,
    rendered,
    tools: declared,
  } = JSON.parse(readFileSync(path.join(fixtures, 'templates.json'), 'utf8')) as Templates;

  for (const { dialect, template, text } of rendered) {
    const check = (part: string): void => assert.ok(text.includes(part), `${part}\n\nis not in\n\n${text}`);

    it(`${template}: tools and results`, () => {
      check(renderTools(dialect, declared));
      check(renderResults(dialect, results));
    });

    // Mistral's template puts all calls in one list.
    const whole = dialect === 'mistral' ? [] : calls;
    for (const call of whole)
      it(`${template}: a call of ${call.name}`, () => check(renderCall(dialect, call)));
  }
});

describe('thimble parse', () => {
  async function answers(lines: string[]): Promise<string[]> {
    const written: string[] = [];
    const output = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk.toString());
        done();
      },
    });
    await parseCommand({ input: Readable.from([lines.join('\n')]), output }, {});
    return written.join('').trim().split('\n');
  }

  it('answers each line in order, with all digits, and errors for what is no request', async () => {
    const message =
      '{"id": 9007199254740993, "tools": null, "dialect": "hermes", "chunks": ["a <tool_call>{\\"name\\": \\"x\\", ' +
      '\\"arguments\\": {\\"n\\": 9007199254740993}}</tool", "_call>"]}';
    const [first, second, third] = await answers([message, 'nonsense', '{"id": 3}']);
    assert.equal(
      first,
      '{"id":9007199254740993,"text":"a","reasoning":"","calls":[{"name":"x","arguments":{"n":9007199254740993},' +
        '"start":2,"end":76}],"flags":[]}',
    );
    assert.match(second ?? '', /^\{"id":null,"error":"Not valid JSON/);
    assert.equal(third, '{"id":3,"error":"A request holds `text` or `chunks`, a list of strings."}');
  });
});
