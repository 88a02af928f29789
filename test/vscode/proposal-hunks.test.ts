import assert from 'node:assert/strict';
import type { DiffLine, FileDiff } from '../../src/protocol/agent';
import { hunksAt } from '../../src/vscode/proposal-hunks';

/** Lines as a diff writes them: `-` removed, `+` added, a space for context. */
const lines = (...marked: string[]): DiffLine[] =>
  marked.map((line) => ({
    kind: line.startsWith('-') ? 'removed' : line.startsWith('+') ? 'added' : 'context',
    text: line.slice(1),
  }));

const diff: FileDiff = {
  path: 'a.py',
  languageId: 'python',
  kind: 'change',
  added: 3,
  removed: 2,
  hunks: [
    // Old line 2 becomes new lines 2 and 3.
    { oldStart: 1, newStart: 1, lines: lines(' a', '-b', '+B', '+C', ' d') },
    // Old line 12 is gone; in the new file the place is line 13.
    { oldStart: 11, newStart: 12, lines: lines(' k', '-l', ' m') },
    { oldStart: 20, newStart: 20, lines: lines(' t', '+u', ' v') },
  ],
};

const at = (side: 'old' | 'new', first: number, last = first): number[] =>
  hunksAt(diff, side, [{ first: first - 1, last: last - 1 }]);

describe('hunks that are selected in the diff editor', () => {
  it('are those with a changed line in the selection, in either file', () => {
    assert.deepEqual(at('new', 2), [0]);
    assert.deepEqual(at('new', 3), [0]);
    assert.deepEqual(at('old', 2), [0]);
    assert.deepEqual(at('old', 12), [1]);
    assert.deepEqual(at('new', 1, 30), [0, 1, 2]);
  });

  it('leave out what only shows the surroundings', () => {
    assert.deepEqual(at('new', 1), []);
    assert.deepEqual(at('new', 4), []);
    assert.deepEqual(at('old', 11), []);
    assert.deepEqual(at('new', 22), []);
  });

  it('are found where lines are gone, and where the old file has none of them yet', () => {
    assert.deepEqual(at('new', 13), [1]);
    assert.deepEqual(at('old', 21), [2]);
    assert.deepEqual(at('new', 21), [2]);
  });

  it('come from all of several cursors', () => {
    const spans = [
      { first: 20, last: 20 },
      { first: 1, last: 1 },
    ];
    assert.deepEqual(hunksAt(diff, 'new', spans), [0, 2]);
    assert.deepEqual(hunksAt(diff, 'new', []), []);
  });
});
