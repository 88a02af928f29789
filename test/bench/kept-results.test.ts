import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { keptResults } from '../../src/bench/kept-results';

describe('kept results of a benchmark', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-kept-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are there for the next run', async () => {
    const file = path.join(folder, 'results.jsonl');
    const first = await keptResults<{ id: number }>(file);
    assert.deepEqual(first.known, []);
    await first.keep([{ id: 1 }, { id: 2 }]);
    await first.keep([{ id: 3 }]);
    assert.deepEqual((await keptResults(file)).known, [{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  it('lose no more than the line in which a run was killed', async () => {
    const file = path.join(folder, 'results.jsonl');
    writeFileSync(file, '{"id":1}\n{"id":');
    const { known, keep } = await keptResults<{ id: number }>(file);
    assert.deepEqual(known, [{ id: 1 }]);
    await keep([{ id: 2 }]);
    await keep([{ id: 3 }]);
    assert.deepEqual((await keptResults(file)).known, [{ id: 1 }, { id: 2 }, { id: 3 }]);
    assert.equal(readFileSync(file, 'utf8').split('\n').length, 5);
  });
});
