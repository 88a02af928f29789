import assert from 'node:assert/strict';
import type { Token } from 'node-llama-cpp';
import { createGrammarGuide, maskedAfterRefusal } from '../../src/engine/grammar-guide';

/** A grammar that takes `<`, then digits that are its free text, then `>`; tokens are characters. */
interface State {
  text: string;
}

const token = (character: string): Token => character.charCodeAt(0) as Token;

const check = {
  allows: ({ text }: State, next: Token | undefined): boolean =>
    next === undefined ? text.endsWith('>') : /^<\d*>?$/.test(text + String.fromCharCode(next)),
  accept: (state: State, next: Token): void => {
    state.text += String.fromCharCode(next);
  },
};

describe('engine: the guide through a grammar', () => {
  it('leaves free, and follows, what the grammar takes', () => {
    const state = { text: '' };
    const guide = createGrammarGuide(() => state, check);
    for (const character of '<7>') {
      assert.equal(guide.mask(), undefined);
      assert.equal(guide.refuses(token(character)), false);
    }
    assert.equal(state.text, '<7>');
    assert.equal(guide.refuses(undefined), false);
  });

  it('has what may not stand there sampled again under the mask, an early end too', () => {
    for (const wrong of [token('x'), undefined]) {
      const state = { text: '<1' };
      const guide = createGrammarGuide(() => state, check);
      assert.equal(guide.mask(), undefined);
      assert.equal(guide.refuses(wrong), true);
      assert.equal(state.text, '<1');
      assert.equal(guide.mask(), state);
      assert.equal(guide.refuses(token('2')), false);
      // The library itself accepts what it samples under the mask.
      assert.equal(state.text, '<1');
    }
  });

  it('masks the tokens behind a refused one too, and is free again after them', () => {
    const state = { text: '<' };
    const guide = createGrammarGuide(() => state, check);
    assert.equal(guide.mask(), undefined);
    assert.equal(guide.refuses(token('x')), true);
    for (let index = 0; index < maskedAfterRefusal; index++) {
      assert.equal(guide.mask(), state);
      assert.equal(guide.refuses(token('2')), false);
    }
    assert.equal(guide.mask(), undefined);
    assert.equal(guide.refuses(token('x')), true);
  });

  it('begins when there is a state, and asks for none after that', () => {
    const states = [undefined, { text: '<' }, { text: 'another' }];
    const guide = createGrammarGuide(() => states.shift(), check);
    assert.equal(guide.mask(), undefined);
    assert.equal(guide.refuses(token('x')), false);
    assert.equal(guide.refuses(undefined), false);
    assert.equal(guide.mask(), undefined);
    assert.equal(guide.refuses(token('x')), true);
    assert.deepEqual(guide.mask(), { text: '<' });
  });

  it('masks everything where tokens cannot be checked', () => {
    const state = { text: '<' };
    const guide = createGrammarGuide(() => state, undefined);
    assert.equal(guide.mask(), state);
    assert.equal(guide.refuses(token('x')), false);
    assert.equal(guide.mask(), state);
  });
});
