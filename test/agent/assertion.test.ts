import assert from 'node:assert/strict';
import {
  assertionFact,
  assertionsAbout,
  probeCommand,
  readAssertion,
  statementAt,
} from '../../src/agent/assertion';

const python = (statement: string) => readAssertion(statement, 'python');
const script = (statement: string) => readAssertion(statement, 'javascript');

describe('an assertion', () => {
  it('of Python is read in its usual forms', () => {
    const found = { call: 'f([1, 2], 3)', expected: '[4]' };
    assert.deepEqual(python('assert f([1, 2], 3) == [4]'), found);
    assert.deepEqual(python('assert (f([1, 2], 3) == [4]), "t1"'), found);
    assert.deepEqual(python("assert f([1, 2], 3) == [4], 'a, b'"), found);
    assert.deepEqual(python('self.assertEqual(f([1, 2], 3), [4], msg)'), found);
    assert.deepEqual(python('assert f(1)'), { call: 'f(1)', expected: 'True' });
    assert.deepEqual(python('assert not f(1), "no"'), { call: 'f(1)', expected: 'False' });
    assert.deepEqual(python('self.assertFalse(f(1))'), { call: 'f(1)', expected: 'False' });
    assert.deepEqual(python('assert f(1) is None'), { call: 'f(1)', expected: 'None' });
  });

  it('of JavaScript is read in its usual forms', () => {
    const found = { call: 'f([1], 2)', expected: '[3]' };
    assert.deepEqual(script('assert(f([1], 2) === [3]);'), found);
    assert.deepEqual(script('assert(JSON.stringify(f([1], 2)) ===\n  JSON.stringify([3]))'), found);
    assert.deepEqual(script('assert.deepStrictEqual(f([1], 2), [3])'), found);
    assert.deepEqual(script('expect(f([1], 2)).toEqual([3]);'), found);
    assert.deepEqual(script('console.assert(f([1], 2) == [3])'), found);
    assert.deepEqual(script('assert.ok(f(1))'), { call: 'f(1)', expected: 'true' });
    assert.deepEqual(script('assert(!f(1))'), { call: 'f(1)', expected: 'false' });
  });

  it('that compares no call with a value is left out', () => {
    for (const code of [
      'assert abs(f(1) - 2) < 1e-6',
      'assert f(1) + g(2) == 3',
      'f(1) == 2',
      'assert x == f(1)',
    ])
      assert.equal(python(code), undefined, code);
    assert.equal(script('expect(() => f(1)).toThrow()'), undefined);
    assert.equal(script(`assert(f('${'x'.repeat(400)}') === 1)`), undefined);
  });

  it('goes on until its brackets close', () => {
    const text = 'check(\n  assert(\n    f(1) ===\n      2)\n)\n';
    assert.equal(statementAt(text, 2, 'javascript'), 'assert(\n    f(1) ===\n      2)');
    assert.equal(statementAt('assert f(\n', 1, 'python'), 'assert f(');
  });

  it('is found by the function that it is about', () => {
    const text =
      'def check(f):\n    assert f(1) == 2\n    assert (g(1) == 3)\n    assert o.f(\n        4) == 5\n';
    assert.deepEqual(assertionsAbout(text, 'f', 'python'), [
      { call: 'f(1)', expected: '2' },
      { call: 'o.f( 4)', expected: '5' },
    ]);
  });

  it('is told with what came, when that is known', () => {
    const assertion = { call: "f('a')", expected: "'b'" };
    assert.equal(assertionFact(assertion, undefined), "f('a') should give 'b'.");
    assert.equal(assertionFact(assertion, "'c'"), "f('a') gives 'c', but should give 'b'.");
  });
});

describe('the probe of a call', () => {
  it('has what its test loads, quoted for the shell', () => {
    assert.equal(
      probeCommand("f('a')", 'test_t.py', 'from t import f\n\nf(1)\n'),
      "python3 -c 'from t import f\nprint(repr(f('\\''a'\\'')))'",
    );
    assert.equal(probeCommand('f(1)', 'test_t.py', 'f = open\n'), undefined);
  });

  it('runs in the folder of a script, whose paths begin there', () => {
    assert.equal(
      probeCommand('f(1)', 'test/t.test.js', "const { f } = require('../t');\n"),
      "cd test && node -e 'const { f } = require('\\''../t'\\'');\nconsole.log(JSON.stringify(f(1)))'",
    );
    assert.match(
      probeCommand('f(1)', 't.test.mjs', "import { f } from './t.mjs';\n") ?? '',
      /^node --input-type=module -e 'import/,
    );
  });

  it('is none for a language whose values it cannot print', () => {
    assert.equal(probeCommand('f(1)', 't_test.go', 'import "t"\n'), undefined);
    assert.equal(probeCommand('f(1)', 't.test.ts', "import { f } from './t';\n"), undefined);
  });
});
