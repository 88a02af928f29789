import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCalibrations, tunedParams } from '../../src/model/calibrations';
import { memoryStore } from '../support/memory-store';
import { createFolder } from '../tools/support';

describe('calibrations', () => {
  const found = { threads: 3, batchSize: 256, prompt: 100, decode: 20 };

  it('belong to a file and a computer', async () => {
    const file = path.join(createFolder({ 'a.gguf': 'one' }), 'a.gguf');
    const store = memoryStore();
    const here = createCalibrations(store, 'here');
    await here.keep(file, found);
    assert.deepEqual(await here.of(file), found);
    assert.equal(await createCalibrations(store, 'there').of(file), undefined);
    writeFileSync(file, 'another');
    assert.equal(await here.of(file), undefined);
    assert.equal(await here.of(`${file}.gone`), undefined);
  });

  it('that are damaged are none', async () => {
    const file = path.join(createFolder({ 'a.gguf': 'one' }), 'a.gguf');
    const store = memoryStore();
    const calibrations = createCalibrations(store, 'here');
    await calibrations.keep(file, { ...found, threads: 0 });
    assert.equal(await calibrations.of(file), undefined);
  });

  it('decide threads and batch, and nothing without one', () => {
    assert.deepEqual(tunedParams(found), { threads: 3, batchSize: 256 });
    assert.deepEqual(tunedParams(undefined), {});
  });
});
