import assert from 'node:assert/strict';
import { watchHeartbeat } from '../../src/model/engine-heartbeat';
import { crashLoopError, restartPlan } from '../../src/model/engine-restarts';
import { estimateTokens } from '../../src/model/token-estimate';

describe('restart plan', () => {
  const check = (deaths: number, giveUp: boolean, delayMs: number): void => {
    it(`after ${deaths} deaths`, () => assert.deepEqual(restartPlan(deaths), { giveUp, delayMs }));
  };
  check(0, false, 0);
  check(1, false, 200);
  check(2, false, 800);
  check(3, true, 3200);
  check(9, true, 5000);

  it('the error quotes the engine’s last message', () => {
    assert.match(crashLoopError('exit code 1', ['a', 'b']).message, /exit code 1.*: b$/);
  });
});

describe('heartbeat', () => {
  /** Answers the first `answers` questions; returns how many were asked until silence was noticed. */
  const check = (name: string, answers: number, misses: number, expected: number): void => {
    it(name, async () => {
      let asked = 0;
      let silences = 0;
      await watchHeartbeat(
        {
          clock: { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
          intervalMs: 1,
          misses: () => misses,
          ask: () => (++asked <= answers ? Promise.resolve() : new Promise(() => undefined)),
          onSilence: () => silences++,
        },
        new AbortController().signal,
      );
      assert.equal(asked, expected);
      assert.equal(silences, 1);
    });
  };
  check('never answers', 0, 2, 3);
  check('answers for a while', 5, 2, 8);

  it('ends when told to', async () => {
    const abort = new AbortController();
    const sleep = (): Promise<void> => {
      abort.abort();
      return Promise.resolve();
    };
    const clock = { now: () => 0, sleep };
    await watchHeartbeat(
      {
        clock,
        intervalMs: 1,
        misses: () => 0,
        ask: () => new Promise(() => undefined),
        onSilence: () => assert.fail(),
      },
      abort.signal,
    );
  });
});

describe('token estimate', () => {
  it('errs to the high side', () => {
    assert.equal(estimateTokens(''), 0);
    assert.equal(estimateTokens('abcd'), 2);
  });
});
