import assert from 'node:assert/strict';
import { checkChunkings } from '../../src/bench/parse-chunkings';
import { optionsOf, publicCases } from './support';

describe('tool calls: cuts of the input', () => {
  it('change nothing, by one UTF-16 unit and in 20 random ways for every public case', () => {
    const readable = publicCases
      .filter(({ kind }) => kind !== 'args-delta')
      .map((entry) => ({ id: entry.id, input: entry.input, options: optionsOf(entry) }));
    assert.deepEqual(checkChunkings(readable, 20).failures, []);
  });
});
