import assert from 'node:assert/strict';
import { reindentedTexts } from '../../src/edit/correct-indentation';
import { layoutProblems } from '../../src/edit/python-layout';

describe('the layout of Python', () => {
  const sound = [
    'def f(a):\n    if a:\n        return a\n    return 0\n',
    'x = [\n1,\n  2,\n]\nd = {\n  "a":\n  1,\n}\n',
    'def f():\n    """Doc:\n  odd\n"""\n    return 1\n',
    'x = 1 + \\\n        2\nif x: pass\n',
    '# a\n    # b\nx = 1  # c:\ns = "a:"\n',
    'class A:\n\n    # only\n    x: int\n\n\n    def f(self): ...\n',
    'if a:\n\tx = 1\nelse:\n\ty = 2\n',
    '',
  ];
  for (const text of sound)
    it(`is sound in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(layoutProblems(text), []);
    });

  const broken: [text: string, lines: number[]][] = [
    ['def f(a):\n', [1]],
    ['def f(a):\nreturn a\n', [1]],
    ['x = 1\n    y = 2\n', [2]],
    ['def f():\n    if a:\n    return 1\n', [2]],
    ['if a:\n        x = 1\n    y = 2\n', [3]],
    ['def f():\n    # nothing\nx = 1\n', [1]],
  ];
  for (const [text, lines] of broken)
    it(`is broken in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(layoutProblems(text), lines);
    });
});

describe('indentation mended', () => {
  const text = 'def f():\n    a = 1\n    return a\n';

  it('moves lines to the column of those that they replace', () => {
    assert.deepEqual(reindentedTexts(text, { type: 'lines', start: 2, end: 2, new: 'a = 2\nb = 3' }), [
      '    a = 2\n    b = 3',
    ]);
  });

  it('moves what is inserted to the block that it comes into', () => {
    assert.equal(reindentedTexts(text, { type: 'insert', line: 2, new: 'b = 3\n' })[0], '    b = 3\n');
  });

  it('moves a body that begins at the column of its header', () => {
    assert.deepEqual(
      reindentedTexts(text, { type: 'symbol', name: 'f', new: 'def f():\nif x:\n    return 1\nreturn 2' }),
      ['def f():\n    if x:\n        return 1\n    return 2'],
    );
  });
});
