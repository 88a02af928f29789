import assert from 'node:assert/strict';
import { graphPoints, graphTop } from '../../src/webview/graph';

const size = { width: 100, height: 50 };

describe('a graph', () => {
  it('reaches from edge to edge, with 0 at the bottom', () => {
    assert.deepEqual(graphPoints([0, 5, 10], 10, size), [
      { x: 0, y: 50 },
      { x: 50, y: 25 },
      { x: 100, y: 0 },
    ]);
  });

  it('leaves the place of a missing value out', () => {
    assert.deepEqual(graphPoints([undefined, 5, undefined, 10], 10, size), [
      { x: 33.3, y: 25 },
      { x: 100, y: 0 },
    ]);
  });

  it('of one value is a point, of none is empty', () => {
    assert.deepEqual(graphPoints([4], 8, size), [{ x: 0, y: 25 }]);
    assert.deepEqual(graphPoints([], 8, size), []);
  });

  it('ends at a round number at or above the largest value', () => {
    const cases: [values: (number | undefined)[], top: number][] = [
      [[3, 17, undefined], 20],
      [[41], 50],
      [[51], 100],
      [[2.1e9], 5e9],
      [[10], 10],
      [[0.3], 0.5],
      [[], 1],
      [[0], 1],
    ];
    for (const [values, top] of cases) assert.equal(graphTop(values), top, String(values));
  });
});
