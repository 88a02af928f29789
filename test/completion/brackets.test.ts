import assert from 'node:assert/strict';
import { cutSurplusClosers, looseBrackets } from '../../src/completion/brackets';

describe('brackets', () => {
  const cases: [line: string, text: string, expected: string][] = [
    ['f(|)', 'a)', 'a'],
    ['f(|, b)', 'a)', 'a'],
    ['f(g(|)', 'a), b', 'a), b'],
    ['f(g(|)', 'a), b)', 'a), b'],
    ['f(|', 'a)', 'a)'],
    ['x = [|]', '1, [2], 3]', '1, [2], 3'],
    ['f("(|)', 'a', 'a'],
    ['call(|) {', 'x => { y })', 'x => { y }'],
    ['// don’t (|)', 'see)', 'see'],
  ];
  for (const [line, text, expected] of cases) {
    it(`${line} with ${text}`, () => {
      const [before = '', after = ''] = line.split('|');
      assert.equal(cutSurplusClosers(text, { before, after }), expected);
    });
  }

  it('leaves an apostrophe that ends nowhere out of it', () => {
    assert.deepEqual(looseBrackets("don't (").openers, ['(']);
    assert.deepEqual(looseBrackets("'(' (").openers, ['(']);
  });
});
