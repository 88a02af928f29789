import assert from 'node:assert/strict';
import { partsOf, textShown } from '../../src/context/parts';

const door = 'class Door {';

describe('the parts of a prompt', () => {
  it('are the spans of each file, members below the declaration of their type', () => {
    assert.deepEqual(
      partsOf([
        { path: 'a.ts', text: 'open(): void', owner: door },
        { path: 'a.ts', text: '  close(): void {\n  }', owner: door },
        { path: 'a.ts', text: 'function knock(): void' },
        { path: 'b.ts', text: 'open(): void', owner: door },
      ]),
      [
        {
          path: 'a.ts',
          text: 'class Door {\n  open(): void\n  close(): void {\n  }\nfunction knock(): void',
        },
        { path: 'b.ts', text: 'class Door {\n  open(): void' },
      ],
    );
  });

  it('say a type once that is shown itself', () => {
    const parts = partsOf([
      { path: 'a.ts', text: `${door}\n  width: number` },
      { path: 'a.ts', text: 'open(): void', owner: door },
    ]);
    assert.deepEqual(parts, [{ path: 'a.ts', text: 'class Door {\n  width: number\n  open(): void' }]);
  });

  it('count the line above a member', () => {
    assert.equal(textShown({ path: 'a.ts', text: 'open()', owner: door }), 'class Door {\n  open()');
    assert.equal(textShown({ path: 'a.ts', text: 'knock()' }), 'knock()');
  });
});
