import assert from 'node:assert/strict';
import { type Candidate, noEvidence } from '../../src/context/evidence';
import { chanceOf, mostRanked, rank } from '../../src/context/rank';

/** Candidates of one file each, of which many have the same chance; `asked` notes whose reason was wanted. */
function candidates(count: number, asked: string[] = []): Candidate[] {
  return Array.from({ length: count }, (_, at): Candidate => {
    const path = `f${String((at * 7919) % count).padStart(4, '0')}.ts`;
    const named = { name: 'area', kind: 'function', containers: [], startLine: 1, endLine: 1 };
    return {
      ref: { file: at, index: 0 },
      definition: { ...named, signature: 'function area()', doc: '' },
      path,
      evidence: { ...noEvidence, near: (at % 10) / 10, words: 0.1 },
      reasons: {
        near: () => {
          asked.push(path);
          return `near ${path}`;
        },
      },
    };
  });
}

describe('rank', () => {
  it('has the best of many in order of their chance, then of their paths', () => {
    const all = candidates(700);
    const expected = [...all]
      .sort((a, b) => chanceOf(b.evidence) - chanceOf(a.evidence) || (a.path < b.path ? -1 : 1))
      .slice(0, mostRanked);
    assert.deepEqual(
      rank(all).map(({ path }) => path),
      expected.map(({ path }) => path),
    );
  });

  it('has all of few, and none of none', () => {
    assert.equal(rank(candidates(5)).length, 5);
    assert.deepEqual(rank([]), []);
  });

  it('asks for the reasons of those only', () => {
    const asked: string[] = [];
    const ranked = rank(candidates(700, asked));
    assert.deepEqual(
      ranked.map(({ reason }) => reason),
      asked.map((path) => `near ${path}`),
    );
    assert.equal(asked.length, mostRanked);
  });
});
