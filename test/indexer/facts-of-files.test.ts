import assert from 'node:assert/strict';
import { createFactsOfFiles } from '../../src/indexer/facts-of-files';
import { readFacts } from '../../src/syntax/file-facts';
import { grammars } from '../syntax/support';

const file = (path: string, text: string) => ({ path, languageId: 'typescript', text });
const typed = [
  'export function area() {}\n',
  'export function area(si',
  'export function area(side: number) {}\n',
];

describe('facts of files', () => {
  it('are those of each text while it is typed, also of more files than trees are kept of', async () => {
    const facts = createFactsOfFiles(grammars);
    for (const text of typed) {
      for (let at = 0; at < 12; at++) {
        const own = text.replace('area', `area${at}`);
        const { symbols } = await facts.whileTyped(file(`${at}.ts`, own));
        assert.deepEqual(symbols, (await readFacts(file('', own), grammars)).symbols);
      }
    }
  });

  it('are exact where errors count, whatever was typed before', async () => {
    const facts = createFactsOfFiles(grammars);
    for (const text of typed) await facts.whileTyped(file('a.ts', text));
    for (const text of typed)
      assert.deepEqual(await facts.of(file('a.ts', text)), await readFacts(file('', text), grammars));
  });

  it('are the same for the index of a file that is open, and of one that is not', async () => {
    const facts = createFactsOfFiles(grammars);
    const [before = '', , after = ''] = typed;
    await facts.whileTyped(file('open.ts', before));
    const alone = await readFacts(file('', after), grammars);
    assert.deepEqual(await facts.forIndex(file('open.ts', after)), alone);
    assert.deepEqual(await facts.forIndex(file('closed.ts', after)), alone);
  });
});
