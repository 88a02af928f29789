import assert from 'node:assert/strict';
import { watchHeartbeat } from '../../src/model/engine-heartbeat';
import { milderWays } from '../../src/model/engine-fallback';
import { afterDeath, crashLoopError, restartDelay } from '../../src/model/engine-restarts';
import { isHalted } from '../../src/model/engine-process';
import { estimateTokens } from '../../src/model/token-estimate';

describe('restart plan', () => {
  it('waits longer after each death in a row', () => {
    assert.deepEqual([0, 1, 2, 3, 9].map(restartDelay), [0, 200, 800, 3200, 5000]);
  });

  it('takes a milder way after three deaths, the next after one more, and ends after the last', () => {
    const seen: string[] = [];
    let plan = { level: 0, deaths: 0, giveUp: false };
    for (let death = 0; death < 5; death++) {
      plan = afterDeath(plan, 2);
      seen.push(`${plan.level}${plan.giveUp ? ' over' : ''}`);
    }
    assert.deepEqual(seen, ['0', '0', '1', '2', '2 over']);
  });

  it('the error quotes the engine’s last message', () => {
    assert.match(crashLoopError('exit code 1', ['a', 'b']).message, /exit code 1.*: b$/);
  });
});

describe('milder ways to run a model', () => {
  const params = { modelPath: 'm.gguf', lanes: { chat: 8192, completion: 3072 }, gpuLayers: 'auto' as const };
  const changes = (...args: Parameters<typeof milderWays>): unknown[] =>
    milderWays(...args).map(({ params: { threads, gpuLayers, lanes } }) => [threads, gpuLayers, lanes.chat]);

  it('are fewer threads, no GPU, a smaller context, each on top of the last', () => {
    assert.deepEqual(changes(params, undefined, 8), [
      [4, 'auto', 8192],
      [4, 0, 8192],
      [4, 0, 4096],
    ]);
  });

  it('begin without the second model', () => {
    const completionModel = { modelPath: 'small.gguf', contextSize: 3072 };
    const [first, ...others] = milderWays({ ...params, completionModel }, undefined, 8);
    assert.equal(first?.notice, 'It goes on with one model for chat and completions.');
    assert.deepEqual(first.params, params);
    assert.deepEqual(
      others.map((way) => way.params),
      milderWays(params, undefined, 8).map((way) => way.params),
    );
  });

  it('leave out what would change nothing', () => {
    const loaded = { threads: 1, gpu: 'none', lanes: { chat: 2048 } };
    assert.deepEqual(changes(params, loaded, 8), []);
    assert.deepEqual(changes({ ...params, threads: 1, gpuLayers: 0 }, undefined, 8), [[1, 0, 4096]]);
  });

  it('leave the completion’s context alone', () => {
    assert.equal(milderWays(params, undefined, 2).at(-1)?.params.lanes.completion, 3072);
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
          stalls: 9,
          ask: () => (++asked <= answers ? Promise.resolve(undefined) : new Promise(() => undefined)),
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

  /** What silence was called, when each question is answered with the next mark. */
  const silence = async (
    marks: (number | undefined)[],
    isStopped: () => boolean = () => false,
  ): Promise<string> => {
    let asked = 0;
    let told = 'none';
    const abort = new AbortController();
    const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };
    const ask = (): Promise<number | undefined> => {
      if (asked >= marks.length) abort.abort();
      return Promise.resolve(marks[asked++]);
    };
    const onSilence = (reason: string): void => void (told = reason);
    await watchHeartbeat(
      { clock, intervalMs: 1, misses: () => 5, stalls: 2, ask, isStopped, onSilence },
      abort.signal,
    );
    return told;
  };

  it('takes work that stands still for a hang, and no work or work that goes on for none', async () => {
    assert.match(await silence([4, 4, 4, 4, 4]), /stands still/);
    assert.equal(await silence([4, 4, 5, 5, 6, 6, 7]), 'none');
    assert.equal(await silence([4, undefined, 4, undefined, undefined, undefined, undefined]), 'none');
  });

  it('does not wait long for a process that the system has halted', async () => {
    let asked = 0;
    let told = '';
    await watchHeartbeat(
      {
        clock: { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
        intervalMs: 1,
        misses: () => 100,
        stalls: 100,
        ask: () => {
          asked++;
          return new Promise(() => undefined);
        },
        isStopped: () => true,
        onSilence: (reason) => void (told = reason),
      },
      new AbortController().signal,
    );
    assert.deepEqual([asked, told], [1, 'it was halted']);
  });

  it('no process is taken for halted that runs, or is not there', () => {
    assert.equal(isHalted(process.pid), false);
    assert.equal(isHalted(undefined), false);
    assert.equal(isHalted(0), false);
  });

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
        stalls: 0,
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
