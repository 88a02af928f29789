import assert from 'node:assert/strict';
import { createAhead } from '../../src/completion/ahead';
import type { Clock } from '../../src/base/ports';

/** A clock whose sleeps end when they are told to. */
function heldClock(): Clock & { pass(): Promise<void> } {
  const sleepers: (() => void)[] = [];
  return {
    now: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push(resolve);
        signal?.addEventListener('abort', () => reject(new DOMException('Stopped', 'AbortError')));
      }),
    pass: async () => {
      for (const wake of sleepers.splice(0)) wake();
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    },
  };
}

function setup() {
  const clock = heldClock();
  const ahead = createAhead(clock);
  const signals: AbortSignal[] = [];
  const run = (key: string): void =>
    ahead.run(key, (signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
  return { clock, ahead, signals, run };
}

describe('work ahead', () => {
  it('is done once, and gives way to other such work', () => {
    const { signals, run } = setup();
    run('a');
    run('a');
    assert.equal(signals.length, 1);
    run('b');
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
    );
    run('a');
    assert.equal(signals.length, 3);
  });

  it('stops a while after the place was left, unless the user is still on the way to it', async () => {
    const { clock, ahead, signals, run } = setup();
    run('a');
    ahead.leave();
    assert.equal(signals[0]!.aborted, false);
    ahead.stay();
    await clock.pass();
    assert.equal(signals[0]!.aborted, false);
    ahead.leave();
    await clock.pass();
    assert.equal(signals[0]!.aborted, true);
    run('a');
    assert.equal(signals.length, 2);
  });

  it('that fails is nobody’s concern, and can be done again', async () => {
    const ahead = createAhead(heldClock());
    let runs = 0;
    const run = (): void =>
      ahead.run('a', () => {
        runs++;
        return Promise.reject(new Error('no'));
      });
    run();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    run();
    assert.equal(runs, 2);
  });
});
