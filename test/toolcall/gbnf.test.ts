import assert from 'node:assert/strict';
import { characters, createRules, either, jsonValue, literal } from '../../src/toolcall/gbnf';
import { readGbnf, sampleGbnf } from './gbnf-sampler';

describe('tool calls: pieces of grammars', () => {
  it('spells literals', () => {
    assert.equal(literal(''), '""');
    assert.equal(literal('say "hi" \\ [a-b]^'), String.raw`"say \"hi\" \\ [a-b]^"`);
    assert.equal(literal('a\nb\t\u001f \u007f~'), String.raw`"a\nb\x09\x1f \x7f~"`);
    assert.equal(literal('é🚀'), '"é🚀"');
  });

  it('spells classes of characters, each of which stands there once', () => {
    assert.equal(characters('aba'), '[ab]');
    assert.equal(characters('ab', true), '[^ab]');
    assert.equal(characters('a^-]\\[z"'), String.raw`[a\x5e\x2d\]\\\[z"]`);
    assert.equal(characters('\n\r ', true), String.raw`[^\n\x0d ]`);
    assert.equal(characters('🚀'), '[🚀]');
    assert.equal(characters('\u00a0\ufeff'), String.raw`[\u00a0\ufeff]`);
  });

  it('spells a choice without repetitions, and one that has a single member as that', () => {
    assert.equal(either(['a', 'b', 'a']), '(a | b)');
    assert.equal(either(['a', 'a']), 'a');
    assert.equal(either([]), '""');
  });

  it('shares rules of equal bodies, and tells others apart by number', () => {
    const rules = createRules();
    assert.equal(rules.add('read file!', '"x"'), 'read-file');
    assert.equal(rules.add('other', '"x"'), 'read-file');
    assert.equal(rules.add('--read--file--', '"y"'), 'read-file-1');
    assert.equal(rules.add('read_file', '"z"'), 'read-file-2');
    assert.equal(rules.add('…', '"…"'), 'rule');
    const recurring = (name: string): string => `"<" ${name}`;
    assert.equal(rules.add('one', recurring), 'one');
    assert.equal(rules.add('two', recurring), 'one');
    assert.equal(
      rules.add('self', (name) => `"(" ${name} ")"`),
      'self',
    );
    assert.equal(
      rules.add('self', (name) => `"[" ${name} "]"`),
      'self-1',
    );
    assert.equal(
      rules.text(),
      [
        'read-file ::= "x"',
        'read-file-1 ::= "y"',
        'read-file-2 ::= "z"',
        'rule ::= "…"',
        'one ::= "<" one',
        'self ::= "(" self ")"',
        'self-1 ::= "[" self-1 "]"',
      ].join('\n'),
    );
  });
});

describe('tool calls: values by a schema', () => {
  /** What the grammar of a schema writes, with each of its random choices made otherwise. */
  function written(schema: unknown): unknown[] {
    const rules = createRules();
    const root = jsonValue(rules, schema);
    const grammar = readGbnf(`root ::= ${root}\n${rules.text()}`.trimEnd());
    return Array.from({ length: 60 }, (_, seed) => {
      let state = seed * 7919 + 1;
      const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
      return JSON.parse(sampleGbnf(grammar, random)) as unknown;
    });
  }
  const kinds = (values: readonly unknown[]): string[] =>
    [
      ...new Set(
        values.map((value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)),
      ),
    ].sort();

  const all = ['array', 'boolean', 'null', 'number', 'object', 'string'];
  for (const [name, schema, expected] of [
    ['nothing known', undefined, all],
    ['no type', {}, all],
    ['all of several', { type: 'string', allOf: [{}] }, all],
    ['an unknown type', { type: 'date' }, all],
    ['a list without items', { type: 'array' }, ['array']],
    ['any of several', { anyOf: [{ type: 'boolean' }, { type: 'null' }] }, ['boolean', 'null']],
    ['one of several', { oneOf: [{ type: 'number' }, { type: 'array' }] }, ['array', 'number']],
    ['a type beside branches', { type: 'string', anyOf: [{ type: 'boolean' }] }, ['string']],
    ['several types', { type: ['integer', 'null'] }, ['null', 'number']],
  ] as const) {
    it(`${name}: ${expected.join(', ')}`, () => {
      assert.deepEqual(kinds(written(schema)), expected);
    });
  }

  it('fixed values', () => {
    assert.deepEqual([...new Set(written({ const: 'a"b' }))], ['a"b']);
    assert.deepEqual([...new Set(written({ enum: ['fast', 3, null] }))].sort(), [3, 'fast', null]);
  });

  it('items of a list and members of an object, all the way down', () => {
    const lists = written({ type: 'array', items: { type: 'array', items: { type: 'boolean' } } });
    for (const value of lists.flat(2)) assert.equal(typeof value, 'boolean');
    for (const value of written({ type: 'object', additionalProperties: { type: 'integer' } })) {
      for (const member of Object.values(value as object)) assert.ok(Number.isInteger(member));
    }
  });

  it('an object that may hold nothing', () => {
    const empty = written({ type: 'object', additionalProperties: false });
    assert.deepEqual(empty, Array(60).fill({}));
    assert.ok(written({ type: 'object' }).some((value) => Object.keys(value as object).length > 1));
  });

  it('declared members in their order, the required ones always', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'null' }, b: { type: 'null' }, c: { type: 'null' } },
      required: ['b'],
    };
    const seen = new Set(written(schema).map((value) => Object.keys(value as object).join('')));
    assert.deepEqual([...seen].sort(), ['ab', 'abc', 'b', 'bc']);
  });
});
