import assert from 'node:assert/strict';
import { findWaitingChange, readWaitingChanges, type WaitingChange } from '../../src/vscode/waiting-change';

const change: WaitingChange = {
  uri: 'file:///a.py',
  edit: { startLine: 2, endLine: 3, oldText: 'def f():\n    return 1', newText: 'def f():\n    return 2' },
  line: 1,
  kinds: ['context', 'removed', 'added'],
  lines: ['def f():', '    return 1', '    return 2'],
  wasDirty: false,
};
const old = ['def f():', '    return 1'];

describe('a change that waited when the window was reloaded', () => {
  const cases: [title: string, document: string[], found: ReturnType<typeof findWaitingChange>][] = [
    ['is where it was', ['# top', ...change.lines, 'end'], { state: 'shown', line: 1 }],
    ['has moved', ['# top', '# more', ...change.lines], { state: 'shown', line: 2 }],
    ['is not in the file, which is as it was', ['# top', ...old, 'end'], { state: 'before', line: 1 }],
    ['is not in the file, which has more above', ['# top', '#', ...old], { state: 'before', line: 2 }],
    ['fits two places, one of them its own', ['# top', ...old, ...old], { state: 'before', line: 1 }],
    ['fits two other places', ['# top', '#', ...old, ...old], { state: 'gone' }],
    ['has lost its code', ['# top', 'def f():', '    return 3'], { state: 'gone' }],
    ['has lost its end', ['# top', 'def f():'], { state: 'gone' }],
    ['has an empty file', [''], { state: 'gone' }],
  ];
  for (const [title, document, found] of cases) {
    it(title, () => assert.deepEqual(findWaitingChange(change, document), found));
  }

  it('is read back as it was kept, and anything else left out', () => {
    const kept: unknown = JSON.parse(JSON.stringify([change, { ...change, line: -1 }, null, { uri: 1 }]));
    assert.deepEqual(readWaitingChanges(kept), [change]);
    assert.deepEqual(readWaitingChanges(undefined), []);
    assert.deepEqual(readWaitingChanges('x'), []);
  });
});
