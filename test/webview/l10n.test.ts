import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { strings } from '../../src/webview/strings';

const folder = path.resolve(__dirname, '../../l10n');
const places = (text: string): string[] => [...text.matchAll(/\{\d\}/g)].map(([place]) => place).sort();

describe('translations', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const bundle = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, string>;

    it(`${file} keeps the places for values`, () => {
      for (const [english, translated] of Object.entries(bundle))
        assert.deepEqual(places(translated), places(english), english);
    });

    it(`${file} has every text of the panel that is longer than a name`, () => {
      const missing = Object.values(strings).filter(
        (english) => english.includes(' ') && !(english in bundle) && !/^\{0\}, \{1\}$/.test(english),
      );
      // These read the same in both languages.
      assert.deepEqual(
        missing.filter((english) => !['in {0}', '{0} of {1}, {2}/s'].includes(english)),
        [],
      );
    });
  }
});
