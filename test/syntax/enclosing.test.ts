import assert from 'node:assert/strict';
import { enclosingSymbol, offsetOf } from '../../src/syntax/enclosing';
import { readFacts } from '../../src/syntax/file-facts';
import { fixture, grammars } from './support';

describe('enclosing', () => {
  /** The name of what encloses a place of a fixture, under both line ends. */
  const check = (languageId: string, line: number, column: number, expected: string | null) =>
    it(`${languageId} ${line}:${column} is in ${expected ?? 'nothing'}`, async () => {
      for (const eol of ['\n', '\r\n']) {
        const text = fixture(`${languageId}.txt`).replaceAll('\n', eol);
        const { symbols } = await readFacts({ languageId, text }, grammars);
        assert.equal(enclosingSymbol(text, symbols, { line, column })?.name ?? null, expected);
      }
    });

  check('typescript', 1, 1, null);
  check('typescript', 7, 10, null);
  check('typescript', 14, 3, 'Point');
  check('typescript', 18, 20, 'Point');
  check('typescript', 25, 1, 'distance');
  check('typescript', 28, 1, 'square');
  check('typescript', 29, 999, 'distance');
  check('typescript', 31, 1, 'Point');
  check('typescript', 59, 5, 'load');
  check('typescript', 67, 5, 'measures');
  check('typescript', 9999, 1, null);
  check('python', 14, 1, 'read');
  check('python', 19, 1, 'Account');
  check('python', 25, 1, 'empty');
  check('python', 31, 20, 'check');
  check('python', 33, 16, 'pay');
  check('go', 29, 1, 'Push');
  check('rust', 31, 3, 'twice');
  check('ruby', 12, 7, 'initialize');
  check('markdown', 6, 1, 'Guide');
  check('markdown', 12, 1, 'Setup');

  const place = (text: string, line: number, column: number, expected: number) =>
    it(`offset of ${line}:${column} in ${JSON.stringify(text)}`, () =>
      assert.equal(offsetOf(text, { line, column }), expected));
  place('', 1, 1, 0);
  place('ab\ncd', 2, 1, 3);
  place('ab\r\ncd', 1, 99, 2);
  place('ab\n\tcd', 2, 1, 4);
  place('ab\n  \ncd', 2, 1, 3);
  place('😀b', 1, 3, 2);
  place('ab', 7, 1, 2);
});
