import assert from 'node:assert/strict';
import fc from 'fast-check';
import { conservationProblem, fuzzCase, parseChunks, serialised } from '../../src/bench/parse-fuzz';
import { dialectNames } from '../../src/toolcall/dialects';
import { renderCall } from '../../src/toolcall/render';
import { stringifyExact } from '../../src/toolcall/json-reader';
import type { DialectName } from '../../src/toolcall/types';
import { outcome, tools } from './support';

describe('tool calls: anything as input', () => {
  for (let first = 0; first < 4000; first += 500) {
    it(`survives mutated markers, from seed ${String(first)} on`, () => {
      for (let seed = first; seed < first + 500; seed++) assert.equal(fuzzCase(seed), undefined);
    });
  }

  it('conserves any text, in any cut', () => {
    const text = fc
      .array(
        fc.constantFrom('<', '>', 'tool_call', '/', '{', '"', 'name', '\n', '`', '```', ' ', '\ud83d', 'x'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(...dialectNames), (input, dialect) => {
        const whole = parseChunks([input], { dialect, tools });
        assert.equal(conservationProblem(input, whole), undefined);
        assert.equal(serialised(parseChunks(input.split(''), { dialect, tools })), serialised(whole));
      }),
      { numRuns: 1000, seed: 11 },
    );
  });
});

describe('tool calls: what the renderer writes, the parser reads', () => {
  const insideJson: DialectName[] = ['hermes', 'llama3-json', 'gemma', 'mistral'];
  const xml: DialectName[] = ['qwen3-coder', 'qwen3.5', 'invoke-xml', 'cline-xml'];

  function check(dialect: DialectName, command: string): void {
    const source = renderCall(dialect, { name: 'bash', arguments: { command } });
    const { calls } = outcome(parseChunks([source], { dialect, tools }));
    assert.equal(stringifyExact(calls), stringifyExact([{ name: 'bash', arguments: { command } }]), source);
  }

  it('any string in the JSON dialects', () => {
    fc.assert(fc.property(fc.constantFrom(...insideJson), fc.string({ unit: 'binary' }), check), {
      numRuns: 400,
      seed: 12,
    });
  });

  it('any string without markers of its own in the XML dialects', () => {
    const value = fc.string({ unit: 'grapheme' }).filter((text) => !/[<>]|^\n|\n$/.test(text));
    fc.assert(fc.property(fc.constantFrom(...xml.slice(0, 2)), value, check), { numRuns: 400, seed: 13 });
  });

  for (const dialect of [...insideJson, ...xml.slice(0, 2)]) {
    it(`values that hold whole calls: ${dialect}`, () => {
      for (const inner of dialectNames) {
        const text = renderCall(inner, { name: 'bash', arguments: { command: 'ls' } });
        check(dialect, text);
        check(dialect, `${text}\n${text}`);
      }
    });
  }
});
