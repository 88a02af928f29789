import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readIndexFile, writeIndexFile, type StoredIndex } from '../../src/indexer/index-file';

const index: StoredIndex = {
  names: ['area', 'größe', 'x'],
  files: [
    {
      path: 'src/a.ts',
      languageId: 'typescript',
      modified: 1_764_000_000_000,
      size: 120,
      hash: 'abc',
      record: Uint8Array.from([1, 2, 3, 0, 255]),
    },
    { path: 'b.py', languageId: 'python', modified: 0, size: 0, hash: '', record: new Uint8Array() },
  ],
};

describe('index file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'thimble-index-'));
  const file = path.join(folder, 'deep', 'test.thx');
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('reads back what was written, and leaves nothing else behind', async () => {
    await writeIndexFile(file, index);
    const read = await readIndexFile(file);
    const plain = read?.files.map(({ record, ...stamp }) => ({ ...stamp, record: Uint8Array.from(record) }));
    assert.deepEqual({ names: read?.names, files: plain }, index);
    await writeIndexFile(file, { names: [], files: [] });
    assert.deepEqual(await readIndexFile(file), { names: [], files: [] });
    assert.deepEqual(readdirSync(path.dirname(file)), ['test.thx']);
  });

  it('there is none', async () => {
    assert.equal(await readIndexFile(path.join(folder, 'none.thx')), undefined);
  });

  it('refuses one that is cut off anywhere', async () => {
    await writeIndexFile(file, index);
    const bytes = readFileSync(file);
    const damaged = path.join(folder, 'cut.thx');
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(damaged, bytes.subarray(0, length));
      await assert.rejects(readIndexFile(damaged), /no index|cut off|version/, `at ${length}`);
    }
  });

  it('refuses one with a bit changed anywhere', async () => {
    await writeIndexFile(file, index);
    const bytes = readFileSync(file);
    const damaged = path.join(folder, 'flipped.thx');
    for (let at = 0; at < bytes.length; at++) {
      const copy = Buffer.from(bytes);
      copy[at] = bytes[at]! ^ (1 << (at % 8));
      writeFileSync(damaged, copy);
      await assert.rejects(readIndexFile(damaged), /no index|damaged|version/, `at ${at}`);
    }
  });

  it('is whole at every moment while several windows write it', async () => {
    const many = { names: ['n'], files: Array.from({ length: 200 }, () => index.files[0]!) };
    const state = { writing: true };
    const writers = Promise.all(
      Array.from({ length: 3 }, async () => {
        for (let round = 0; round < 5; round++) await writeIndexFile(file, many);
      }),
    ).finally(() => (state.writing = false));
    await writeIndexFile(file, many);
    while (state.writing) assert.equal((await readIndexFile(file))?.files.length, 200);
    await writers;
    assert.deepEqual(readdirSync(path.dirname(file)), ['test.thx']);
  });
});
