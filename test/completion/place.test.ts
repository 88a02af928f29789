import assert from 'node:assert/strict';
import { isWithinCharacter, isWithinName, windowStart } from '../../src/completion/place';

describe('places', () => {
  const torn: [before: string, after: string, expected: boolean][] = [
    ['x = "', '"', false],
    ['\ud83d', '\ude00', true],
    ['👩', '\u200d💻', true],
    ['👩\u200d', '💻', true],
    ['e', '\u0301', true],
    ['👍', '🏽', true],
    ['❤', '\uFE0F', true],
    ['a', 'שלום', false],
    ['\r', '\n', true],
    ['', '\u0301', false],
    ['half of one, \ud83d', '', true],
  ];
  for (const [before, after, expected] of torn) {
    it(`${JSON.stringify(before)} | ${JSON.stringify(after)} is ${expected ? '' : 'not '}one character`, () =>
      assert.equal(isWithinCharacter(before, after), expected));
  }

  it('knows the middle of a name', () => {
    assert.equal(isWithinName('val', 'ue'), true);
    assert.equal(isWithinName('größ', 'e'), true);
    assert.equal(isWithinName('value', '.x'), false);
    assert.equal(isWithinName('f(', 'x)'), false);
    assert.equal(isWithinName('', 'x'), false);
  });

  it('reads from a place that moves in steps only', () => {
    assert.equal(windowStart(100, 6000, 1500), 0);
    const starts = new Set(
      Array.from({ length: 1500 }, (_, typed) => windowStart(20_000 + typed, 6000, 1500)),
    );
    assert.equal(starts.size, 2);
    assert.ok(20_000 - windowStart(20_000, 6000, 1500) >= 6000);
  });
});
