import assert from 'node:assert/strict';
import { mayBreakLine } from '../../src/completion/line-break';

describe('mayBreakLine', () => {
  const cases: [line: string, expected: boolean][] = [
    ['return total|', true],
    ['def f():|    return 1', true],
    ['    total += x|print(total)', true],
    ['        return true;|}', true],
    ['    return x|}', true],
    ['});|module.exports = f', true],
    ['x = 1|# comment', true],
    ['f(|)', true],
    ['function f(|): string {', true],
    ['/**| * Reads a file.', true],
    [' * Reads a file.| */', true],
    [' */|export const a = 1;', true],
    ['// until it ends.|export const a = 1;', true],
    ['/** A name. */|}', true],
    ['<ul>|<li>', true],
    ['|    return x', true],
    ['f(|a, b)', false],
    ['f(a,|b)', false],
    ['    |return x', false],
    ['return |value;', false],
    ['x = a| + b', false],
    ['x = a|+ b', false],
    ['foo|(x)', false],
    ['foo|.bar', false],
    ['x = "a|b"', false],
    ["x = 'a|'", false],
    ["# don't|print(x)", true],
  ];
  for (const [line, expected] of cases) {
    it(line, () => {
      const [before = '', after = ''] = line.split('|');
      assert.equal(mayBreakLine(before, after), expected);
    });
  }
});
