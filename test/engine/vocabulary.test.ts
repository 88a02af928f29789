import assert from 'node:assert/strict';
import { createHealing } from '../../src/engine/healing';
import { createVocabulary } from '../../src/engine/vocabulary';

const texts = ['', 's', ' s', ' su', ' sum', ' sun', 'sum', ' t', '\uFFFD', ' ', ' su'];

describe('vocabulary', () => {
  const vocabulary = createVocabulary(texts);
  const found = (text: string): string[] => vocabulary.compatible(text).map((token) => texts[token]!);

  it('finds the tokens that begin with a text, and those that it begins with', () => {
    assert.deepEqual(found(' su'), [' ', ' s', ' su', ' su', ' sum', ' sun']);
    assert.deepEqual(found('s'), ['s', 'sum']);
    assert.deepEqual(found('x'), []);
  });

  it('leaves out tokens that are no whole characters or write nothing', () => {
    assert.ok(
      texts.every((text, token) => text.trim() !== '' || !vocabulary.compatible('s').includes(token)),
    );
    assert.deepEqual(found('\uFFFD'), []);
  });
});

describe('token healing', () => {
  const vocabulary = createVocabulary(texts);

  it('holds the tokens to the beginning until it is there', () => {
    const healing = createHealing(' sum', () => vocabulary);
    assert.deepEqual(healing.allowed(), [9, 2, 3, 10, 4]);
    healing.took(' s');
    assert.equal(healing.allowed(), undefined, 'no token goes on with “um”');
  });

  it('is over when a token goes beyond the beginning', () => {
    const healing = createHealing(' su', () => vocabulary);
    assert.ok(healing.allowed());
    healing.took(' sun');
    assert.equal(healing.allowed(), undefined);
  });

  it('costs nothing where there is nothing to heal', () => {
    const healing = createHealing('', () => assert.fail('the vocabulary is not needed'));
    assert.equal(healing.allowed(), undefined);
  });
});
