import assert from 'node:assert/strict';
import type { CompletionItem } from '../../src/protocol/panel-composer';
import { suggestionsOf, take, triggerAt } from '../../src/webview/suggest';

/** The text with the cursor at `|`. */
function at(marked: string): { text: string; cursor: number } {
  return { text: marked.replace('|', ''), cursor: marked.indexOf('|') };
}

describe('what is being written at the cursor', () => {
  const cases: [marked: string, expected: [kind: string, query: string, wanted: string] | undefined][] = [
    ['/|', ['command', '', 'any']],
    ['/ex|', ['command', 'ex', 'any']],
    ['/explain |', undefined],
    ['see /ex|', undefined],
    ['/usr/b|', undefined],
    ['@|', ['mention', '', 'any']],
    ['see @src/a.t|', ['mention', 'src/a.t', 'any']],
    ['see (@se|', ['mention', 'se', 'any']],
    ['@file:st| more', ['mention', 'st', 'file']],
    ['@symbol:|', ['mention', '', 'symbol']],
    ['@"my no|', ['mention', 'my no', 'any']],
    ['@"my notes.md"|', undefined],
    ['me@example|', undefined],
    ['@a.ts then|', undefined],
    ['|@a.ts', undefined],
  ];
  for (const [marked, expected] of cases) {
    it(marked, () => {
      const { text, cursor } = at(marked);
      const trigger = triggerAt(text, cursor);
      assert.deepEqual(trigger && [trigger.kind, trigger.query, trigger.wanted], expected);
    });
  }
});

describe('what the list offers', () => {
  const file: CompletionItem = { kind: 'file', label: 'a b.ts', detail: 'src', insert: '@"src/a b.ts"' };
  const cases: [marked: string, expected: string[]][] = [
    ['/', ['/explain', '/fix', '/tests', '/doc', '/review', '/commit']],
    ['/co', ['/commit']],
    ['/zz', []],
    ['@', ['@file', '@symbol', '@selection', '@problems', '@terminal', '@diff', 'a b.ts']],
    ['@SE', ['@selection', 'a b.ts']],
    ['@file:a', ['a b.ts']],
  ];
  for (const [text, expected] of cases) {
    it(text, () => {
      const trigger = triggerAt(text, text.length);
      assert.ok(trigger);
      assert.deepEqual(
        suggestionsOf(trigger, [file]).map(({ label }) => label),
        expected,
      );
    });
  }

  const taken: [marked: string, label: string, expected: string][] = [
    ['/te|', '/tests', '/tests |'],
    ['/te| rest', '/tests', '/tests |rest'],
    ['why @sel|?', '@selection', 'why @selection |?'],
    ['why @fi|', '@file', 'why @file:|'],
    ['why @file:a| now', 'a b.ts', 'why @"src/a b.ts" |now'],
    ['why @a|bc now', 'a b.ts', 'why @"src/a b.ts" |now'],
  ];
  for (const [marked, label, expected] of taken) {
    it(`takes ${label} in ${marked}`, () => {
      const { text, cursor } = at(marked);
      const trigger = triggerAt(text, cursor);
      assert.ok(trigger);
      const suggestion = suggestionsOf(trigger, [file]).find((row) => row.label === label);
      assert.ok(suggestion);
      assert.deepEqual(take(text, trigger, suggestion), at(expected));
    });
  }
});
