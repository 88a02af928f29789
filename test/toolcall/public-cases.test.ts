import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkChunkings } from '../../src/bench/parse-chunkings';
import { parseChunks } from '../../src/bench/parse-fuzz';
import {
  type PublicCase,
  fixtures,
  optionsOf,
  outcome,
  canonical,
  publicCases,
  readLines,
  unmet,
} from './support';
import { normaliseTools } from '../../src/toolcall/tools';
import type { JsonValue } from '../../src/toolcall/types';

/** The point of the policy that contradicts a case, by the case's id. */
const skipped = JSON.parse(readFileSync(path.join(fixtures, 'skip.json'), 'utf8')) as Record<string, string>;

/** The cases by the test file that they were taken from. */
function bySuite(cases: readonly PublicCase[]): Map<string, PublicCase[]> {
  const suites = new Map<string, PublicCase[]>();
  for (const entry of cases) {
    const suite = /([^/:]+)\.[a-z]+:/.exec(entry.source)?.[1] ?? entry.dialect;
    suites.set(suite, [...(suites.get(suite) ?? []), entry]);
  }
  return suites;
}

describe('tool calls: cases of public parsers', () => {
  const cases = publicCases.filter(({ kind }) => kind === 'case');

  for (const [suite, entries] of bySuite(cases)) {
    it(`${suite}: meets what the policy does not contradict, lists nothing that it meets`, () => {
      const wrong: string[] = [];
      for (const entry of entries) {
        const problems = unmet(entry, parseChunks([entry.input], optionsOf(entry)));
        const listed = entry.id in skipped;
        if (problems.length > 0 !== listed)
          wrong.push(`${entry.id} ${problems.join(' ')}${listed ? 'is met' : ''}`);
      }
      assert.deepEqual(wrong, []);
      const messages = entries.map((entry) => ({ ...entry, options: optionsOf(entry) }));
      assert.deepEqual(checkChunkings(messages, 1).failures, []);
    });
  }

  it('skips less than a quarter of them, each for a point of the policy', () => {
    const ids = new Set(cases.map(({ id }) => id));
    for (const id of Object.keys(skipped)) assert.ok(ids.has(id), `${id} is no case`);
    const reasons = Object.values(skipped);
    assert.ok(reasons.length < cases.length / 4, String(reasons.length));
    for (const reason of reasons) assert.match(reason, /^(?:[1-9]|1[0-3])(?: and \d+)?: \S/);
  });
});

interface Emission {
  model_family: string;
  tools: unknown;
  input: string;
  proposed: { calls: JsonValue };
  note: string;
}

describe('tool calls: shapes from bug reports', () => {
  for (const [index, shape] of readLines<Emission>('real_emissions.jsonl').entries()) {
    it(`${String(index + 1)}: ${shape.note || shape.input.slice(0, 40)}`, () => {
      const dialect = shape.model_family === 'qwen2.5-coder' ? 'hermes' : 'qwen3-coder';
      const events = parseChunks([shape.input], { dialect, tools: normaliseTools(shape.tools) });
      // Fenced JSON counts at the end of a message only, so this one is text.
      const expected = shape.input.endsWith('Then I continue.') ? [] : shape.proposed.calls;
      assert.equal(canonical(outcome(events).calls), canonical(expected));
    });
  }
});
