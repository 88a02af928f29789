import assert from 'node:assert/strict';
import { createSuggestionCache } from '../../src/completion/cache';

const at = (prefix: string, suffix = '\n', scope = 'a.py') => ({ scope, prefix, suffix });

describe('suggestion cache', () => {
  it('gives the rest of what is being typed, by character, word and line, and all of it again after an undo', () => {
    const cache = createSuggestionCache();
    cache.put(at('x = '), 'sum(values)\ny = 2');
    assert.equal(cache.find(at('x = s')), 'um(values)\ny = 2');
    assert.equal(cache.find(at('x = sum(')), 'values)\ny = 2');
    assert.equal(cache.find(at('x = sum(values)')), '\ny = 2');
    assert.equal(cache.find(at('x = ')), 'sum(values)\ny = 2');
    assert.equal(cache.find(at('x = sum(values)\ny = 2')), undefined);
    assert.equal(cache.find(at('x = m')), undefined);
  });

  it('survives that the window before the cursor moves', () => {
    const cache = createSuggestionCache();
    const text = Array.from({ length: 900 }, (_, line) => `line ${line}\n`).join('');
    cache.put(at(text), 'return 1');
    assert.equal(cache.find(at(`${text.slice(1500)}ret`)), 'urn 1');
  });

  it('tells documents, suffixes and the top of a file apart', () => {
    const cache = createSuggestionCache();
    cache.put(at('x = '), '1');
    assert.equal(cache.find(at('x = ', '\n', 'b.py')), undefined);
    assert.equal(cache.find(at('x = ', ')\n')), undefined);
    assert.equal(cache.find(at('y = 0\nx = ')), undefined);
  });

  it('knows where there is nothing to suggest', () => {
    const cache = createSuggestionCache();
    cache.put(at('x'), '');
    assert.equal(cache.find(at('x')), '');
    assert.equal(cache.find(at('xy')), undefined);
  });
});
