import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { createContextProvider } from '../../src/context/context-provider';
import type { SyntaxService } from '../../src/syntax/syntax-service';
import { syntaxOver } from './fake-ports';

const text = "import { area, edge } from './shape';\n\nexport function main() {\n  \n}\n";
const shape =
  'export function area(side: number): number {\n  return side * side;\n}\n\nexport function edge(side: number): number {\n  return 4 * side;\n}\n';
const countTokens = (texts: string[]): Promise<number[]> =>
  Promise.resolve(texts.map((one) => Math.ceil(one.length / 4)));
const offset = text.indexOf('\n}\n');
const at = (typed: string) => ({
  file: {
    path: 'src/main.ts',
    languageId: 'typescript',
    text: text.slice(0, offset) + typed + text.slice(offset),
  },
  offset: offset + typed.length,
});
const never = new AbortController().signal;

describe('the context of a completion', () => {
  it('holds the code of one file as one part, in source order', async () => {
    const made = syntaxOver({ 'src/main.ts': text, 'src/shape.ts': shape });
    try {
      while ((await made.syntax.request('indexStatus', null))?.state !== 'ready') await setTimeout(5);
      const provide = createContextProvider({ syntax: made.syntax, countTokens, budget: 200, limitMs: 5000 });
      const parts = await provide(at(''), never);
      assert.deepEqual(
        parts.map(({ path }) => path),
        ['src/shape.ts'],
      );
      assert.match(parts[0]?.text ?? '', /area[^]*edge/);
    } finally {
      made.remove();
    }
  });

  it('asks once for a line, whatever is typed on it', async () => {
    let asked = 0;
    const syntax = {
      request: () => {
        asked++;
        return Promise.resolve([]);
      },
      dispose: () => undefined,
    } as unknown as SyntaxService;
    const provide = createContextProvider({ syntax, countTokens, budget: 200, limitMs: 5000 });
    await provide(at(''), never);
    await provide(at('area(4'), never);
    assert.equal(asked, 1);
    await provide(at('area(4);\n  '), never);
    assert.equal(asked, 2);
  });

  it('is empty when the index fails, and asked for again', async () => {
    let fails = true;
    const span = {
      path: 'a.ts',
      startLine: 1,
      endLine: 1,
      form: 'signature',
      reason: '',
      score: 1,
      text: 'a',
    };
    const syntax = {
      request: () => (fails ? Promise.reject(new Error('gone')) : Promise.resolve([span])),
      dispose: () => undefined,
    } as unknown as SyntaxService;
    const provide = createContextProvider({ syntax, countTokens, budget: 200, limitMs: 5000 });
    assert.deepEqual(await provide(at(''), never), []);
    fails = false;
    assert.deepEqual(await provide(at(''), never), [{ path: 'a.ts', text: 'a' }]);
  });
});
