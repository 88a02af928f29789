import assert from 'node:assert/strict';
import { stringifyExact } from '../../src/toolcall/json-reader';
import { type Subschema, fit, keySchema, namedKeys, requiredKeys, typesOf } from '../../src/toolcall/schema';
import { normaliseTools, toolTable } from '../../src/toolcall/tools';
import type { JsonSchema, JsonValue } from '../../src/toolcall/types';

const no = Symbol('does not fit');

describe('tool calls: values against schemas', () => {
  const check = (
    value: JsonValue,
    schema: Subschema | undefined,
    fitted: JsonValue | typeof no,
    notes: string[] = [],
    partial = false,
  ): void => {
    const told = new Set<string>();
    const found = fit(value, schema, told, partial);
    assert.deepEqual(found === undefined ? no : found, fitted, JSON.stringify(schema));
    if (fitted !== no) assert.deepEqual([...told], notes);
  };
  const dropped = ['forbidden-key-dropped'];

  it('takes what the type says', () => {
    const examples: [string, JsonValue[]][] = [
      ['string', ['a']],
      ['integer', [1, 9007199254740993n]],
      ['number', [1, 1.5, 9007199254740993n]],
      ['boolean', [true]],
      ['null', [null]],
      ['array', [[1]]],
      ['object', [{ a: 1 }]],
    ];
    const all: JsonValue[] = ['a', 1, 1.5, 9007199254740993n, true, null, [1], { a: 1 }];
    for (const [type, fitting] of examples) {
      for (const value of all) {
        const fits = fitting.some(
          (one) => typeof one === typeof value && stringifyExact(one) === stringifyExact(value),
        );
        check(value, { type }, fits ? value : no);
      }
    }
    check(Infinity, { type: 'number' }, no);
    check('a', { type: 'of no known kind' }, 'a');
    check('a', { type: ['integer', 'string'] }, 'a');
    check(true, { type: ['integer', 'string'] }, no);
    check(null, { type: 'string', nullable: true }, null);
    check(null, { type: 'string', nullable: false }, no);
    check(1, { type: 'string', nullable: true }, no);
    check(1, undefined, 1);
    check(1, true, 1);
    check(1, false, no);
  });

  it('takes fixed values', () => {
    check('a', { enum: ['a', 'b'] }, 'a');
    check('c', { enum: ['a', 'b'] }, no);
    check([1], { enum: [[1]] }, [1]);
    check([2], { enum: [[1]] }, no);
    check(null, { enum: [null] }, null);
    check(1, { const: 1 }, 1);
    check(2, { const: 1 }, no);
  });

  it('looks at items', () => {
    check([1, 2], { items: { type: 'integer' } }, [1, 2]);
    check([1, 'a'], { items: { type: 'integer' } }, no);
    check([1, 'a'], { prefixItems: [{ type: 'integer' }], items: { type: 'string' } }, [1, 'a']);
    check(['a', 'a'], { prefixItems: [{ type: 'integer' }], items: { type: 'string' } }, no);
    const older = {
      items: [{ type: 'integer' }],
      additionalItems: { type: 'string' },
    } as unknown as JsonSchema;
    check([1, 'a'], older, [1, 'a']);
    check([1, 1], older, no);
    check([{ a: 1 }], { items: { properties: {}, additionalProperties: false } }, [{}], dropped);
  });

  it('looks at members, and drops what is forbidden', () => {
    const schema: JsonSchema = {
      properties: { a: { type: 'integer' }, no: false as unknown as JsonSchema },
      patternProperties: { '^x-': { type: 'string' }, '^y-': false },
      additionalProperties: { type: 'boolean' },
      required: ['a'],
    };
    check({ a: 1 }, schema, { a: 1 });
    check({ a: 'x' }, schema, no);
    check({}, schema, no);
    check({}, schema, {}, [], true);
    check({ a: 1, no: 1 }, schema, { a: 1 }, dropped);
    check({ a: 1, 'x-b': 'c' }, schema, { a: 1, 'x-b': 'c' });
    check({ a: 1, 'x-b': 1 }, schema, no);
    check({ a: 1, 'y-b': 1 }, schema, { a: 1 }, dropped);
    check({ a: 1, other: true }, schema, { a: 1, other: true });
    check({ a: 1, other: 1 }, schema, no);
    check({ a: 1, b: 2 }, { properties: { a: {} } }, { a: 1, b: 2 });
    check(
      { a: { b: 1, c: 2 } },
      { properties: { a: { properties: { b: {} }, additionalProperties: false } } },
      { a: { b: 1 } },
      dropped,
    );
    check({ a: {} }, { properties: { a: { required: ['b'] } } }, no, [], true);
  });

  it('names win over patterns; patterns that might hang forbid what they may', () => {
    check({ ab: 1 }, { properties: { ab: {} }, patternProperties: { '^a': false } }, { ab: 1 });
    check({ ab: 1 }, { properties: { ab: {} }, patternProperties: { '^a': { type: 'string' } } }, no);
    const slow = '^(a+)+$';
    const long = 'a'.repeat(40);
    check({ [long]: 1 }, { patternProperties: { [slow]: false } }, {}, dropped);
    check({ [long]: 1 }, { patternProperties: { [slow]: { type: 'string' } } }, no);
    check({ aa: 1 }, { patternProperties: { [slow]: { type: 'integer' } } }, { aa: 1 });
    check({ aa: 1 }, { patternProperties: { '(': false } }, { aa: 1 });
  });

  it('combines', () => {
    const string = { type: 'string' };
    const integer = { type: 'integer' };
    check('a', { anyOf: [integer, string] }, 'a');
    check(true, { anyOf: [integer, string] }, no);
    check(1, { oneOf: [integer, string] }, 1);
    check(1, { oneOf: [integer, { type: 'number' }] }, no);
    check(true, { oneOf: [integer, string] }, no);
    check(1, { allOf: [integer, { enum: [1, 2] }] }, 1);
    check(3, { allOf: [integer, { enum: [1, 2] }] }, no);
    const closed = (key: string): JsonSchema => ({
      properties: { [key]: {} },
      required: [key],
      additionalProperties: false,
    });
    check({ b: 1, c: 2 }, { anyOf: [closed('a'), closed('b')] }, { b: 1 }, dropped);
    check({ a: 1 }, { allOf: [{ required: ['b'] }] }, no);
    check({ a: 1 }, { allOf: [{ required: ['b'] }] }, { a: 1 }, [], true);
    check({ a: 1 }, { anyOf: [{ required: ['b'] }] }, no, [], true);
  });
});

describe('tool calls: what a schema says of keys and types', () => {
  it('finds the schema of a key, through combinations too', () => {
    const check = (schema: Subschema | undefined, found: unknown): void =>
      assert.deepEqual(keySchema(schema, 'a'), found);
    const integer = { type: 'integer' };
    check(undefined, undefined);
    check(true, undefined);
    check(false, false);
    check({ properties: { a: integer } }, integer);
    check({ properties: { b: integer } }, undefined);
    check({ additionalProperties: false }, false);
    check({ additionalProperties: true }, undefined);
    check({ additionalProperties: integer }, integer);
    check({ allOf: [{ properties: { a: integer } }] }, integer);
    check({ allOf: [{ additionalProperties: false }, { properties: { a: integer } }] }, false);
    check({ anyOf: [{ additionalProperties: false }, { properties: { a: integer } }] }, integer);
    check({ anyOf: [{ additionalProperties: false }, { additionalProperties: false }] }, false);
    check(
      { oneOf: [{ properties: { a: integer } }, { properties: { a: { type: 'string' } } }] },
      { anyOf: [integer, { type: 'string' }] },
    );
    check(
      { properties: { a: integer }, allOf: [{ properties: { a: { enum: [1] } } }] },
      { allOf: [integer, { enum: [1] }] },
    );
  });

  it('names the keys, the required ones and the types', () => {
    const schema = {
      properties: { a: {}, b: {} },
      required: ['a', 1],
      anyOf: [{ properties: { c: {} } }, { oneOf: [{ properties: { a: {}, d: {} } }] }],
    } as unknown as JsonSchema;
    assert.deepEqual(namedKeys(schema), ['a', 'b', 'c', 'd']);
    assert.deepEqual(namedKeys(true), []);
    assert.deepEqual(requiredKeys(schema), ['a']);
    assert.deepEqual(requiredKeys({}), []);
    assert.deepEqual(requiredKeys(undefined), []);
    const types = (one: JsonSchema): string[] | undefined => typesOf(one);
    assert.equal(types({}), undefined);
    assert.equal(typesOf(true), undefined);
    assert.deepEqual(types({ type: 'string' }), ['string']);
    assert.deepEqual(types({ type: ['string', 'null'] }), ['string', 'null']);
    assert.deepEqual(types({ type: 'string', nullable: true }), ['string', 'null']);
    assert.deepEqual(types({ type: 'null', nullable: true }), ['null']);
    assert.deepEqual(types({ properties: {} }), ['object']);
    assert.deepEqual(types({ items: {} }), ['array']);
    assert.deepEqual(types({ anyOf: [{ type: 'integer' }, { oneOf: [{ type: 'string' }] }] }), [
      'integer',
      'string',
    ]);
    assert.deepEqual(types({ allOf: [{}, { type: 'integer' }] }), ['integer']);
    assert.deepEqual(types({ type: 'string', anyOf: [{ type: 'integer' }] }), ['string']);
  });

  it('reads tools in every form that clients send', () => {
    const parameters = { type: 'object' };
    assert.equal(normaliseTools(null), null);
    assert.equal(normaliseTools('x'), null);
    assert.deepEqual(
      normaliseTools([
        { type: 'function', function: { name: 'a', description: 'd', parameters } },
        { name: 'b', input_schema: parameters },
        { name: 'c', parameters: 'none', description: 1 },
        { description: 'no name' },
        'nonsense',
      ]),
      [
        { name: 'a', description: 'd', parameters },
        { name: 'b', description: '', parameters },
        { name: 'c', description: '', parameters: {} },
      ],
    );
  });

  it('tells which names and keys are declared', () => {
    const all = toolTable(null);
    assert.ok(all.declares('x') && all.declaresKey('x', 'y') && !all.known);
    assert.deepEqual(all.names, []);
    const table = toolTable([
      {
        name: 'closed',
        description: '',
        parameters: { properties: { one_key: {}, 'two-keys': {}, twoKeys: {} }, required: ['one_key'] },
      },
      { name: 'open', description: '', parameters: { properties: { a: {} }, additionalProperties: true } },
      { name: 'any', description: '', parameters: {} },
      {
        name: 'wrapped',
        description: '',
        parameters: { jsonSchema: { properties: { a: {} } } },
      },
      { name: 'shut', description: '', parameters: { jsonSchema: false } },
    ]);
    assert.ok(table.known && table.declares('closed') && !table.declares('gone'));
    assert.deepEqual(table.names, ['closed', 'open', 'any', 'wrapped', 'shut']);
    const declared: [string, string, boolean][] = [
      ['closed', 'one_key', true],
      ['closed', 'x', false],
      ['open', 'x', true],
      ['any', 'x', true],
      ['wrapped', 'a', true],
      ['wrapped', 'x', false],
      ['shut', 'x', false],
    ];
    for (const [name, key, is] of declared) assert.equal(table.declaresKey(name, key), is, `${name} ${key}`);
    assert.deepEqual(table.required('closed'), ['one_key']);
    assert.equal(table.respelled('closed', 'OneKey'), 'one_key');
    assert.equal(table.respelled('closed', 'two_keys'), undefined);
    assert.equal(table.respelled('closed', 'other'), undefined);
  });
});
