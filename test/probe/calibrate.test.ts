import assert from 'node:assert/strict';
import type { EngineClient } from '../../src/model/engine-client';
import { calibrate, threadCandidates, type Trial, turnMs } from '../../src/probe/calibrate';

const never = new AbortController().signal;

/** Engines whose speeds `speeds` gives by setting; a trial takes a second of `clock`. */
function engines(speeds: (threads: number, batch: number) => { prompt: number; decode: number }) {
  const clock = { time: 0 };
  const running = { now: 0, most: 0 };
  const start = (): EngineClient => {
    let setting = { threads: 0, batch: 0 };
    running.most = Math.max(running.most, ++running.now);
    return {
      load: (params: { threads?: number; batchSize?: number }) => {
        setting = { threads: params.threads ?? 0, batch: params.batchSize ?? 0 };
        clock.time += 1000;
        return Promise.resolve();
      },
      generate: () => {
        const { prompt, decode } = speeds(setting.threads, setting.batch);
        const promptMs = (1000 * 1000) / prompt;
        const totalMs = promptMs + (20 * 1000) / decode;
        const stats = {
          uncachedTokens: 1000,
          promptMs,
          firstTokenMs: promptMs,
          generatedTokens: 21,
          totalMs,
        };
        return Promise.resolve({ reason: 'length', stats });
      },
      kill: () => running.now--,
      exited: Promise.resolve({ reason: '', log: [] }),
    } as unknown as EngineClient;
  };
  return { start, clock, running };
}

async function best(
  speeds: Parameters<typeof engines>[0],
  machine = { threads: 8, cores: 4 },
  timeMs = 60_000,
): Promise<{ best: Trial; trials: Trial[]; most: number }> {
  const { start, clock, running } = engines(speeds);
  const trials: Trial[] = [];
  const found = await calibrate(
    {
      start,
      params: { modelPath: 'm.gguf', gpuLayers: 0 },
      machine,
      now: () => clock.time,
      timeMs,
      onTrial: (trial) => trials.push(trial),
    },
    never,
  );
  assert.equal(running.now, 0, 'an engine is left');
  return { best: found, trials, most: running.most };
}

describe('calibration', () => {
  it('tries what may be best and no more threads than there are', () => {
    assert.deepEqual(threadCandidates({ threads: 8, cores: 4 }), [4, 8, 2, 3]);
    assert.deepEqual(threadCandidates({ threads: 2, cores: 2 }), [2, 1]);
    assert.deepEqual(threadCandidates({ threads: 1, cores: undefined }), [1]);
    assert.deepEqual(threadCandidates({ threads: 2, cores: 8 }), [2, 1]);
  });

  it('finds the threads and the batch of the shortest turn', async () => {
    const { best: found, most } = await best((threads, batch) => ({
      prompt: (threads === 3 ? 120 : 100) + (batch === 256 ? 10 : 0),
      decode: 20,
    }));
    assert.deepEqual([found.threads, found.batchSize], [3, 256]);
    assert.ok(Math.abs(found.prompt - 130) < 0.01 && Math.abs(found.decode - 20) < 0.01);
    assert.equal(most, 1, 'two engines at once disturb each other');
  });

  it('buys no speed of the prompt with that of the answer', () => {
    assert.ok(turnMs({ prompt: 100, decode: 20 }) < turnMs({ prompt: 110, decode: 15 }));
  });

  it('ends when its time is over, with the best so far', async () => {
    const { trials } = await best(() => ({ prompt: 100, decode: 20 }), undefined, 1500);
    assert.equal(trials.length, 2);
    assert.equal((await best(() => ({ prompt: 1, decode: 1 }), undefined, 0)).trials.length, 1);
  });
});
