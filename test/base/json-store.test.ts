import assert from 'node:assert/strict';
import * as v from 'valibot';
import { readJson, readJsonAs, writeJson } from '../../src/base/json-store';
import { memoryStore } from '../support/memory-store';

const schema = v.object({ name: v.string(), count: v.optional(v.number(), 0) });

describe('JSON in a store', () => {
  it('comes back as it was kept', async () => {
    const store = memoryStore();
    await writeJson(store, 'a.json', { name: 'ä', count: 2 });
    assert.deepEqual(await readJson(store, 'a.json'), { name: 'ä', count: 2 });
    assert.deepEqual(await readJsonAs(store, 'a.json', schema), { name: 'ä', count: 2 });
  });

  it('is nothing where there is none, or it is cut off', async () => {
    const store = memoryStore();
    await store.write('cut.json', new TextEncoder().encode('{"name": "a'));
    for (const key of ['none.json', 'cut.json']) {
      assert.equal(await readJson(store, key), undefined);
      assert.equal(await readJsonAs(store, key, schema), undefined);
    }
  });

  it('of another form is nothing, and of an older one has what the schema adds', async () => {
    const store = memoryStore();
    await writeJson(store, 'other.json', { name: 1 });
    await writeJson(store, 'older.json', { name: 'a' });
    assert.equal(await readJsonAs(store, 'other.json', schema), undefined);
    assert.deepEqual(await readJsonAs(store, 'older.json', schema), { name: 'a', count: 0 });
  });

  it('does not take a store that cannot be read for an empty one', async () => {
    const failing = { read: () => Promise.reject(new Error('denied')) };
    await assert.rejects(readJsonAs(failing, 'a.json', schema), /denied/);
  });
});
