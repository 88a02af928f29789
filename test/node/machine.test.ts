import assert from 'node:assert/strict';
import { countCores, powerOf, readMachine } from '../../src/node/machine';

describe('machine', () => {
  it('counts cores once, however many threads they have', () => {
    const threads = ['0,2', '1,3', '0,2', '1,3'].map((core) => ({ core, speed: 3_000_000 }));
    assert.deepEqual(countCores(threads), { cores: 2, performanceCores: undefined });
  });

  it('tells fast cores from slow ones', () => {
    const threads = [5000, 4900, 3200, 3200].map((speed, core) => ({ core: String(core), speed }));
    assert.deepEqual(countCores(threads), { cores: 4, performanceCores: 2 });
  });

  it('knows no cores where the system says nothing', () =>
    assert.deepEqual(countCores([]), { cores: undefined, performanceCores: undefined }));

  it('knows the battery by its state, and that there is none', () => {
    const mains = { type: 'Mains', status: '' };
    assert.equal(powerOf([mains]), undefined);
    assert.equal(powerOf([mains, { type: 'Battery', status: 'Charging' }]), 'mains');
    assert.equal(powerOf([{ type: 'Battery', status: 'Discharging' }]), 'battery');
  });

  it('reads this machine', async () => {
    const { threads, backends } = await readMachine('/no/such/folder');
    assert.ok(threads >= 1);
    assert.deepEqual(backends, []);
  });
});
