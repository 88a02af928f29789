import assert from 'node:assert/strict';
import { createPostings } from '../../src/indexer/postings';

describe('lists by name', () => {
  const made = () =>
    createPostings(
      [
        { keys: Uint32Array.of(0, 2), valueOf: () => 7 },
        { keys: Uint32Array.of(2, 2), valueOf: (at) => 2 ** 40 + at },
      ],
      4,
    );
  const all = (postings: ReturnType<typeof made>): number[][] =>
    Array.from({ length: postings.keyCount }, (_, key) => {
      const list = [...postings.get(key)];
      assert.equal(postings.count(key), list.length);
      return list;
    });

  it('have the values of all sources, in their order', () => {
    assert.deepEqual(all(made()), [[7], [], [7, 2 ** 40, 2 ** 40 + 1], []]);
  });

  it('change one by one, also those that were stored', () => {
    const postings = made();
    postings.add(0, 8);
    postings.keep(2, (value) => value !== 7);
    postings.add(1, 9);
    assert.deepEqual(all(postings), [[7, 8], [9], [2 ** 40, 2 ** 40 + 1], []]);
  });

  it('grow by names that came later', () => {
    const postings = made();
    for (const key of [4, 9]) assert.deepEqual([...postings.get(key), postings.count(key)], [0]);
    postings.add(9, 1);
    assert.equal(postings.keyCount, 10);
    assert.deepEqual([...postings.get(9)], [1]);
  });
});
