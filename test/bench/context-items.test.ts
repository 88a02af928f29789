import assert from 'node:assert/strict';
import { itemsOf, type SourceText } from '../../src/bench/context-items';
import { scoreContext, within } from '../../src/bench/context-scores';
import { readFacts } from '../../src/syntax/file-facts';
import { createGrammars } from '../../src/syntax/grammars';
import { loadGrammar } from '../syntax/support';

const texts: Record<string, string> = {
  'main.ts':
    "import { area, Square } from './shape';\n\nexport function main(): void {\n  const one = area(2);\n  const two = area(one);\n  const square = new Square();\n  square.growBy(two);\n}\n",
  'shape.ts':
    'export function area(\n  side: number,\n): number {\n  return side * side;\n}\n\nexport class Square {\n  growBy(length: number): void {\n    this.side += length;\n  }\n}\n',
  'twice.ts': 'export function main(): void {}\n',
};

async function sources(): Promise<SourceText[]> {
  const grammars = createGrammars(loadGrammar);
  const files: SourceText[] = [];
  for (const [path, text] of Object.entries(texts)) {
    const facts = await readFacts({ languageId: 'typescript', text }, grammars);
    files.push({ path, languageId: 'typescript', text, facts });
  }
  return files;
}

describe('the items of the context benchmark', function () {
  this.timeout(60_000);

  it('are first uses of names that one other file defines, by whether an import names them', async () => {
    const items = itemsOf(await sources(), 10);
    assert.deepEqual(
      items.map(({ path, line, name, split }) => [path, line, name, split]),
      [
        ['main.ts', 4, 'area', 'imported'],
        ['main.ts', 6, 'Square', 'imported'],
        ['main.ts', 7, 'growBy', 'unmentioned'],
      ],
    );
  });

  it('show the file without the line', async () => {
    const [item] = itemsOf(await sources(), 10);
    assert.ok(item);
    assert.equal(item.content.split('\n')[3], '  ');
    assert.doesNotMatch(item.content, /area\(2\)/);
  });

  it('are scored by signature, body and share of useful tokens', async () => {
    const [item] = itemsOf(await sources(), 10);
    assert.ok(item);
    const shape = texts['shape.ts'] ?? '';
    const chunk = { path: 'shape.ts', startLine: 1, endLine: 5, verbatim: true };
    const body = scoreContext(item, shape, [{ ...chunk, text: shape.split('\n').slice(0, 5).join('\n') }]);
    assert.deepEqual([body.signature, body.body, body.useful], [1, 1, 1]);
    const text = 'export function area(side: number): number';
    const signature = scoreContext(item, shape, [{ ...chunk, verbatim: false, text }]);
    assert.deepEqual([signature.signature, signature.body, signature.useful], [1, 0, 1]);
    const other = scoreContext(item, shape, [{ ...chunk, path: 'twice.ts', text }]);
    assert.deepEqual([other.signature, other.body, other.useful], [0, 0, 0]);
    const whole = scoreContext(item, shape, [{ ...chunk, endLine: 12, text: shape }]);
    assert.ok(whole.signature === 1 && whole.useful > 0.3 && whole.useful < 0.8);
  });

  it('give chunks cut at the end of a line', () => {
    const chunk = { path: 'a', startLine: 1, endLine: 3, verbatim: true, text: 'abc\nabc\nabc' };
    assert.deepEqual(within([chunk, chunk], 7), [chunk, { ...chunk, endLine: 2, text: 'abc\nabc' }]);
  });
});
