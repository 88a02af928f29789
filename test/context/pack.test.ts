import assert from 'node:assert/strict';
import fc from 'fast-check';
import { packSpans, packWithin } from '../../src/context/pack';
import type { ContextSpan } from '../../src/protocol/indexer';

function span(id: string, form: ContextSpan['form'], score: number): ContextSpan {
  const [path = '', lines = '1-1'] = id.split(':');
  const [start, end] = lines.split('-').map(Number);
  return {
    path,
    symbol: id,
    startLine: start!,
    endLine: end!,
    form,
    reason: 'used',
    score,
    text: `${id} ${form}`,
  };
}

describe('packSpans', () => {
  /** `spans` as `[id, form, score, tokens]`, the result as `id form`. */
  const check = (
    name: string,
    budget: number,
    spans: [string, ContextSpan['form'], number, number][],
    expected: string[],
  ) =>
    it(name, () => {
      const packed = packSpans(
        spans.map(([id, form, score]) => span(id, form, score)),
        budget,
        spans.map(([, , , tokens]) => tokens),
      );
      assert.deepEqual(
        packed.spans.map((chosen) => chosen.text),
        expected,
      );
      assert.ok(packed.totalTokens <= budget);
    });

  it('says nothing twice that a skeleton says already', () => {
    const skeleton = { ...span('a.ts:1-5', 'skeleton', 1), text: 'interface Door\n  width: number' };
    const field = { ...span('a.ts:2-2', 'body', 0.5), text: '  width: number;' };
    const other = { ...span('a.ts:3-3', 'body', 0.5), text: '  height: number;' };
    const { spans } = packSpans([skeleton, field, other], 100, [5, 3, 3]);
    assert.deepEqual(spans, [
      { ...skeleton, tokens: 5 },
      { ...other, tokens: 3 },
    ]);
  });

  it('takes what is pinned before what is worth more, each in some form before one in a better', () => {
    const pinned = (id: string, form: ContextSpan['form'], score: number): ContextSpan => ({
      ...span(id, form, score),
      pinned: true,
    });
    const spans = [
      span('b.ts:1-1', 'body', 90),
      pinned('a.ts:1-9', 'signature', 1),
      pinned('a.ts:1-9', 'body', 1.4),
      pinned('c.ts:1-9', 'signature', 1),
    ];
    const taken = (budget: number) => packSpans(spans, budget, [5, 5, 20, 5]).spans.map(({ text }) => text);
    assert.deepEqual(taken(10), ['a.ts:1-9 signature', 'c.ts:1-9 signature']);
    assert.deepEqual(taken(15), ['a.ts:1-9 signature', 'b.ts:1-1 body', 'c.ts:1-9 signature']);
    assert.deepEqual(taken(30), ['a.ts:1-9 body', 'b.ts:1-1 body', 'c.ts:1-9 signature']);
  });

  check('takes nothing without a budget', 0, [['a.ts:1-2', 'body', 1, 5]], []);
  check(
    'takes all that fits, by path and line',
    100,
    [
      ['b.ts:1-2', 'body', 0.9, 5],
      ['a.ts:20-21', 'body', 0.5, 5],
      ['a.ts:3-4', 'body', 0.1, 5],
    ],
    ['a.ts:3-4 body', 'a.ts:20-21 body', 'b.ts:1-2 body'],
  );
  check(
    'prefers value per token',
    10,
    [
      ['a.ts:1-9', 'body', 1, 10],
      ['b.ts:1-2', 'body', 0.9, 5],
      ['c.ts:1-2', 'body', 0.8, 5],
    ],
    ['b.ts:1-2 body', 'c.ts:1-2 body'],
  );
  check(
    'falls back to the signature',
    10,
    [
      ['a.ts:1-9', 'body', 1, 50],
      ['a.ts:1-9', 'signature', 0.6, 8],
    ],
    ['a.ts:1-9 signature'],
  );
  check(
    'exchanges the signature for the body when both would fit',
    50,
    [
      ['a.ts:1-9', 'body', 1, 45],
      ['a.ts:1-9', 'signature', 0.6, 8],
    ],
    ['a.ts:1-9 body'],
  );
  check(
    'does not show a member twice',
    100,
    [
      ['a.ts:1-9', 'body', 1, 40],
      ['a.ts:3-4', 'body', 0.9, 5],
    ],
    ['a.ts:1-9 body'],
  );
  check('leaves out what is worth nothing', 100, [['a.ts:1-2', 'body', 0, 5]], []);

  it('never exceeds the budget, and takes one form of a thing', () => {
    const item = fc.record({
      id: fc.constantFrom('a:1-9', 'a:2-3', 'a:20-22', 'b:1-4', 'b:5-6'),
      form: fc.constantFrom<ContextSpan['form']>('signature', 'skeleton', 'body'),
      score: fc.integer({ min: 1, max: 1000 }),
      tokens: fc.integer({ min: 1, max: 200 }),
    });
    const items = fc.uniqueArray(item, { selector: ({ score, tokens }) => score / tokens, maxLength: 15 });
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 400 }), (list, budget) => {
        const pack = (of: typeof list) =>
          packSpans(
            of.map(({ id, form, score }) => span(id, form, score)),
            budget,
            of.map(({ tokens }) => tokens),
          );
        const packed = pack(list);
        const sum = packed.spans.reduce((total, chosen) => total + chosen.tokens, 0);
        assert.equal(packed.totalTokens, sum);
        assert.ok(sum <= budget);
        const keys = packed.spans.map(({ path, startLine, endLine }) => `${path}:${startLine}-${endLine}`);
        assert.equal(new Set(keys).size, keys.length);
      }),
    );
  });

  it('packWithin counts each text once', async () => {
    const spans = [span('a.ts:1-2', 'body', 1), span('b.ts:1-2', 'body', 1)];
    const counted: string[][] = [];
    const packed = await packWithin(spans, 6, (texts) => {
      counted.push(texts);
      return Promise.resolve([5, 6]);
    });
    assert.deepEqual(counted, [spans.map(({ text }) => text)]);
    assert.deepEqual([packed.totalTokens, packed.spans[0]?.path], [5, 'a.ts']);
  });
});
