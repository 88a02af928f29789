import assert from 'node:assert/strict';
import { convertJson, convertRaw } from '../../src/toolcall/convert';
import { JsonExtent } from '../../src/toolcall/json-extent';
import {
  exactNumber,
  isRecord,
  maxDepth,
  readJson,
  readWholeJson,
  stringifyExact,
} from '../../src/toolcall/json-reader';
import type { JsonSchema, JsonValue } from '../../src/toolcall/types';

describe('tool calls: JSON, strictly and leniently', () => {
  const check = (
    text: string,
    value: JsonValue,
    tolerances: string[] = [],
    duplicates: string[] = [],
  ): void => {
    const reading = readWholeJson(text);
    assert.ok(!('problem' in reading), `${text}: ${'problem' in reading ? reading.problem : ''}`);
    assert.deepEqual(
      { value: reading.value, tolerances: reading.tolerances, duplicates: reading.duplicates },
      {
        value,
        tolerances,
        duplicates,
      },
    );
  };
  const fails = (text: string, problem: string, refused?: boolean): void => {
    const reading = readWholeJson(text);
    assert.ok('problem' in reading, text);
    assert.equal(reading.problem, problem, text);
    if (refused !== undefined) assert.equal(reading.refused, refused);
  };

  it('reads what JSON has', () => {
    check(' {"a" : [ 1 , -2.5e+3, true,false , null, "x" ] , "b":{}}\n', {
      a: [1, -2500, true, false, null, 'x'],
      b: {},
    });
    check('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud83d\\ude00\\ud83d"', '"\\/\b\f\n\r\tA😀\ud83d');
    check('"\u007f\u2028"', '\u007f\u2028');
    check('-0', -0);
    check('[]', []);
    check('{"a":1,"a":2}', { a: 2 }, [], ['a']);
    check('{"toString":1}', { toString: 1 });
  });

  it('keeps every digit of an integer', () => {
    check('9007199254740991', 9007199254740991);
    check('9007199254740993', 9007199254740993n);
    check('[-9007199254740993]', [-9007199254740993n]);
    assert.equal(exactNumber('1e30'), 1e30);
    assert.equal(exactNumber('9007199254740993.5'), 9007199254740994);
    assert.equal(
      stringifyExact({ a: [9007199254740993n, 'x', null, true, 1.5], 'b"': {} }),
      '{"a":[9007199254740993,"x",null,true,1.5],"b\\"":{}}',
    );
    assert.equal(stringifyExact({ a: [1, 2], b: 3 }, { item: ', ', key: ': ' }), '{"a": [1, 2], "b": 3}');
    assert.ok(isRecord({}) && !isRecord([]) && !isRecord(null) && !isRecord('x'));
  });

  it('tells each leniency by its name', () => {
    check("{'a': 'it\\'s \"b\"'}", { a: 'it\'s "b"' }, ['single-quotes']);
    check('{a: 1, $b-c: 2}', { a: 1, '$b-c': 2 }, ['unquoted-key']);
    check('[1, 2,]', [1, 2], ['trailing-comma']);
    check('{"a": 1,}', { a: 1 }, ['trailing-comma']);
    check('[True, False, None]', [true, false, null], ['python-literal']);
    check('"a\nb\tc"', 'a\nb\tc', ['raw-control-character']);
    check('"a\n\\u0041\\n"', 'a\nA\n', ['raw-control-character']);
    check('// one\n{"a": /* two */ 1}', { a: 1 }, ['comment']);
  });

  it('says why it cannot', () => {
    fails('', 'the JSON ends too early');
    fails('{', 'the JSON ends too early');
    fails('{"a"', 'the JSON ends too early');
    fails('[1', 'the JSON ends too early');
    fails('"a', 'a string does not end');
    fails("'a\\'", 'a string does not end');
    fails('{"a" 1}', 'unexpected "1" in the JSON');
    fails('{"a": }', 'unexpected "}" in the JSON');
    fails('[1 2]', 'unexpected "2" in the JSON');
    fails('[,]', 'unexpected "," in the JSON');
    fails('[1,,2]', 'unexpected "," in the JSON');
    fails('{1: 2}', 'unexpected "1" in the JSON');
    fails('01', 'unexpected "0" in the JSON');
    fails('1.', 'unexpected "1" in the JSON');
    fails('1x', 'unexpected "1" in the JSON');
    fails('-', 'unexpected "-" in the JSON');
    fails('yes', 'the JSON ends too early');
    fails('"\\x"', 'unexpected "\\\\" in the JSON');
    fails('"\\u12"', 'unexpected "\\\\" in the JSON');
    fails('{} x', 'text after the JSON value');
    fails('/* open', 'unexpected "/" in the JSON');
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      fails(`{"${key}": 1}`, `the key ${key} is refused`, true);
      fails(`[{"a": {'${key}': 1}}]`, `the key ${key} is refused`, true);
    }
    fails('{"\\u005f_proto__": 1}', 'the key __proto__ is refused', true);
    fails('[', 'the JSON ends too early', false);
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    fails(nested(maxDepth + 2), 'JSON nested too deeply');
    assert.ok(!('problem' in readWholeJson(nested(maxDepth + 1))));
  });

  it('reads from an index on, and says where the value ends', () => {
    const reading = readJson('x = [1], y', 4);
    assert.ok(!('problem' in reading));
    assert.deepEqual([reading.value, reading.end], [[1], 7]);
    assert.ok('problem' in readJson("['a']"));
    assert.ok(!('problem' in readJson("['a']", 0, true)));
  });
});

describe('tool calls: the end of a JSON text', () => {
  /** Index behind the text; -1 if it is not complete. */
  const endOf = (text: string): number => {
    const extent = new JsonExtent();
    for (let at = 0; at < text.length; at++) {
      at = extent.scan(text, at);
      if (extent.done) return at;
    }
    return -1;
  };
  const check = (text: string, rest = ''): void => assert.equal(endOf(text + rest), text.length, text);

  it('follows brackets, strings and comments', () => {
    check('{}', '}');
    check('[[], {}]', ' x');
    check('{"a": "}"}', '}');
    check('{"a": "\\"}"}', '}');
    check('{"a": "\\\\"}', '"}');
    check("{'a': '}\\'}'}", '}');
    check('{"a": "< </x> }"}', '<');
    check('[1, // ] \n2]', ']');
    check('[1, // ] \r2]', ']');
    check('[1, /* ] * / ] **/ 2]', ']');
    check('[1, /* < ] */ 2]', ']');
    check('[1 / 2]', ']');
    check('["/*", 1]', ']');
    assert.equal(endOf('[1, "]'), -1);
    assert.equal(endOf('[1, // ]'), -1);
  });

  it('is the same in pieces', () => {
    const text = '{"a\\\\\\"": [1, /* ] * */ "}\\u0041", // }\n {}]} tail';
    const end = endOf(text);
    for (let cut = 1; cut < end; cut++) {
      const extent = new JsonExtent();
      assert.equal(extent.scan(text.slice(0, cut), 0), cut, String(cut));
      assert.equal(cut + extent.scan(text.slice(cut), 0), end, String(cut));
      assert.ok(extent.done);
    }
  });
});

describe('tool calls: conversion', () => {
  it('of text', () => {
    const check = (
      raw: string,
      schema: JsonSchema | undefined,
      expected: JsonValue | { problem: string },
      told: string[] = [],
    ): void => {
      const found = convertRaw(raw, schema);
      if ('problem' in found) assert.deepEqual(found, expected);
      else assert.deepEqual([found.value, found.tolerances], [expected, told]);
    };
    check('1', undefined, '1');
    check(' 1 ', { type: 'string' }, ' 1 ');
    check(' 1 ', { type: 'integer' }, 1);
    check('x', { type: 'integer' }, { problem: 'x is not what the schema wants (integer)' });
    check(
      'x'.repeat(41),
      { type: ['integer', 'null'] },
      {
        problem: `${'x'.repeat(40)}… is not what the schema wants (integer or null)`,
      },
    );
    check(
      'x'.repeat(40),
      { type: 'integer' },
      { problem: `${'x'.repeat(40)} is not what the schema wants (integer)` },
    );
    check('true', { type: 'boolean' }, true);
    check('FALSE', { type: 'boolean' }, false, ['python-literal']);
    check('"[1]"', { type: 'array' }, [1], ['double-encoded']);
    check('"[1]"', { type: 'integer' }, { problem: '"[1]" is not what the schema wants (integer)' });
    check('"1"', { type: 'array' }, { problem: '"1" is not what the schema wants (array)' });
    check('"x"', { type: 'object' }, { problem: '"x" is not what the schema wants (object)' });
    check('"x"', { type: ['object', 'string'] }, '"x"');
    check('7', { type: ['string', 'integer'] }, 7);
    check("{'a': 1}", { type: 'object' }, { a: 1 }, ['single-quotes']);
  });

  it('of JSON', () => {
    const check = (
      value: JsonValue,
      schema: JsonSchema | undefined,
      expected: JsonValue | { problem: string },
      told: string[] = [],
    ): void => {
      const found = convertJson(value, schema);
      if ('problem' in found) assert.deepEqual(found, expected);
      else assert.deepEqual([found.value, found.tolerances], [expected, told]);
    };
    check(1, undefined, 1);
    check('1', { type: 'string' }, '1');
    check('1', { type: 'integer' }, 1, ['double-encoded']);
    check(' [1,] ', { type: 'array' }, [1], ['double-encoded']);
    check(1, { type: 'string' }, { problem: '1 is not what the schema wants (string)' });
    check([1], { type: 'string' }, { problem: 'a list is not what the schema wants (string)' });
    check({}, { type: 'string' }, { problem: 'an object is not what the schema wants (string)' });
    check(null, { type: 'string' }, { problem: 'null is not what the schema wants (string)' });
    check({ a: 1 }, { properties: {}, additionalProperties: false }, {}, ['forbidden-key-dropped']);
  });
});
