import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createInFlight } from '../../src/completion/in-flight';

/** Work that ends when told to, and rejects when aborted. */
function heldWork() {
  const started: { signal: AbortSignal; answer: (text: string) => void }[] = [];
  const work = (signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('left', 'AbortError')));
      started.push({ signal, answer: resolve });
    });
  return { work, started };
}

describe('one completion at a time', () => {
  it('joins the question that is under way at the same place', async () => {
    const inFlight = createInFlight<string>();
    const { work, started } = heldWork();
    const first = inFlight.ask('a', work);
    const second = inFlight.ask('a', work);
    assert.equal(started.length, 1);
    started[0]?.answer('text');
    assert.deepEqual(await Promise.all([first, second]), ['text', 'text']);
  });

  it('asks anew once the earlier question has its answer', async () => {
    const inFlight = createInFlight<string>();
    const { work, started } = heldWork();
    const first = inFlight.ask('a', work);
    started[0]?.answer('one');
    await first;
    const second = inFlight.ask('a', work);
    started[1]?.answer('two');
    assert.equal(await second, 'two');
  });

  it('aborts what another place outdates', async () => {
    const inFlight = createInFlight<string>();
    const { work, started } = heldWork();
    const first = inFlight.ask('a', work);
    const second = inFlight.ask('b', work);
    await assert.rejects(first, { name: 'AbortError' });
    assert.equal(started[1]?.signal.aborted, false);
    started[1].answer('b');
    assert.equal(await second, 'b');
  });

  it('aborts when the place is left, and a failure leaves nothing behind', async () => {
    const inFlight = createInFlight<string>();
    const { work, started } = heldWork();
    const first = inFlight.ask('a', work);
    inFlight.leave();
    await assert.rejects(first, { name: 'AbortError' });
    await assert.rejects(
      inFlight.ask('a', () => Promise.reject(new Error('engine'))),
      /engine/,
    );
    const again = inFlight.ask('a', work);
    started[1]?.answer('text');
    assert.equal(await again, 'text');
  });
});
