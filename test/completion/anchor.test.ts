import assert from 'node:assert/strict';
import { anchoredSuffix } from '../../src/completion/anchor';

describe('anchoredSuffix', () => {
  const cases: [document: string, suffix: string][] = [
    ['f(|)\n\nb', '\n\nb'],
    ['f(a, [|])\nb', '\nb'],
    ['f("|")\nb', '\nb'],
    ['f("a|");\nb', '\nb'],
    ['if (x) {|}\nb', '\nb'],
    ['x = "|"', ''],
    ['x = f(f"{|}")\nb', '\nb'],
    ['x = f"{a|"\nb', '\nb'],
    ['x = a[f(|]\nb', '\nb'],
    ['x = `${f(|)}`;\nb', '\nb'],
    ['f(|);\nb', '\nb'],
    // What the line does not open belongs to what follows.
    ['return true;|}\nb', '}\nb'],
    ['f(|))\nb', '))\nb'],
    ['f(|]\nb', ']\nb'],
    ['f(|, b)\nc', ', b)\nc'],
    ['f(|) + 1\nb', ') + 1\nb'],
    ['"a|b"\nc', 'b"\nc'],
    ['x = |\ny', '\ny'],
    ["don't (|)\ny", '\ny'],
  ];
  for (const [document, expected] of cases) {
    it(JSON.stringify(document), () => {
      const [prefix = '', suffix = ''] = document.split('|');
      assert.equal(anchoredSuffix(prefix, suffix), expected);
    });
  }

  it('is the same before a bracket is opened, within it, and behind it', () => {
    const below = '\n  return total;\n}\n';
    const places: [string, string][] = [
      ['  sum', below],
      ['  sum(', `)${below}`],
      ['  sum(["', `"])${below}`],
      ['  sum(["a"', `])${below}`],
      ['  sum(["a"])', below],
    ];
    assert.equal(new Set(places.map(([prefix, suffix]) => anchoredSuffix(prefix, suffix))).size, 1);
  });
});
