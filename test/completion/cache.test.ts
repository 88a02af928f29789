import assert from 'node:assert/strict';
import {
  createSuggestionCache,
  type SuggestionCache,
  type SuggestionPlace,
} from '../../src/completion/cache';

const textAt = (cache: SuggestionCache, place: SuggestionPlace): string | undefined =>
  cache.find(place)?.text;
const at = (prefix: string, suffix = '\n', scope = 'a.py') => ({ scope, prefix, suffix });

describe('suggestion cache', () => {
  it('gives the rest of what is being typed, by character, word and line, and all of it again after an undo', () => {
    const cache = createSuggestionCache();
    cache.put(at('x = '), { text: 'sum(values)\ny = 2', reason: 'ok' });
    assert.equal(textAt(cache, at('x = s')), 'um(values)\ny = 2');
    assert.equal(textAt(cache, at('x = sum(')), 'values)\ny = 2');
    assert.equal(textAt(cache, at('x = sum(values)')), '\ny = 2');
    assert.equal(textAt(cache, at('x = ')), 'sum(values)\ny = 2');
    assert.equal(textAt(cache, at('x = sum(values)\ny = 2')), undefined);
    assert.equal(textAt(cache, at('x = m')), undefined);
  });

  it('survives that the window before the cursor moves', () => {
    const cache = createSuggestionCache();
    const text = Array.from({ length: 900 }, (_, line) => `line ${line}\n`).join('');
    cache.put(at(text), { text: 'return 1', reason: 'ok' });
    assert.equal(textAt(cache, at(`${text.slice(1500)}ret`)), 'urn 1');
  });

  it('tells documents, suffixes and the top of a file apart', () => {
    const cache = createSuggestionCache();
    cache.put(at('x = '), { text: '1', reason: 'ok' });
    assert.equal(textAt(cache, at('x = ', '\n', 'b.py')), undefined);
    assert.equal(textAt(cache, at('x = ', ')\n')), undefined);
    assert.equal(textAt(cache, at('y = 0\nx = ')), undefined);
  });

  it('knows what was not worth showing, at the place itself alone', () => {
    const cache = createSuggestionCache();
    cache.put(at('x'), { text: 'yz', reason: 'low-confidence' });
    cache.put(at('a'), { text: '', reason: 'empty' });
    assert.deepEqual(cache.find(at('x')), { text: 'yz', reason: 'low-confidence' });
    assert.equal(cache.find(at('xy')), undefined);
    assert.equal(cache.find(at('a'))?.reason, 'empty');
    assert.equal(cache.find(at('ab')), undefined);
  });
});
