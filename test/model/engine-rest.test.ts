import assert from 'node:assert/strict';
import { Emitter } from '../../src/base/lifecycle';
import { watchRest } from '../../src/model/engine-rest';
import type { EngineState } from '../../src/model/engine-supervisor';

const gigabyte = 1e9;

interface Look {
  state?: EngineState;
  /** Bytes. */
  free?: number;
  mayRest?: boolean;
}

/** Why the model was unloaded, and at which look; looks go as the list says. `first` things may be given up before. */
async function watch(looks: Look[], minutes = 1, first = 0): Promise<[number, string][]> {
  const states = new Emitter<EngineState>();
  const told: [number, string][] = [];
  const abort = new AbortController();
  let at = -1;
  let smaller = first;
  const now = (): Look => looks[at] ?? {};
  await watchRest(
    {
      supervisor: {
        get state() {
          return now().state ?? 'ready';
        },
        onState: states.on,
      },
      clock: {
        sleep: () => {
          at++;
          if (at >= looks.length) abort.abort();
          else states.fire(now().state ?? 'ready');
          return Promise.resolve();
        },
      },
      idleMinutes: () => minutes,
      freeMemory: () => Promise.resolve(now().free ?? 4 * gigabyte),
      mayRest: () => now().mayRest ?? true,
      giveUpFirst: () => Promise.resolve(smaller-- > 0),
      rest: (why) => {
        told.push([at, why]);
        return Promise.resolve();
      },
    },
    abort.signal,
  );
  return told;
}

const times = (count: number, look: Look = {}): Look[] => Array.from({ length: count }, () => look);

describe('a model at rest', () => {
  it('is unloaded after minutes without a request', async () => {
    const [[at, why] = [], ...more] = await watch(times(6));
    assert.equal(at, 5);
    assert.match(why ?? '', /after 1 minutes without use/);
    assert.deepEqual(more, []);
  });

  it('is not while it is used now and then, while a task runs, or where the user does not want it', async () => {
    assert.deepEqual(await watch([...times(5), { state: 'busy' }, ...times(5)]), []);
    assert.deepEqual(await watch(times(20, { mayRest: false })), []);
    assert.deepEqual(await watch(times(20), 0), []);
  });

  it('is unloaded when other programs need the memory, and stay that large', async () => {
    const low = { free: 0.4 * gigabyte };
    const [[at, why] = []] = await watch([{}, ...times(3, low)], 0);
    assert.equal(at, 3);
    assert.match(why ?? '', /ran short of memory/);
    assert.deepEqual(await watch([{}, low, low, {}, low, low], 0), []);
  });

  it('stays where something smaller can go first, and is looked at anew after it', async () => {
    const low = { free: 0.4 * gigabyte };
    assert.deepEqual(await watch([{}, ...times(5, low)], 0, 1), []);
    const [[at] = []] = await watch([{}, ...times(6, low)], 0, 1);
    assert.equal(at, 6);
  });

  it('goes alone when nobody uses it: what is smaller goes along', async () => {
    const [[at] = []] = await watch(times(6), 1, 1);
    assert.equal(at, 5);
  });

  it('is no burden on a small computer that had little from the beginning', async () => {
    assert.deepEqual(await watch(times(10, { free: 0.6 * gigabyte }), 0), []);
  });
});
