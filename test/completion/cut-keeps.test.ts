import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FimItem } from '../../src/bench/fim-bench';
import { cutCompletion } from '../../src/completion/cut';

const file = path.resolve(__dirname, '../fixtures/bench/fim-lines.jsonl');
const items = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as FimItem);

const firstLine = (text: string): string => text.trimStart().split('\n', 1)[0]!.trimEnd();

/** Where the cursor stands, as parts of the item, and what of the line was typed. */
const places: Record<string, (item: FimItem) => { prefix: string; suffix: string; typed: string }> = {
  'behind the line above, before the line below': ({ prefix, suffix }) => ({ prefix, suffix, typed: '' }),
  'behind the line above': ({ prefix, suffix }) => ({ prefix, suffix: `\n${suffix}`, typed: '' }),
  'before the line below': ({ prefix, suffix }) => ({ prefix: `${prefix}\n`, suffix, typed: '' }),
  'on an empty line': ({ prefix, suffix }) => ({ prefix: `${prefix}\n`, suffix: `\n${suffix}`, typed: '' }),
  'behind the indentation': ({ prefix, suffix, line }) => typedTo(prefix, suffix, line, line.search(/\S/)),
  'within the line': ({ prefix, suffix, line }) =>
    typedTo(prefix, suffix, line, line.search(/\S/) + Math.floor(line.trim().length * 0.4)),
};

function typedTo(prefix: string, suffix: string, line: string, at: number) {
  const typed = line.slice(0, at);
  return { prefix: `${prefix}\n${typed}`, suffix: `\n${suffix}`, typed };
}

describe('the filters', () => {
  for (const [name, placeOf] of Object.entries(places)) {
    it(`leave a right line as it is ${name}`, () => {
      const lost = items.filter((item) => {
        const { prefix, suffix, typed } = placeOf(item);
        const opens = prefix === item.prefix ? '\n' : '';
        const raw = `${opens}${item.line.slice(typed.length)}\n`;
        const { text } = cutCompletion(raw, { prefix, suffix, singleLine: true });
        return firstLine(typed + text) !== item.line.trim();
      });
      // One line above ends in white space, where a line break would move what stands behind the cursor.
      assert.ok(lost.length <= 1, lost.map(({ id }) => id).join('\n'));
    });
  }
});
