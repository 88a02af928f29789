import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { strings } from '../../src/webview/strings';

const root = path.resolve(__dirname, '../..');
const folder = path.join(root, 'l10n');
/** The texts that the extension host shows, as its sources write them. */
const hostTexts = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => [
    ...readFileSync(path.join(root, 'src', name), 'utf8').matchAll(/\bl10n\.t\(\s*'((?:[^'\\]|\\.)*)'/g),
  ])
  .map(([, text = '']) => text);
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

    it(`${file} has the texts of the extension, a tenth at most still in English`, () => {
      assert.ok(hostTexts.length > 20);
      const missing = hostTexts.filter((english) => !(english in bundle));
      assert.ok(missing.length <= hostTexts.length / 10, missing.join('\n'));
    });
  }

  const manifest = (name: string): Record<string, string> =>
    JSON.parse(readFileSync(path.join(root, name), 'utf8')) as Record<string, string>;
  for (const file of readdirSync(root).filter((name) => /^package\.nls\.\w+\.json$/.test(name))) {
    it(`${file} has the texts of the manifest and no others, a tenth at most still in English`, () => {
      const [english, translated] = [manifest('package.nls.json'), manifest(file)];
      const missing = Object.keys(english).filter((key) => !(key in translated));
      assert.ok(missing.length <= Object.keys(english).length / 10, missing.join('\n'));
      assert.deepEqual(
        Object.keys(translated).filter((key) => !(key in english)),
        [],
      );
    });
  }
});
