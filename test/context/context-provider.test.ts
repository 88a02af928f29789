import assert from 'node:assert/strict';
import { createContextProvider } from '../../src/context/context-provider';
import type { ContextSpan } from '../../src/protocol/indexer';
import type { SyntaxService } from '../../src/syntax/syntax-service';

const text = "import { area, edge } from './shape';\n\nexport function main() {\n  \n}\n";
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

function span(path: string, startLine: number, spanText: string): ContextSpan {
  return { path, startLine, endLine: startLine, form: 'signature', reason: '', score: 1, text: spanText };
}

/** A provider over what `answer` gives, with the positions that it was asked about. */
function providerOver(answer: () => Promise<ContextSpan[]>) {
  const asked: unknown[] = [];
  const syntax = {
    request: (_: string, { position }: { position: unknown }) => {
      asked.push(position);
      return answer();
    },
    dispose: () => undefined,
  } as unknown as SyntaxService;
  const countTokens = (texts: string[]): Promise<number[]> => Promise.resolve(texts.map(() => 10));
  return { asked, provide: createContextProvider({ syntax, countTokens, budget: 25, limitMs: 60_000 }) };
}

describe('the context of a completion', () => {
  it('holds the code of one file as one part, in source order, within the budget', async () => {
    const { provide, asked } = providerOver(() =>
      Promise.resolve([span('b.ts', 9, 'nine'), span('b.ts', 2, 'two'), span('c.ts', 1, 'one')]),
    );
    assert.deepEqual(await provide(at('ar'), never), [{ path: 'b.ts', text: 'two\nnine' }]);
    assert.deepEqual(asked, [{ line: 4, column: 5 }]);
  });

  it('asks once for a line, whatever is typed on it', async () => {
    const { provide, asked } = providerOver(() => Promise.resolve([]));
    await provide(at(''), never);
    await provide(at('area(4'), never);
    assert.equal(asked.length, 1);
    await provide(at('area(4);\n  '), never);
    assert.equal(asked.length, 2);
  });

  it('is empty when the index fails, and asked for again', async () => {
    let fails = true;
    const { provide } = providerOver(() =>
      fails ? Promise.reject(new Error('gone')) : Promise.resolve([span('a.ts', 1, 'a')]),
    );
    assert.deepEqual(await provide(at(''), never), []);
    fails = false;
    assert.deepEqual(await provide(at(''), never), [{ path: 'a.ts', text: 'a' }]);
  });
});
