import assert from 'node:assert/strict';
import { chunkSize, updateSpeed, type ChunkConditions } from '../../src/engine/chunk-size';

describe('chunk size', () => {
  const check = (name: string, conditions: Partial<ChunkConditions>, expected: number): void => {
    it(name, () => {
      assert.equal(
        chunkSize({
          responsiveness: 'interactive',
          speed: undefined,
          hurried: false,
          batchSize: 512,
          ...conditions,
        }),
        expected,
      );
    });
  };
  check('patient: whole batches', { responsiveness: 'patient', speed: 0.05 }, 512);
  check('patient, but the user types: small', { responsiveness: 'patient', speed: 0.1, hurried: true }, 8);
  check('first chunk, not measured yet', {}, 32);
  check('140 tokens a second: 400 ms', { speed: 0.14 }, 56);
  check('80 tokens a second: 400 ms', { speed: 0.08 }, 32);
  check('50 tokens a second: stretched to the efficient size', { speed: 0.05 }, 32);
  check('20 tokens a second: 800 ms at the most', { speed: 0.02 }, 16);
  check('2 tokens a second: never below 8', { speed: 0.002 }, 8);
  check('very fast: never above the batch', { speed: 10 }, 512);
  check('typing, not measured', { hurried: true }, 16);
  check('typing, fast', { hurried: true, speed: 1 }, 144);
  check('a batch smaller than a step', { speed: 0.1, batchSize: 4 }, 4);
});

describe('prompt speed', () => {
  const check = (name: string, args: Parameters<typeof updateSpeed>, expected: number | undefined): void => {
    it(name, () => {
      const speed = updateSpeed(...args);
      assert.equal(speed === undefined ? undefined : Number(speed.toFixed(6)), expected);
    });
  };
  check('first measurement counts whole', [undefined, 32, 320], 0.1);
  check('later ones move the average', [0.1, 32, 160], 0.13);
  check('a few tokens say nothing', [0.1, 2, 1], 0.1);
  check('no time passed', [undefined, 32, 0], undefined);
});
