import assert from 'node:assert/strict';
import { failedTests, testNames, wholeTests, withoutTests } from '../../src/micro/test-cases';
import { testFrame, type TestSubject } from '../../src/micro/test-frame';
import { writeTest } from '../../src/micro/write-test';

const subject: TestSubject = {
  path: 'lib/stats.py',
  languageId: 'python',
  fileText: 'def mean(values):\n    return 1\n',
  loads: ['mean'],
  isPackage: false,
  packageJson: undefined,
};
const head = 'import unittest\n\nfrom stats import mean\n\n\nclass MeanTest(unittest.TestCase):\n';

describe('the beginning of a test file', () => {
  const script = { ...subject, path: 'lib/stats.js', languageId: 'javascript' };
  const cases: [title: string, subject: TestSubject, expected: string | undefined][] = [
    ['unittest', subject, `${head}    def test_`],
    [
      'a module of a package',
      { ...subject, isPackage: true },
      `${head.replace('from stats', 'from lib.stats')}    def test_`,
    ],
    [
      'node:test and a CommonJS module',
      { ...script, fileText: 'module.exports = { mean };' },
      "const test = require('node:test');\nconst assert = require('node:assert/strict');\nconst { mean } = require('./stats.js');\n\ntest('",
    ],
    [
      'node:test and an ES module with a default export',
      { ...script, fileText: 'export default function mean() {}' },
      "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport mean from './stats.js';\n\ntest('",
    ],
    [
      'vitest and TypeScript',
      {
        ...script,
        path: 'lib/stats.ts',
        languageId: 'typescript',
        packageJson: '{"devDependencies": {"vitest": "1"}}',
      },
      "import { expect, test } from 'vitest';\nimport { mean } from './stats';\n\ntest('",
    ],
    ['none where nothing is known to load', { ...subject, loads: [] }, undefined],
    ['none in other languages', { ...subject, languageId: 'go' }, undefined],
  ];
  for (const [title, given, expected] of cases) it(title, () => assert.equal(testFrame(given), expected));
});

describe('the tests of a file', () => {
  const one = '    def test_one(self):\n        self.assertEqual(mean([1]), 1)\n';
  const two = '    def test_two(self):\n        self.assertEqual(mean([1, 3]), 2)\n';

  it('lose the one that was cut off, repetitions, those that assert nothing, and what follows', () => {
    const idle = '    def test_idle(self):\n        mean([1])\n';
    const again = one.replace('test_one', 'test_again');
    const main = '\n\nif __name__ == "__main__":\n    unittest.main()\n';
    assert.equal(wholeTests(head + one + idle + again + two + main, true, 'python'), `${head}${one}\n${two}`);
    assert.equal(
      wholeTests(`${head}${one}    def test_two(self):\n        self.assert`, false, 'python'),
      head + one,
    );
    assert.equal(wholeTests(`${head}    def test_one(self):\n`, false, 'python'), undefined);
  });

  it('of a script end with their bracket', () => {
    const first = "test('a', () => {\n  assert.equal(f(1), 1);\n});\n";
    const second = "test('b', () => {\n  assert.equal(f(2), 2);\n});\n";
    const start = "import test from 'node:test';\n\n";
    assert.equal(
      wholeTests(`${start}${first}${second}console.log(1);\n`, true, 'javascript'),
      `${start}${first}\n${second}`,
    );
    assert.deepEqual(testNames(start + first + second, 'javascript'), ['a', 'b']);
    assert.equal(withoutTests(start + first + second, ['a'], 'javascript'), start + second);
    assert.equal(withoutTests(start + first, ['a'], 'javascript'), undefined);
    assert.equal(withoutTests(start + first, ['c'], 'javascript'), undefined);
  });

  const outputs: [string, string, string[]][] = [
    [
      'unittest',
      'FAIL: test_one (test_a.T.test_one)\nERROR: test_two (test_a.T)\n',
      ['test_one', 'test_two'],
    ],
    ['pytest', 'FAILED test_a.py::T::test_one - assert 1 == 2\n', ['test_one']],
    ['node:test (TAP)', 'ok 1 - a\nnot ok 2 - of no values\n', ['of no values']],
    ['node:test (spec)', '✔ a (0.5ms)\n✖ of no values (1.2ms)\n', ['of no values']],
    ['jest', '  ● of no values\n', ['of no values']],
    ['vitest', ' × a.test.ts > of no values 3ms\n', ['of no values']],
  ];
  for (const [runner, output, expected] of outputs)
    it(`that failed are known from what ${runner} writes`, () =>
      assert.deepEqual(failedTests(output), expected));
});

describe('writing tests', () => {
  const input = {
    subject,
    code: subject.fileText,
    names: ['mean'],
    testPath: 'lib/test_stats.py',
    related: [],
    note: '',
  };
  const check = (text: string, complete = true) => writeTest.check({ text, complete }, input);

  it('puts what the model writes behind the beginning', () => {
    const checked = check('one(self):\n        self.assertEqual(mean([1]), 1)');
    assert.deepEqual(checked, {
      ok: true,
      value: `${head}    def test_one(self):\n        self.assertEqual(mean([1]), 1)\n`,
    });
  });

  it('refuses tests that do not use the code, and files without a whole test', () => {
    const other = check('one(self):\n        self.assertEqual(1, 1)');
    assert.match(other.ok ? '' : other.problem, /did not use mean/);
    const cut = check('one(self):\n        self.assert', false);
    assert.match(cut.ok ? '' : cut.problem, /no whole test/);
  });
});
