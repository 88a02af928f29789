import assert from 'node:assert/strict';
import { withoutHunksAt } from '../../src/vscode/undo-hunks';

const before = `${Array.from({ length: 30 }, (_, index) => `v${index} = ${index}`).join('\r\n')}\r\n`;
const now = before.replace('v2 = 2', 'v2 = 200').replace('v27 = 27', 'v27 = 2700\r\nv27b = 0');
const line = (at: number) => [{ first: at, last: at }];

describe('taking back single changes of a file', () => {
  const states = { path: 'a.py', before, now };

  it('leaves the others and everything else as they are', () => {
    assert.deepEqual(withoutHunksAt(states, 'new', line(2)), {
      text: before.replace('v27 = 27', 'v27 = 2700\r\nv27b = 0'),
      undone: 1,
      of: 2,
    });
    assert.equal(withoutHunksAt(states, 'old', line(27))?.text, before.replace('v2 = 2', 'v2 = 200'));
  });

  it('keeps what the user wrote after the task', () => {
    const mine = { ...states, now: now.replace('v15 = 15', 'v15 = 15  # mine') };
    const { text } = withoutHunksAt(mine, 'new', [...line(2), ...line(27)]) ?? {};
    assert.equal(text, before.replace('v15 = 15', 'v15 = 15  # mine'));
  });

  it('of all of them gives the file byte for byte', () =>
    assert.equal(withoutHunksAt(states, 'new', [{ first: 0, last: 40 }])?.text, before));

  it('of a file that the task made removes it', () =>
    assert.deepEqual(withoutHunksAt({ path: 'a.py', before: null, now: 'x\n' }, 'new', line(0)), {
      text: null,
      undone: 1,
      of: 1,
    }));

  it('is nothing where no changed line is selected', () =>
    assert.equal(withoutHunksAt(states, 'new', line(10)), undefined));
});
