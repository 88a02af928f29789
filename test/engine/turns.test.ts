import assert from 'node:assert/strict';
import { createTurns, type Rank, type Turns } from '../../src/engine/turns';

const never = new AbortController().signal;

/** A request that takes a number of turns and notes each in `order`. */
async function work(turns: Turns, rank: Rank, name: string, count: number, order: string[]): Promise<void> {
  const leave = turns.enter(rank);
  for (let i = 0; i < count; i++) {
    const end = await turns.take(rank, never);
    order.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    end?.();
  }
  leave();
}

describe('turns', () => {
  it('completion goes before chat from the next turn on', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const chat = work(turns, 'chat', 'chat', 3, order);
    await Promise.all([work(turns, 'completion', 'completion', 3, order), chat]);
    assert.deepEqual(order, ['chat', 'completion', 'completion', 'completion', 'chat', 'chat']);
  });

  it('what nobody waits for yet goes behind both', async () => {
    const turns = createTurns();
    const order: string[] = [];
    await Promise.all([
      work(turns, 'ahead', 'ahead', 3, order),
      work(turns, 'chat', 'chat', 2, order),
      work(turns, 'completion', 'completion', 2, order),
    ]);
    assert.deepEqual(order, ['ahead', 'completion', 'completion', 'chat', 'chat', 'ahead', 'ahead']);
  });

  it('counts the requests of each lane', () => {
    const turns = createTurns();
    const leave = turns.enter('completion');
    assert.deepEqual(turns.active(), { chat: 0, completion: 1, ahead: 0 });
    leave();
    leave();
    assert.deepEqual(turns.active(), { chat: 0, completion: 0, ahead: 0 });
  });

  it('one that waits gives up at once when aborted, and the next gets the turn', async () => {
    const turns = createTurns();
    const end = await turns.take('chat', never);
    const abort = new AbortController();
    const given = turns.take('chat', abort.signal);
    const next = turns.take('chat', never);
    abort.abort();
    assert.equal(await given, undefined);
    end?.();
    assert.ok(await next);
    assert.equal(await turns.take('chat', abort.signal), undefined);
  });
});
