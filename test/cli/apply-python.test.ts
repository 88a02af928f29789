import assert from 'node:assert/strict';
import { answerApply } from '../../src/cli/apply-command';
import { never, syntaxInProcess } from '../tools/support';

const guarded = 'def f(a):\n    if a:\n        return a\n    return 0\n';
const two = 'def f():\n    a = 1\n    return a\n';
const answer = (content: string, edit: object): ReturnType<typeof answerApply> =>
  answerApply({ id: 1, path: 'a.py', content, edit }, syntaxInProcess, never);

/** What tree-sitter forgives and Python does not. */
describe('edits of Python with a wrong indentation', () => {
  const mended: [title: string, content: string, edit: object, expected: string][] = [
    [
      'a definition flush left',
      guarded,
      { type: 'symbol', name: 'f', new: 'def f(a):\nif a:\n    return 1\nreturn 0' },
      'def f(a):\n    if a:\n        return 1\n    return 0\n',
    ],
    [
      'a definition whose end is flush left',
      guarded,
      { type: 'symbol', name: 'f', new: 'def f(a):\nx = 1\nreturn x' },
      'def f(a):\n    x = 1\n    return x\n',
    ],
    [
      'lines flush left',
      two,
      { type: 'lines', start: 2, end: 2, new: 'a = 2\na += 1' },
      'def f():\n    a = 2\n    a += 1\n    return a\n',
    ],
    [
      'an insertion flush left',
      two,
      { type: 'insert', line: 2, new: 'print(1)' },
      'def f():\n    print(1)\n    a = 1\n    return a\n',
    ],
  ];
  for (const [title, content, edit, expected] of mended) {
    it(`mends ${title}, and says so`, async () => {
      const result = await answer(content, edit);
      assert.ok(result.result === 'applied', JSON.stringify(result));
      assert.equal(result.content, expected);
      assert.ok(result.tolerances.includes('indentation'));
    });
  }

  it('refuses what cannot be mended without a guess', async () => {
    const news = [
      { type: 'file', new: 'def f(a):\n    if a:\n    return 3\n    return 2\n' },
      { type: 'symbol', name: 'f', new: 'def f(a):' },
      { type: 'symbol', name: 'f', new: 'def f(a):\n    x = 1\nreturn x' },
    ];
    const results = await Promise.all(news.map((edit) => answer(guarded, edit)));
    assert.deepEqual(
      results.map(({ result }) => result),
      ['refused', 'refused', 'refused'],
    );
  });

  it('leaves an indentation that parses as it was written', async () => {
    const odd = 'def f(a):\n  return 1';
    const result = await answer(guarded, { type: 'symbol', name: 'f', new: odd });
    assert.ok(result.result === 'applied');
    assert.equal(result.content, `${odd}\n`);
    assert.deepEqual(result.tolerances, []);
  });

  it('lets a file that was broken before be edited elsewhere', async () => {
    const content = `${two}\n\ndef g():\nreturn 1\n`;
    const result = await answer(content, { type: 'replace', old: 'a = 1', new: 'a = 2' });
    assert.equal(result.result, 'applied');
  });
});
