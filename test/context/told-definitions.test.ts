import assert from 'node:assert/strict';
import type { ToldDefinition } from '../../src/protocol/indexer';
import { ports, syntaxOver } from './fake-ports';

const text = 'export function run(thing: any) {\n  thing.open();\n}\n';
const files = {
  'main.ts': text,
  'door.ts': '// A door\nexport class Door {\n  open() {}\n}\n',
  'shop.ts': 'export class Shop {\n  open() {}\n}\n',
};

describe('what a language service says', function () {
  this.timeout(60_000);
  const made = syntaxOver(files);
  const file = { path: 'main.ts', languageId: 'typescript', text };
  before(async () => {
    while ((await made.syntax.request('indexStatus', null))?.state !== 'ready') await ports.clock.sleep();
  });
  after(() => made.remove());
  const told: ToldDefinition = { name: 'open', line: 2, path: 'door.ts', startLine: 3 };

  it('tells which of several definitions code uses', async () => {
    const used = async (answers: ToldDefinition[]): Promise<string[]> => {
      const params = { file, range: { startLine: 1, endLine: 3 }, problems: [], told: answers };
      const spans = await made.syntax.request('usedDefinitions', params);
      return [...new Set(spans.map(({ path, symbol, reason }) => `${path} ${symbol}: ${reason}`))];
    };
    assert.deepEqual(await used([]), []);
    const expected = ['door.ts Door.open: used there; as the language service says'];
    assert.deepEqual(await used([told]), expected);
    assert.deepEqual(await used([{ ...told, startLine: 40 }]), expected, 'its file has changed since');
    assert.deepEqual(await used([{ ...told, path: 'elsewhere.ts' }]), [], 'a file that is not indexed');
  });

  it('speaks for a definition near the cursor', async () => {
    const position = { line: 2, column: 15 };
    const best = async (answers: ToldDefinition[]): Promise<string | undefined> => {
      const spans = await made.syntax.request('context', { file, position, told: answers });
      return spans.find(({ symbol }) => symbol.endsWith('.open'))?.symbol;
    };
    assert.equal(await best([told]), 'Door.open');
    assert.equal(await best([{ ...told, path: 'shop.ts', startLine: 2 }]), 'Shop.open');
  });
});
