import assert from 'node:assert/strict';
import type { Token } from 'node-llama-cpp';
import { createGrammarGuide } from '../../src/engine/grammar-guide';

/** A grammar that takes `<`, then digits that are its free text, then `>`; tokens are characters. */
interface State {
  text: string;
}

const token = (character: string): Token => character.charCodeAt(0) as Token;

const check = {
  allows: ({ text }: State, next: Token): boolean => {
    const whole = text + String.fromCharCode(next);
    return /^<\d*>?$/.test(whole);
  },
  accept: (state: State, next: Token): void => {
    state.text += String.fromCharCode(next);
  },
};

const probes = ['0', '9'].map(token);

describe('engine: the guide through a grammar', () => {
  it('masks the frame, and leaves free what takes all probes', () => {
    const state = { text: '' };
    const guide = createGrammarGuide(() => state, check, probes);
    assert.equal(guide.mask(), state);
    // The library itself accepts what it samples under the mask.
    assert.equal(guide.refuses(token('<')), false);
    assert.equal(state.text, '');
    state.text = '<';
    assert.equal(guide.mask(), undefined);
    assert.equal(guide.refuses(token('7')), false);
    assert.equal(state.text, '<7');
    assert.equal(guide.mask(), undefined);
    assert.equal(guide.refuses(token('>')), false);
    assert.equal(state.text, '<7>');
    assert.equal(guide.mask(), state);
  });

  it('has what may not stand there sampled again under the mask, an early end too', () => {
    const state = { text: '<1' };
    const guide = createGrammarGuide(() => state, check, probes);
    for (const wrong of [token('x'), undefined]) {
      assert.equal(guide.mask(), undefined);
      assert.equal(guide.refuses(wrong), true);
      assert.equal(state.text, '<1');
      assert.equal(guide.mask(), state);
      assert.equal(guide.refuses(undefined), false);
    }
  });

  it('begins when there is a state, and asks for none after that', () => {
    const states = [undefined, { text: '<' }, { text: 'another' }];
    const guide = createGrammarGuide(() => states.shift(), check, probes);
    assert.equal(guide.mask(), undefined);
    assert.equal(guide.refuses(token('x')), false);
    assert.equal(guide.refuses(undefined), false);
    assert.equal(guide.mask(), undefined);
    assert.equal(guide.refuses(token('x')), true);
    assert.deepEqual(guide.mask(), { text: '<' });
  });

  it('masks everything where tokens cannot be checked, or there is nothing to probe with', () => {
    const state = { text: '<' };
    assert.equal(createGrammarGuide(() => state, undefined, probes).mask(), state);
    assert.equal(createGrammarGuide(() => state, check, []).mask(), state);
  });
});
