import assert from 'node:assert/strict';
import { decodeSpeed } from '../../src/model/decode-speed';

describe('speed of writing', () => {
  it('counts from the first token on', () => {
    assert.equal(decodeSpeed({ totalMs: 1500, firstTokenMs: 500, generatedTokens: 21 }), 20);
  });

  it('is none where nothing was written after it', () => {
    assert.equal(decodeSpeed({ totalMs: 500, firstTokenMs: null, generatedTokens: 0 }), 0);
    assert.equal(decodeSpeed({ totalMs: 500, firstTokenMs: 500, generatedTokens: 1 }), 0);
    assert.equal(decodeSpeed({ totalMs: 900, firstTokenMs: 500, generatedTokens: 0 }), 0);
  });
});
