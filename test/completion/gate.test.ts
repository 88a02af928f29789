import assert from 'node:assert/strict';
import { isConfident } from '../../src/completion/gate';

describe('isConfident', () => {
  it('asks of a line that it is likely as a whole', () => {
    assert.equal(isConfident([0.9, 0.9, 0.9, 0.9], true), true);
    assert.equal(
      isConfident(
        Array.from({ length: 20 }, () => 0.9),
        true,
      ),
      false,
      '0.9 to the 20th is 0.12',
    );
    assert.equal(isConfident([0.99, 0.2, 0.99], true), false);
  });

  it('asks of a block only that its tokens are likely', () => {
    assert.equal(
      isConfident(
        Array.from({ length: 60 }, () => 0.9),
        false,
      ),
      true,
    );
    assert.equal(isConfident([0.1, 0.2, 0.1], false), false);
  });

  it('trusts an engine that tells no probabilities', () => {
    assert.equal(isConfident([], true), true);
  });
});
