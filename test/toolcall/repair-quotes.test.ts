import assert from 'node:assert/strict';
import { repairQuotes } from '../../src/toolcall/repair-quotes';
import { toolTable } from '../../src/toolcall/tools';

const table = toolTable([
  {
    name: 'write',
    description: '',
    parameters: {
      type: 'object',
      properties: { path: { type: 'string' }, text: { type: 'string' }, all: { type: 'boolean' } },
    },
  },
]);

/** The arguments of the calls that come out, by key; undefined where nothing is repaired. */
function repaired(text: string): Record<string, unknown>[] | undefined {
  return repairQuotes(text, table)?.map(({ entries, tolerances }) => {
    assert.deepEqual(tolerances.slice(-1), ['unescaped-quote']);
    return Object.fromEntries(entries.map((entry) => [entry.key, 'json' in entry ? entry.json : entry.raw]));
  });
}

const call = (values: string): string => `{"name": "write", "arguments": {${values}}}`;

describe('tool calls: quotes that nobody escaped', () => {
  for (const [values, expected] of [
    ['"text": "say "hi""', { text: 'say "hi"' }],
    ['"text": "say "hi" now"', { text: 'say "hi" now' }],
    ['"text": ""hi""', { text: '"hi"' }],
    ['"text": "a "b" c", "path": "d"', { text: 'a "b" c', path: 'd' }],
    ['"path": "d", "text": "a "b" c"', { path: 'd', text: 'a "b" c' }],
    ['"text": "a "b" c" , "all": true', { text: 'a "b" c', all: true }],
    ['"text": "a \\"b\\" "c" d"', { text: 'a "b" "c" d' }],
    ['"text": "a \\\\"b" c"', { text: 'a \\"b" c' }],
    ['"text": "a", "b"', { text: 'a", "b' }],
    ['"text": "x = "1"\n"', { text: 'x = "1"\n' }],
  ] as const) {
    it(`reads ${values}`, () => assert.deepEqual(repaired(call(values)), [expected]));
  }

  it('reads several calls at once', () => {
    assert.deepEqual(repaired(`[${call('"text": "a "b" c"')}, ${call('"path": "d"')}]`), [
      { text: 'a "b" c' },
      { path: 'd' },
    ]);
  });

  for (const [why, text] of [
    ['a tool that there is not', call('"text": "a "b" c"').replace('write', 'gone')],
    ['no name', '{"arguments": {"text": "a "b" c"}}'],
    ['a key that there is not', call('"other": "a "b" c"')],
    ['a key that there is not beside one that there is', call('"path": "d", "other": "a "b" c"')],
    [
      'a second call of a tool that there is not',
      `[${call('"text": "a "b" c"')}, {"name": "gone", "arguments": {}}]`,
    ],
    ['a value that might hold a key', call('"text": "a", "odd": "b"c"')],
    ['a call that is cut off', call('"text": "a "b" c"').slice(0, -3)],
    ['more quotes than can be tried', call(`"text": "${'" , "'.repeat(400)}"`)],
  ] as const) {
    it(`leaves alone: ${why}`, () => assert.equal(repaired(text), undefined));
  }

  it('lets no value swallow a key, declared or not', () => {
    for (const key of ['path', 'other']) {
      for (const value of ['b', 'b "c" d', '']) {
        const [found] = repaired(call(`"text": "say "hi" now", "${key}": "${value}"`)) ?? [];
        if (found) assert.deepEqual(found, { text: 'say "hi" now', [key]: value });
      }
    }
  });
});
