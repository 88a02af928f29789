import assert from 'node:assert/strict';
import { calledNames, failurePlaces, ownWords, shortenFailure } from '../../src/agent/failure';
import {
  commandIn,
  intentOf,
  isGeneralQuestion,
  isSelfContained,
  mentionsWorkspace,
  namesIn,
  pathsIn,
} from '../../src/agent/intent';
import { repetitionGuard } from '../../src/agent/programs/tool-loop';
import { isTestFile, testCommand } from '../../src/agent/test-command';

describe('whether a request is about the workspace', () => {
  const files = ['stats.py', 'test_stats.py'];
  const rule = (text: string): string => {
    if (isSelfContained(text, files)) return 'self-contained';
    if (mentionsWorkspace(text, files)) return 'workspace';
    return isGeneralQuestion(text) ? 'general' : 'open';
  };
  const cases: [string, string][] = [
    ['Cheers', 'open'],
    ['Good morning!', 'self-contained'],
    ['What can you do?', 'self-contained'],
    ['What does `[x for x in y]` mean?', 'self-contained'],
    ['Explain this error: ValueError: too many values to unpack', 'self-contained'],
    ['What does “TypeError: x is not a function” mean?', 'self-contained'],
    ['What does error[E0308]: mismatched types mean', 'self-contained'],
    ['Explain the ValueError: too many values in stats.py', 'workspace'],
    ['Fix TypeError: x is not a function', 'open'],
    ['What is in stats.py?', 'workspace'],
    ['Is our project typed?', 'workspace'],
    ['Rename every counter', 'workspace'],
    ['What does load_config do?', 'workspace'],
    ['What is a monad?', 'general'],
    ['Why are tuples immutable', 'general'],
    ['Suggest a name for a queue of jobs', 'general'],
    ['Does the parser handle empty lines?', 'open'],
    ['Why does it crash?', 'open'],
  ];
  for (const [text, expected] of cases) it(text, () => assert.equal(rule(text), expected));
});

describe('intentOf', () => {
  const files = ['stats.py', 'test_stats.py'];
  const cases: [string, string][] = [
    ['Fix the failing test in stats.py', 'repair'],
    ['the tests fail, please make them pass', 'repair'],
    ['python3 test_stats.py fails. Fix it.', 'repair'],
    ['`npm test` crashes with a TypeError', 'repair'],
    ['There is a bug in median, fix it', 'repair'],
    ['Add a docstring to mean', 'edit'],
    ['rename the parameter xs of mean to values', 'edit'],
    ['Create a file hello.py that prints hello', 'create'],
    ['Write a script tools/convert.py', 'create'],
    ['Run `python3 stats.py`', 'command'],
    ['What does median do?', 'question'],
    ['where is the configuration read', 'question'],
    ['why does the test fail?', 'question'],
    ['thanks, that is all', 'small-talk'],
    ['Hello', 'small-talk'],
    ['Never mind', 'small-talk'],
    ['Hi, what does median do?', 'question'],
    ['thanks, now fix the failing test', 'repair'],
    ['sorry, it still does not work', 'repair'],
    ['hmm', 'open'],
    ['Explain how I would fix the failing test', 'question'],
    ['How do I fix the failing test in stats.py?', 'question'],
    ['Is there a bug in median?', 'question'],
    ['Review stats.py and list problems.', 'question'],
    ['Do not change anything: tell me why test_stats.py fails', 'question'],
    ['Without editing any file, fix the wording of this sentence', 'question'],
    ['Could median be simplified? Just tell me, leave the files as they are.', 'question'],
    ['Why does the test fail? Fix it.', 'repair'],
    ['Can you fix the failing test?', 'repair'],
    ['Find the bug in stats.py and fix it, do not touch the test.', 'repair'],
    ['Fix the failing test. Do not change any other file.', 'repair'],
    ['I get this:\n\n$ python3 test_stats.py\nAssertionError\n\nFix the bug.', 'repair'],
    ['Implement stats.py so that the tests pass', 'edit'],
    ['Complete stats.py', 'edit'],
  ];
  for (const [text, kind] of cases) {
    it(text, () => assert.equal(intentOf(text, files).kind, kind));
  }

  it('takes the command that the request spells out', () => {
    const commands: [string, string | undefined][] = [
      ['Run `npm test -- --grep x` now', 'npm test -- --grep x'],
      ['Run python3 -m unittest test_stats.py and fix what fails', 'python3 -m unittest test_stats.py'],
      ['`median` is wrong', undefined],
      ['It fails with cargo test.', 'cargo test'],
      ['`median` is wrong. Fix it so that python3 test_stats.py passes.', 'python3 test_stats.py'],
      ['Implement it so that python3 -m unittest stats_test passes', 'python3 -m unittest stats_test'],
      ['I get this:\n$ node cart.test.js\nAssertion failed', 'node cart.test.js'],
      ['Fix it: pytest tests/test_a.py::test_b fails', 'pytest tests/test_a.py::test_b'],
      ['The node in python is wrong', undefined],
    ];
    for (const [text, command] of commands) assert.equal(commandIn(text), command, text);
  });

  it('finds paths and names', () => {
    assert.deepEqual(pathsIn('see src/a/b.ts, test_x.py and README.md.'), [
      'src/a/b.ts',
      'test_x.py',
      'README.md',
    ]);
    assert.deepEqual(namesIn('call `mean` and parseFile(x) in my_module of class Reader'), [
      'mean',
      'parseFile',
      'Reader',
      'my_module',
    ]);
  });
});

describe('testCommand', () => {
  const check = (paths: string[], named: string[], expected: string | undefined, packageJson?: string) =>
    assert.equal(testCommand({ paths, packageJson, platform: 'linux' }, named), expected);

  it('knows the usual projects', () => {
    check(['stats.py', 'test_stats.py'], [], 'python3 -m unittest test_stats.py');
    check(['a.py', 'tests/test_a.py'], [], 'python3 -m unittest discover -s tests -p test_a.py');
    check(['a.py', 'tests/__init__.py', 'tests/test_a.py'], [], 'python3 -m unittest tests.test_a');
    check(['conftest.py', 'test_a.py'], [], 'python3 -m pytest -x -q test_a.py');
    check(['package.json'], [], 'npm test', '{"scripts":{"test":"node --test"}}');
    check(
      ['package.json', 'a.test.js'],
      [],
      'node --test a.test.js',
      '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}',
    );
    check(['package.json'], [], undefined, '{broken');
    check(['Cargo.toml'], [], 'cargo test');
    check(['go.mod'], [], 'go test ./...');
    check(['notes.txt'], [], undefined);
  });

  it('prefers the test that the request names', () => {
    check(['test_a.py', 'test_b.py'], ['test_b.py'], 'python3 -m unittest test_b.py');
  });

  it('calls Python by its name on Windows', () => {
    assert.equal(
      testCommand({ paths: ['test_a.py'], packageJson: undefined, platform: 'win32' }, []),
      'python -m unittest test_a.py',
    );
  });

  it('tells test files', () => {
    for (const path of ['test_a.py', 'a_test.go', 'a.test.ts', 'src/a.spec.js', 'tests/x.py', 'ATest.java'])
      assert.ok(isTestFile(path), path);
    for (const path of ['stats.py', 'contest.py', 'latest.ts', 'src/testing.rs'])
      assert.ok(!isTestFile(path), path);
  });
});

describe('the command of one test file', () => {
  const paths = ['a.py', 'test_a.py', 'test_b.py', 'b.test.js', 'b.js'];
  const command = (named: string, text: string): string | undefined => {
    const tests = { 'test_a.py': text, 'b.test.js': text };
    return testCommand({ paths, packageJson: undefined, platform: 'linux', tests }, [named]);
  };

  it('runs a plain script as one', () => {
    assert.equal(command('test_a.py', 'from a import f\nassert f() == 1\n'), 'python3 test_a.py');
    assert.equal(command('b.test.js', "require('assert')(f())\n"), 'node b.test.js');
  });

  it('runs what is written for a runner with it', () => {
    assert.equal(
      command('test_a.py', 'def test_f():\n    assert f()\n'),
      'python3 -m pytest -x -q test_a.py',
    );
    assert.equal(command('test_a.py', 'import unittest\n'), 'python3 -m unittest test_a.py');
    assert.equal(command('b.test.js', "test('f', () => {})\n"), 'node --test b.test.js');
  });

  it('is that of the source file that is named', () => {
    assert.equal(command('b.js', 'f()\n'), 'node b.test.js');
  });
});

describe('failure', () => {
  const python = `.F..
======================================================================
FAIL: test_median_even (__main__.StatsTest.test_median_even)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/home/u/p/test_stats.py", line 12, in test_median_even
    self.assertEqual(median([4, 1, 3, 2]), 2.5)
AssertionError: 3.5 != 2.5

----------------------------------------------------------------------
Ran 4 tests in 0.001s
`;

  it('finds places of the workspace in the usual forms', () => {
    const known = ['stats.py', 'test_stats.py', 'src/a.ts', 'src/b.rs', 'lib/a.ts'];
    assert.deepEqual(failurePlaces(python, known), [{ path: 'test_stats.py', line: 12 }]);
    assert.deepEqual(failurePlaces('at f (/w/src/a.ts:3:5)\n  --> src/b.rs:7:1\nsrc\\a.ts:9:2', known), [
      { path: 'src/a.ts', line: 3 },
      { path: 'src/b.rs', line: 7 },
      { path: 'src/a.ts', line: 9 },
    ]);
    assert.deepEqual(failurePlaces('/usr/lib/python3/x.py:3', known), []);
  });

  it('shortens to the assertion', () => {
    assert.equal(
      shortenFailure(python),
      'FAIL: test_median_even (__main__.StatsTest.test_median_even)\n' +
        'Traceback (most recent call last):\n' +
        '  File "/home/u/p/test_stats.py", line 12, in test_median_even\n' +
        '    self.assertEqual(median([4, 1, 3, 2]), 2.5)\n' +
        'AssertionError: 3.5 != 2.5',
    );
    assert.ok(shortenFailure(`error\n${'x'.repeat(100_000)}`).length < 1300);
    assert.equal(shortenFailure('\u001b[31merror: no\u001b[0m'), 'error: no');
  });

  it('leaves out what Node prints around each assertion', () => {
    const node =
      "node:internal/assert/utils:281\n    throw err;\n    ^\n\nAssertionError [ERR_ASSERTION]: The expression evaluated to a falsy value:\n\n  assert(f(1) === 2)\n\n    at Object.<anonymous> (/w/f.test.js:3:1)\n    at node:internal/main/run_main_module:28:49 {\n  generatedMessage: true,\n  code: 'ERR_ASSERTION',\n  actual: false,\n  expected: true,\n  operator: '=='\n}\n\nNode.js v20.1.0\n";
    assert.equal(
      shortenFailure(node),
      '  assert(f(1) === 2)\n    at Object.<anonymous> (/w/f.test.js:3:1)\n  actual: false,\n  expected: true,',
    );
  });

  it('takes a pasted output out of a request, never its order', () => {
    const pasted =
      '$ python3 test_a.py\nTraceback (most recent call last):\n  File "test_a.py", line 3\nAssertionError';
    assert.equal(ownWords(`I get this:\n\n${pasted}\n\nFix the bug.`), 'I get this:\nFix the bug.');
    assert.equal(ownWords(`Please fix this:\n${pasted}`), 'Please fix this:');
    assert.equal(ownWords(pasted), pasted);
    assert.equal(ownWords('Fix f.\n\nDo not touch the test.'), 'Fix f.\n\nDo not touch the test.');
  });

  it('reads what a test calls', () => {
    assert.deepEqual(calledNames('self.assertEqual(median([4, sorted(x)]), len(y))'), ['median', 'sorted']);
  });
});

describe('repetitionGuard', () => {
  const ends = (pieces: string[]) => {
    const guard = repetitionGuard();
    return pieces.some((piece) => guard(piece));
  };
  it('ends loops', () => {
    assert.ok(ends(Array.from({ length: 100 }, () => 'abcd')));
    assert.ok(ends(Array.from({ length: 100 }, () => '!')));
  });
  it('lets normal text pass', () => {
    assert.ok(!ends(Array.from({ length: 60 }, (_, i) => `line ${i}: value ${i * 7}\n`)));
    assert.ok(!ends(['-----------------------------\n', '    '.repeat(30)]));
  });
});
