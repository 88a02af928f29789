import assert from 'node:assert/strict';
import { type Mention, mentionsIn, mentionText, slashCommandOf } from '../../src/protocol/panel-composer';

describe('slash commands of a message', () => {
  const cases: [text: string, expected: [string, string] | undefined][] = [
    ['/explain', ['explain', '']],
    ['/fix the rounding ', ['fix', 'the rounding']],
    ['  /tests @a.py\nall of it', ['tests', '@a.py\nall of it']],
    ['/explainer', undefined],
    ['/usr/bin/python crashes', undefined],
    ['/Explain', undefined],
    ['please /explain', undefined],
    ['/', undefined],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => {
      const command = slashCommandOf(text);
      assert.deepEqual(command && [command.name, command.argument], expected);
    });
  }
});

/** A mention without its place. */
function meaning(mention: Mention): object {
  return Object.fromEntries(Object.entries(mention).filter(([key]) => key !== 'start' && key !== 'end'));
}

describe('mentions of a message', () => {
  const cases: [text: string, expected: object[]][] = [
    ['see @src/a.ts.', [{ kind: 'file', path: 'src/a.ts', certain: true }]],
    ['@src\\a.ts:', [{ kind: 'file', path: 'src/a.ts', certain: true }]],
    ['(@./a.py:20-10)', [{ kind: 'file', path: 'a.py', certain: true, lines: { start: 10, end: 20 } }]],
    ['@a.py:7', [{ kind: 'file', path: 'a.py', certain: true, lines: { start: 7, end: 7 } }]],
    ['@"my notes/a b.md#Top level"', [{ kind: 'symbol', path: 'my notes/a b.md', name: 'Top level' }]],
    ['@src/a.ts#Stats.median, ok', [{ kind: 'symbol', path: 'src/a.ts', name: 'Stats.median' }]],
    ['@symbol:median', [{ kind: 'symbol', name: 'median' }]],
    ['@file:diff', [{ kind: 'file', path: 'diff', certain: true }]],
    [
      '@selection @problems @terminal @diff',
      ['selection', 'problems', 'terminal', 'diff'].map((kind) => ({ kind })),
    ],
    ['@Makefile', [{ kind: 'file', path: 'Makefile', certain: false }]],
    ['@dataclass', [{ kind: 'file', path: 'dataclass', certain: false }]],
    ['me@example.com', []],
    ['`@a.py` and ```\n@b.py\n``` but @c.py', [{ kind: 'file', path: 'c.py', certain: true }]],
    ['@ alone, @@twice and @"open', []],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => {
      const found = mentionsIn(text);
      assert.deepEqual(found.map(meaning), expected);
      for (const { start, end } of found) assert.match(text.slice(start, end), /^@.*[^.:,]$/s);
    });
  }

  it('what is written for a place is read as that place', () => {
    const places: [string, Parameters<typeof mentionText>[1], object][] = [
      ['src/a.ts', {}, { kind: 'file', path: 'src/a.ts', certain: true }],
      ['app/[id]/page.tsx', {}, { kind: 'file', path: 'app/[id]/page.tsx', certain: true }],
      ['a b.py', { line: 3 }, { kind: 'file', path: 'a b.py', certain: true, lines: { start: 3, end: 3 } }],
      [
        'a.py',
        { line: 3, endLine: 5 },
        { kind: 'file', path: 'a.py', certain: true, lines: { start: 3, end: 5 } },
      ],
      ['a.py', { symbol: 'A.f' }, { kind: 'symbol', path: 'a.py', name: 'A.f' }],
      ['diff', {}, { kind: 'file', path: 'diff', certain: true }],
      ['odd.', {}, { kind: 'file', path: 'odd.', certain: true }],
    ];
    for (const [path, place, expected] of places) {
      const [found, ...more] = mentionsIn(`about ${mentionText(path, place)} now`);
      assert.ok(found && more.length === 0, path);
      assert.deepEqual(meaning(found), expected);
    }
  });
});
