import assert from 'node:assert/strict';
import { appendFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { createLineLog } from '../../src/node/line-log';
import { createFolder } from '../tools/support';

describe('log of lines', () => {
  it('gives back the newest, the oldest first', async () => {
    const log = createLineLog<number>(path.join(createFolder({}), 'log', 'a.jsonl'));
    assert.deepEqual(await log.read(9), []);
    for (let index = 0; index < 5; index++) await log.add(index);
    assert.deepEqual(await log.read(3), [2, 3, 4]);
    await log.clear();
    assert.deepEqual(await log.read(9), []);
  });

  it('does not grow without end, and keeps the newest', async () => {
    const file = path.join(createFolder({}), 'a.jsonl');
    const log = createLineLog<{ n: number }>(file, 200);
    for (let n = 0; n < 200; n++) await log.add({ n });
    const kept = await log.read(1000);
    assert.ok(kept.length < 60 && kept.length > 10, String(kept.length));
    assert.equal(kept.at(-1)?.n, 199);
  });

  it('leaves out a line that was cut off', async () => {
    const file = path.join(createFolder({}), 'a.jsonl');
    const log = createLineLog<number>(file);
    await log.add(1);
    appendFileSync(file, '{"n":\n2\n');
    assert.deepEqual(await log.read(9), [1, 2]);
  });

  it('a log that cannot be written disturbs nothing', async () => {
    const folder = createFolder({ 'file.txt': 'x' });
    const file = path.join(folder, 'file.txt', 'a.jsonl');
    const log = createLineLog<number>(file);
    await log.add(1);
    assert.equal(existsSync(file), false);
  });
});
