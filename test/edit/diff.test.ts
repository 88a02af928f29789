import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyHunks, diffTexts } from '../../src/edit/diff';

const show = (oldText: string | null, newText: string | null): string[] =>
  diffTexts('a.py', 'python', oldText, newText).hunks.map((hunk) =>
    [
      `@ ${hunk.oldStart} ${hunk.newStart}`,
      ...hunk.lines.map(({ kind, text }) => ({ context: ' ', added: '+', removed: '-' })[kind] + text),
    ].join('\n'),
  );

const numbers = (count: number): string => Array.from({ length: count }, (_, i) => `${i + 1}\n`).join('');

describe('diff', () => {
  const cases: [name: string, oldText: string | null, newText: string | null, hunks: string[]][] = [
    ['nothing', 'a\n', 'a\n', []],
    ['a new file', null, 'a\nb\n', ['@ 1 1\n+a\n+b']],
    ['a deleted file', 'a\n', null, ['@ 1 1\n-a']],
    [
      'a changed line with context',
      numbers(9),
      numbers(9).replace('5', 'five'),
      ['@ 2 2\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8'],
    ],
    ['a change of the line end alone', 'a\nb\n', 'a\r\nb\n', ['@ 1 1\n-a\n+a\n b']],
    ['a final newline', 'a', 'a\n', ['@ 1 1\n-a\n+a']],
    [
      'near changes in one hunk',
      numbers(12),
      numbers(12).replace('3\n', 'x\n').replace('10\n', 'y\n'),
      ['@ 1 1\n 1\n 2\n-3\n+x\n 4\n 5\n 6\n 7\n 8\n 9\n-10\n+y\n 11\n 12'],
    ],
    [
      'far changes in two hunks',
      numbers(13),
      numbers(13).replace('3\n', '').replace('11\n', 'y\n'),
      ['@ 1 1\n 1\n 2\n-3\n 4\n 5\n 6', '@ 8 7\n 8\n 9\n 10\n-11\n+y\n 12\n 13'],
    ],
  ];
  for (const [name, oldText, newText, hunks] of cases) {
    it(`shows ${name}`, () => assert.deepEqual(show(oldText, newText), hunks));
  }

  it('counts, and names the kind and the symbol', () => {
    const { hunks, ...rest } = diffTexts('a.py', 'python', 'a\nb\n', 'a\nc\nd\n', 'f');
    assert.equal(hunks.length, 1);
    assert.deepEqual(rest, {
      path: 'a.py',
      symbol: 'f',
      languageId: 'python',
      kind: 'change',
      added: 2,
      removed: 1,
    });
  });

  it('applies any choice of hunks, all and none byte for byte', () => {
    const text = fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c', ''), fc.constantFrom('\n', '\r\n')), { maxLength: 60 })
      .chain((lines) =>
        fc.constantFrom('', 'x').map((end) => lines.map((line) => line.join('')).join('') + end),
      );
    fc.assert(
      fc.property(text, text, (oldText, newText) => {
        const { hunks } = diffTexts('a', 'plaintext', oldText, newText);
        const all = hunks.map((_, index) => index);
        assert.equal(applyHunks(oldText, newText, all), newText);
        assert.equal(applyHunks(oldText, newText, []), oldText);
        for (const index of all) {
          const rest = all.filter((other) => other !== index);
          const halfway = applyHunks(oldText, newText, [index]);
          // What is left to do after one hunk is what the others would have done.
          assert.notEqual(halfway, oldText);
          assert.equal(rest.length === 0, halfway === newText);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('shows two long texts that have nothing in common as one block', () => {
    const lines = (name: string): string =>
      Array.from({ length: 20_000 }, (_, i) => `${name}${i}\n`).join('');
    const { added, removed } = diffTexts('a', 'plaintext', lines('a'), lines('b'));
    assert.deepEqual([added, removed], [20_000, 20_000]);
  });
});
