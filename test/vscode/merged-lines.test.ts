import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Block, type LineKind, mergeLines, moveBlock, runsOf } from '../../src/vscode/merged-lines';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '  d'), { minLength: 1, maxLength: 8 });

describe('merged lines', () => {
  it('hold the old text without the added lines and the new one without the removed ones', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const merged = mergeLines(before.join('\n'), after.join('\n'));
        const without = (kind: LineKind): string[] =>
          merged.filter((line) => line.kind !== kind).map((line) => line.text);
        assert.deepEqual(without('added'), before);
        assert.deepEqual(without('removed'), after);
      }),
    );
  });

  const block: Block = { line: 10, kinds: ['context', 'removed', 'added', 'added', 'context'] };
  const cases: { name: string; edit: Parameters<typeof moveBlock>[1]; expected: Block }[] = [
    {
      name: 'an edit below leaves it',
      edit: { startLine: 15, startColumn: 0, endLine: 16, text: '' },
      expected: block,
    },
    {
      name: 'lines added above push it down',
      edit: { startLine: 2, startColumn: 0, endLine: 2, text: 'x\ny\n' },
      expected: { ...block, line: 12 },
    },
    {
      name: 'lines deleted above pull it up',
      edit: { startLine: 2, startColumn: 0, endLine: 4, text: '' },
      expected: { ...block, line: 8 },
    },
    {
      name: 'typing in a line keeps its kind',
      edit: { startLine: 12, startColumn: 4, endLine: 12, text: 'x' },
      expected: block,
    },
    {
      name: 'a new line is of the kind of the line that it was typed in',
      edit: { startLine: 10, startColumn: 4, endLine: 10, text: '\n' },
      expected: { line: 10, kinds: ['context', 'context', 'removed', 'added', 'added', 'context'] },
    },
    {
      name: 'whole lines that are deleted leave the next one as it was',
      edit: { startLine: 12, startColumn: 0, endLine: 14, text: '' },
      expected: { line: 10, kinds: ['context', 'removed', 'context'] },
    },
  ];
  for (const { name, edit, expected } of cases) {
    it(name, () => assert.deepEqual(moveBlock(block, edit), expected));
  }

  it('gives runs from the last to the first, so that deleting one does not move the next', () => {
    assert.deepEqual(runsOf(['added', 'context', 'added', 'added'], 'added'), [
      { first: 2, last: 3 },
      { first: 0, last: 0 },
    ]);
  });
});
