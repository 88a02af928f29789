import assert from 'node:assert/strict';
import { openedGrammar, toolCallGrammar } from '../../src/toolcall/grammar';
import { parseToolCalls } from '../../src/toolcall/parser';
import { dialectNames } from '../../src/toolcall/dialects';
import type { DialectName, JsonObject, ToolDefinition } from '../../src/toolcall/types';
import { checkGolden } from '../support/golden';
import { readGbnf, sampleGbnf } from './gbnf-sampler';

const tool = (name: string, properties: Record<string, object>, required: string[]): ToolDefinition => ({
  name,
  description: '',
  parameters: { type: 'object', properties, required } as ToolDefinition['parameters'],
});

const tools = [
  tool('read_file', { path: { type: 'string' }, line: { type: 'integer' } }, ['path']),
  tool('edit', { path: { type: 'string' }, note: { type: 'string' }, text: { type: 'string' } }, [
    'path',
    'text',
  ]),
  tool('set', { mode: { enum: ['fast', 'slow-er'] }, on: { type: 'boolean' }, rate: { type: 'number' } }, [
    'mode',
  ]),
  tool('many', { ids: { type: 'array', items: { type: 'integer' } }, at: { type: ['integer', 'null'] } }, [
    'ids',
  ]),
  tool('nothing', {}, []),
];

/** Numbers from 0 to below 1, the same each time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function checkOneCall(text: string, dialect: DialectName): void {
  const events = parseToolCalls(text, { dialect, tools });
  const wrong = events.filter(({ type }) =>
    ['text', 'malformed', 'unknown-tool', 'truncated', 'duplicate-key'].includes(type),
  );
  const calls = events.filter((event) => event.type === 'call');
  const seen = `${JSON.stringify(text)}\n${JSON.stringify(events)}`;
  assert.ok(wrong.length === 0 && calls.length === 1, seen);
  const [call] = calls;
  for (const key of tools.find(({ name }) => name === call?.name)!.parameters.required!)
    assert.ok(Object.hasOwn(call!.arguments as JsonObject, key), seen);
}

describe('toolCallGrammar', () => {
  for (const dialect of dialectNames) {
    it(`${dialect}: what it accepts is one well-formed call`, () => {
      const grammar = toolCallGrammar(dialect, tools)!;
      const opened = readGbnf(openedGrammar(grammar));
      for (let seed = 1; seed <= 400; seed++) {
        checkOneCall(grammar.opener + sampleGbnf(opened, randomFrom(seed)), dialect);
      }
      for (const { text, rule } of grammar.triggers) {
        for (let seed = 1; seed <= 100; seed++)
          checkOneCall(text + sampleGbnf(opened, randomFrom(seed), rule), dialect);
      }
    });
  }

  it('is in every dialect as it was when somebody last read it', () => {
    const strange = tool(
      'odd.name-1',
      {
        'key "1"': { const: 'a-b' },
        any: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
        words: { enum: ['x', 1, null] },
        inner: { type: 'object', properties: { a: { type: 'integer' }, b: {} }, required: ['b'] },
        free: { type: 'object' },
      },
      ['any'],
    );
    const different = dialectNames.filter((name) => name !== 'qwen3.5' && name !== 'hermes-lenient');
    const told = different.map((dialect) => {
      const { rules, triggers, opener, openerRule } = toolCallGrammar(dialect, [
        ...tools.slice(1, 2),
        strange,
      ])!;
      const begins = triggers.map(
        ({ text, lineStart, rule }) =>
          `${lineStart === true ? 'line that begins with' : 'behind'} ${JSON.stringify(text)}: ${rule}`,
      );
      return [`# ${dialect}`, `opened by ${JSON.stringify(opener)}: ${openerRule}`, ...begins, rules].join(
        '\n',
      );
    });
    checkGolden('toolcall-grammars', `${told.join('\n\n')}\n`);
  });

  it('names only the tools that it is given', () => {
    assert.equal(toolCallGrammar('hermes', []), undefined);
    for (const dialect of dialectNames) {
      const { rules } = toolCallGrammar(dialect, tools.slice(0, 1))!;
      assert.ok(rules.includes('read_file') && !rules.includes('edit'), dialect);
    }
  });
});
