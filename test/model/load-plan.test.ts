import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type PlanRequest, planForFile, planLoad, planSecond } from '../../src/model/load-plan';
import { memoryBudget } from '../../src/model/memory';
import { memoryNeed } from '../../src/model/memory-need';
import { tinyModel, withFolder } from './support';

const shape = {
  weights: 1.1e9,
  repacked: 0.6e9,
  kvBytesPerToken: 28_672,
  vocabularySize: 151_936,
  embeddingLength: 1536,
  feedForwardLength: 8960,
};

function plan(freeGigabytes: number, more: Partial<PlanRequest> = {}): ReturnType<typeof planLoad> {
  const memory = { total: 64e9, free: freeGigabytes * 1e9, limited: false };
  const chat = { size: 16_384, fixed: false };
  return planLoad({ shape, memory, share: 0.5, chat, completion: 3072, keyLength: 128, ...more });
}

describe('memory budget', () => {
  const cases: [free: number, share: number, budget: number][] = [
    [10e9, 0.5, 5e9],
    [3e9, 0.5, 1e9],
    [1e9, 0.5, 0],
    [10e9, 1, 8e9],
  ];
  for (const [free, share, budget] of cases) {
    it(`${budget / 1e9} GB of ${free / 1e9} at ${share}`, () =>
      assert.equal(memoryBudget({ free }, share), budget));
  }
});

describe('memory need', () => {
  it('halves the KV cache, nearly, in 8 bits', () => {
    const [full, small] = (['f16', 'q8_0'] as const).map(
      (kvType) => memoryNeed(shape, { contextTokens: 8192, kvType }).kvCache,
    );
    assert.equal(full, 28_672 * 8192);
    assert.equal(small, (28_672 * 8192 * 34) / 64);
  });

  it('counts buffers for each context', () => {
    const one = memoryNeed(shape, { contextTokens: 8192 });
    const two = memoryNeed(shape, { contextTokens: 8192, lanes: 2 });
    assert.ok(two.overhead > one.overhead);
    assert.equal(two.total - two.overhead, one.total - one.overhead);
  });
});

describe('a second model', () => {
  const small = { ...shape, weights: 0.5e9, repacked: 0.03e9, kvBytesPerToken: 12_288 };
  const beside = (free: number): ReturnType<typeof planSecond> => planSecond(plan(free), small, 3072);

  it('is loaded where both stay within the share, and never beyond it', () => {
    for (let free = 1; free < 16; free += 0.1) {
      const first = plan(free);
      const second = planSecond(first, small, 3072);
      if (second.fits) assert.ok(first.predicted.total + second.predicted.total <= first.budget);
    }
    assert.deepEqual(
      [2, 5, 12].map((free) => beside(free).fits),
      [false, false, true],
    );
  });

  it('costs the first none of its context', () => {
    for (let free = 1; free < 16; free += 0.1)
      if (beside(free).fits) assert.deepEqual(plan(free).lanes, plan(32).lanes);
  });

  it('leaves nothing where the first takes more than its share', () => {
    assert.equal(beside(1).left, 0);
  });

  it('counts the process once', () => {
    const alone = memoryNeed(small, { contextTokens: 3072 }).total;
    assert.ok(beside(12).predicted.total < alone);
  });
});

describe('load plan', () => {
  it('takes everything where there is room, and says nothing', () => {
    const { lanes, kvType, fits, notices } = plan(32);
    assert.deepEqual(
      { lanes, kvType, fits, notices },
      {
        lanes: { chat: 16_384, completion: 3072 },
        kvType: 'f16',
        fits: true,
        notices: [],
      },
    );
  });

  it('first makes the context smaller, then keeps the cache in 8 bits, and says each', () => {
    const smaller = plan(5);
    assert.ok((smaller.lanes.chat ?? 0) < 16_384);
    assert.equal(smaller.kvType, 'f16');
    assert.match(smaller.notices.join(' '), /instead of 16384/);
    const freeTight = (tight: number): ReturnType<typeof planLoad> => plan(tight, { share: 1 });
    const tightest = [4, 4.1, 4.2, 4.3, 4.4, 4.5, 4.6].map(freeTight).find(({ fits }) => fits);
    assert.equal(tightest?.kvType, 'q8_0');
    assert.match(tightest.notices.join(' '), /8 bits/);
  });

  it('never passes the budget while it says that it fits', () => {
    for (let free = 0.5; free < 12; free += 0.1) {
      const { fits, predicted, budget, lanes, notices } = plan(free);
      assert.equal(fits, predicted.total <= budget);
      assert.ok((lanes.chat ?? 0) >= 4096);
      if (!fits) assert.match(notices.join(' '), /smaller model/);
    }
  });

  it('keeps a context that the user has set', () =>
    assert.equal(plan(1, { chat: { size: 20_000, fixed: true } }).lanes.chat, 20_000));

  it('keeps 16 bits where the heads do not fill 8-bit blocks', () =>
    assert.equal(plan(1, { keyLength: 80 }).kvType, 'f16'));

  it('makes no chat context where none is asked for', () =>
    assert.deepEqual(plan(32, { chat: undefined }).lanes, { completion: 3072 }));

  it('reads a file and this machine', async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'tiny.gguf');
      await writeFile(file, tinyModel());
      const chat = { size: 2048, fixed: false };
      const { predicted } = await planForFile(file, { share: 0.5, chat, completion: undefined });
      assert.equal(predicted.kvCache, 2048 * 2 * 64 * 2);
      assert.equal(predicted.repacked, 0);
    });
  });
});
