import assert from 'node:assert/strict';
import { cutCompletion, wantsBlock } from '../../src/completion/cut';

/** `|` stands for the cursor. */
function check(document: string, raw: string, expected: string, reason = 'ok', singleLine = false): void {
  const [prefix = '', suffix = ''] = document.split('|');
  assert.deepEqual(cutCompletion(raw, { prefix, suffix, singleLine }), { text: expected, reason });
}

describe('cutCompletion', () => {
  it('keeps a plain line', () => check('x = |\n', 'compute(1)', 'compute(1)'));
  it('ends at the line when one line is wanted', () => check('x = |\n', '1\ny = 2', '1', 'ok', true));
  it('offers nothing for white space', () => check('x = |\n', '  \n ', '', 'empty'));
  it('does not repeat the rest of the line', () => check('f(|);\n', 'a, b);', 'a, b'));
  it('does not close a bracket that is closed already', () => check('f(|)\n', 'g(1), 2) + 3', 'g(1), 2'));
  it('keeps brackets that it opened itself', () => check('f(|)\n', 'g(h(1))', 'g(h(1))'));
  it('ignores brackets in strings', () => check('f(|)\n', '")", 1', '")", 1'));
  it('does not repeat the next line', () => check('|\nreturn total\n', 'return total', '', 'repeats-suffix'));
  it('stops a block before the line that follows anyway', () =>
    check('def f():\n    |\n\nprint(done)\n', 'a = 1\n    b = 2\nprint(done)', 'a = 1\n    b = 2'));
  it('stops where the indentation falls back', () =>
    check('def f():\n    |\n', 'return 1\n\ndef g():\n    return 2', 'return 1'));
  it('stops before a new definition at the same depth', () =>
    check('class A:\n    |\n', 'x = 1\n    def g(self):\n        pass', 'x = 1'));
  it('drops repetition', () => check('|\n', 'print(a)\nprint(a)\nprint(a)', '', 'repetition'));
  it('drops a loop within a line', () =>
    check('x = |', '[0, [0, [0, [0, [0, [0, [0, [0, [0, ', '', 'repetition'));
  it('drops the line above said again', () =>
    check('counter += 1\n|\n', 'counter += 1', '', 'unchanged-line'));
  it('keeps emoji whole', () => check('s = |)\n', '"👩‍💻", (1)', '"👩‍💻", (1)'));

  it('goes on in the next line where the model ends this one', () =>
    check('def f(x):|\n\nf(1)\n', '\n    return x\nmore', '\n    return x', 'ok', true));
  it('keeps a line that follows on a line of its own', () =>
    check('def f(x):|    return y\n', '\n    y = x\n', '\n    y = x\n', 'ok', true));
  it('does not break a statement in two', () => check('f(|a, b)\n', '\nx', '', 'empty', true));
  it('does not say the next line again', () =>
    check('def f(x):|\n    return x\n', '\n    return x\n', '', 'repeats-suffix', true));
  it('goes on in the next line where what follows begins a line of its own', () =>
    check('    return total|print(f(1))\n', '\n    # done\n', '\n    # done\n', 'ok', true));
  it('keeps a whole line that is put in before another', () =>
    check('a {\n|    }\n}\n', '    x }\n', '    x }\n', 'ok', true));
  it('goes behind the indentation of an empty line', () =>
    check('if x:\n    |\n', '\n    y = 1\n', 'y = 1', 'ok', true));
  it('leaves an empty line empty where the model does', () => check('x\n|\n', '\ny\n', '\ny', 'ok', true));
  it('closes a block below one that was closed in the same words', () =>
    check('<p>\n    </span>\n|\n</div>\n', '  </span>\n', '  </span>', 'ok', true));
  it('does not close a block that is closed below', () =>
    check('f {\n  x;|\n}\n', '\n}\n', '', 'repeats-suffix', true));
  it('indents with tabs where the file does', () =>
    check('func f() {\n\tif x {\n\t\t|\n\t}\n}', 'a()\n        b()\n', 'a()\n\t\tb()'));
  it('indents with spaces where the file does', () =>
    check('class A:\n    def f():\n        |\n', 'a = 1\n\t\tb = 2', 'a = 1\n        b = 2'));
});

describe('wantsBlock', () => {
  const cases: [string, boolean][] = [
    ['def f():\n    |\n', true],
    ['function f() {\n  |\n}', true],
    ['# sort by name\n|\n', true],
    ['x = |\n', false],
    ['def f():\n    |return 1\n', false],
    ['x = 1\n|\n', false],
    ['def f():\n    |\n    return 1\n', false],
  ];
  for (const [document, expected] of cases) {
    it(JSON.stringify(document), () => {
      const [prefix = '', suffix = ''] = document.split('|');
      assert.equal(wantsBlock(prefix, suffix), expected);
    });
  }
});
