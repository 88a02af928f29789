import assert from 'node:assert/strict';
import { createContextProvider } from '../../src/context/context-provider';
import type { ContextSpan } from '../../src/protocol/indexer';
import type { PackedSpan } from '../../src/context/pack';
import type { SpanChoices } from '../../src/context/span-choices';
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

function span(path: string, startLine: number, spanText: string): ContextSpan {
  const symbol = spanText;
  return {
    path,
    symbol,
    startLine,
    endLine: startLine,
    form: 'signature',
    reason: '',
    score: 1,
    text: spanText,
  };
}

/** A provider over what `answer` gives, with the positions that it was asked about. */
function providerOver(
  answer: () => Promise<ContextSpan[]>,
  limit = () => new Promise<void>(() => undefined),
  more: { choices?: SpanChoices; window?: { prefix: number; suffix: number } } = {},
) {
  const asked: unknown[] = [];
  const syntax = {
    request: (_: string, { position }: { position: unknown }) => {
      asked.push(position);
      return answer();
    },
    dispose: () => undefined,
  } as unknown as SyntaxService;
  const options = { syntax, countTokens: () => 10, budget: 25, limit, ...more };
  return { asked, provider: createContextProvider(options) };
}

describe('the context of a completion', () => {
  it('holds the code of one file as one part, in source order, within the budget', async () => {
    const { provider, asked } = providerOver(() =>
      Promise.resolve([span('b.ts', 9, 'nine'), span('b.ts', 2, 'two'), span('c.ts', 1, 'one')]),
    );
    assert.deepEqual(await provider.at(at('ar')), [{ path: 'b.ts', text: 'two\nnine' }]);
    assert.deepEqual(asked, [{ line: 4, column: 5 }]);
  });

  it('asks once for a line, whatever is typed on it', async () => {
    const { provider, asked } = providerOver(() => Promise.resolve([]));
    await provider.at(at(''));
    await provider.at(at('area(4'));
    assert.equal(asked.length, 1);
    await provider.at(at('area(4);\n  '));
    assert.equal(asked.length, 2);
  });

  it('stays while lines are typed, until others are worth clearly more', async () => {
    let scores = [10, 10, 2];
    const { provider } = providerOver(() =>
      Promise.resolve(scores.map((score, line) => ({ ...span('b.ts', line, `text ${line}`), score }))),
    );
    const first = await provider.at(at(''));
    assert.deepEqual(first, [{ path: 'b.ts', text: 'text 0\ntext 1' }]);
    scores = [10, 10, 12];
    assert.deepEqual(await provider.at(at('area(4);\n  ')), first);
    scores = [10, 1, 12];
    const next = [{ path: 'b.ts', text: 'text 0\ntext 2' }];
    assert.deepEqual(await provider.at(at('area(4);\n  area(5);\n  ')), next);
  });

  it('goes to the better choice sooner at another place, where the prompt is read anew', async () => {
    let scores = [10, 10, 2];
    const { provider } = providerOver(() =>
      Promise.resolve(scores.map((score, line) => ({ ...span('b.ts', line, `text ${line}`), score }))),
    );
    await provider.at(at(''));
    scores = [10, 10, 12];
    const { file } = at('');
    const elsewhere = await provider.at({ file, offset: 5 });
    assert.deepEqual(elsewhere, [{ path: 'b.ts', text: 'text 0\ntext 2' }]);
  });

  it('gives up what has changed in its file', async () => {
    let text = 'before';
    const { provider } = providerOver(() => Promise.resolve([span('a.ts', 1, text)]));
    await provider.at(at(''));
    text = 'after';
    assert.deepEqual(await provider.at(at('x\n')), [{ path: 'a.ts', text: 'after' }]);
  });

  it('is what it was before, or nothing, when the index does not answer in time', async () => {
    let answer = (): Promise<ContextSpan[]> => new Promise(() => undefined);
    const { provider } = providerOver(
      () => answer(),
      () => new Promise((resolve) => setImmediate(resolve)),
    );
    assert.deepEqual(await provider.at(at('')), []);
    answer = () => Promise.resolve([span('a.ts', 1, 'a')]);
    assert.deepEqual(await provider.at(at('x\n')), [{ path: 'a.ts', text: 'a' }]);
    answer = () => new Promise(() => undefined);
    assert.deepEqual(await provider.at(at('x\ny\n')), [{ path: 'a.ts', text: 'a' }]);
  });

  it('takes an answer that came too late, or that was prepared', async () => {
    let late: (spans: ContextSpan[]) => void = () => undefined;
    const { provider, asked } = providerOver(
      () => new Promise((resolve) => (late = resolve)),
      () => new Promise((resolve) => setImmediate(resolve)),
    );
    provider.prepare(at(''));
    assert.deepEqual(await provider.at(at('a')), []);
    late([span('a.ts', 1, 'a')]);
    assert.deepEqual(await provider.at(at('ar')), [{ path: 'a.ts', text: 'a' }]);
    assert.equal(asked.length, 1);
  });

  it('is empty when the index fails, and asked for again', async () => {
    let fails = true;
    const { provider } = providerOver(() =>
      fails ? Promise.reject(new Error('gone')) : Promise.resolve([span('a.ts', 1, 'a')]),
    );
    assert.deepEqual(await provider.at(at('')), []);
    fails = false;
    assert.deepEqual(await provider.at(at('')), [{ path: 'a.ts', text: 'a' }]);
  });

  describe('with the choices of the user', () => {
    /** Choices that a test changes as it likes. */
    function chosen() {
      const made = {
        version: 0,
        spans: [] as ContextSpan[],
        drops: [] as { path: string; symbol: string }[],
        noted: [] as string[][],
        pinned: () => Promise.resolve(made.spans.map((one) => ({ ...one, pinned: true as const }))),
        isPinned: (name: { symbol: string }) => made.spans.some(({ symbol }) => symbol === name.symbol),
        dropped: () => made.drops,
        note: (_: string, spans: readonly PackedSpan[]) =>
          void made.noted.push(spans.map(({ symbol }) => symbol)),
      };
      return made;
    }
    const offered = () => Promise.resolve([span('b.ts', 1, 'one'), span('b.ts', 2, 'two')]);

    it('shows what is pinned before all else, and tells what it shows', async () => {
      const choices = chosen();
      const { provider } = providerOver(offered, undefined, { choices });
      assert.deepEqual(await provider.at(at('')), [{ path: 'b.ts', text: 'one\ntwo' }]);
      choices.spans = [span('a.ts', 7, 'pin'), span('a.ts', 9, 'pin too')];
      choices.version++;
      assert.deepEqual(await provider.at(at('')), [{ path: 'a.ts', text: 'pin\npin too' }]);
      assert.deepEqual(choices.noted, [
        ['one', 'two'],
        ['pin', 'pin too'],
      ]);
    });

    it('does not show what was dropped until it is taken back', async () => {
      const choices = chosen();
      const { provider } = providerOver(offered, undefined, { choices });
      choices.drops = [{ path: 'b.ts', symbol: 'one' }];
      assert.deepEqual(await provider.at(at('')), [{ path: 'b.ts', text: 'two' }]);
      choices.drops = [];
      choices.version++;
      assert.deepEqual(await provider.at(at('')), [{ path: 'b.ts', text: 'one\ntwo' }]);
    });

    it('shows a pinned definition as its file is at each line', async () => {
      const choices = chosen();
      const { provider } = providerOver(() => Promise.resolve([]), undefined, { choices });
      choices.spans = [span('a.ts', 7, 'before')];
      await provider.at(at(''));
      choices.spans = [span('a.ts', 8, 'after')];
      assert.deepEqual(await provider.at(at('x\n')), [{ path: 'a.ts', text: 'after' }]);
    });

    it('shows nothing twice that stands around the cursor', async () => {
      const choices = chosen();
      const window = { prefix: 1000, suffix: 1000 };
      const { provider } = providerOver(() => Promise.resolve([]), undefined, { choices, window });
      choices.spans = [span('src/main.ts', 3, 'main'), span('src/main.ts', 90, 'far')];
      assert.deepEqual(await provider.at(at('')), [{ path: 'src/main.ts', text: 'far' }]);
    });
  });
});
