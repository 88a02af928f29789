import assert from 'node:assert/strict';
import { anchoredSuffix, createAnchor } from '../../src/completion/anchor';

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

describe('the anchor while one types on', () => {
  const below = '\n\nexport function next(): void {\n  done();\n}\n';
  const places: [prefix: string, suffix: string][] = [
    ['function f() ', below],
    ['function f() {', `}${below}`],
    ['function f() {\n  ', `\n}${below}`],
    ['function f() {\n  g(', `)\n}${below}`],
    ['function f() {\n  g();\n  if (x) {\n    ', `\n  }\n}${below}`],
    ['function f() {\n  g();\n  if (x) {\n    y();\n  }', `\n}${below}`],
    ['function f() {\n  g();\n  if (x) {\n    y();\n  }\n}', below],
  ];

  it('stays through Enter between brackets, within the block and behind it', () => {
    const suffixAt = createAnchor();
    for (const [prefix, suffix] of places) assert.equal(suffixAt('a.ts', prefix, suffix), below);
  });

  it('stays where the text behind the cursor is cut off a little earlier', () => {
    const suffixAt = createAnchor();
    suffixAt('a.ts', 'f() {', `}${below}`);
    assert.equal(suffixAt('a.ts', 'f() {\n  ', `\n}${below}`.slice(0, -5)), below);
  });

  it('is another one at another place, in another file, and where more than brackets came in', () => {
    const suffixAt = createAnchor();
    suffixAt('a.ts', 'x', below);
    assert.equal(suffixAt('b.ts', 'x', `\n}${below}`), `\n}${below}`);
    suffixAt('a.ts', 'x', below);
    assert.equal(suffixAt('a.ts', 'x', `\n  y();\n}${below}`), `\n  y();\n}${below}`);
    assert.equal(suffixAt('a.ts', 'x', below), below);
    assert.equal(suffixAt('a.ts', 'x', '\nother\n'), '\nother\n');
  });

  it('stays at the end of a file', () => {
    const suffixAt = createAnchor();
    assert.equal(suffixAt('a.ts', 'f() {', '}\n'), '\n');
    assert.equal(suffixAt('a.ts', 'f() {\n  ', '\n}\n'), '\n');
  });
});
