import assert from 'node:assert/strict';
import {
  access,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { reportOf } from '../../src/base/errors';
import { findModel, type ModelFile } from '../../src/model/catalogue';
import type { ModelSource } from '../../src/model/sources/source';
import { createModelStore, type ModelStore } from '../../src/model/store';
import { moveFile } from '../../src/model/store-places';
import { fileOf, sha256, tinyModel, withFolder } from './support';

const bytes = tinyModel();
const file = fileOf(bytes);

/** Gives the bytes in pieces, and states their size and hash itself, as the hub does. */
const source: ModelSource = {
  name: 's',
  offers: () => true,
  fetch: async ({ part }) => {
    await part.truncate(0);
    for (let at = 0; at < bytes.length; at += 1000) await part.append(bytes.subarray(at, at + 1000));
    return { bytes: bytes.length, sha256: sha256(bytes) };
  },
};

async function failure(work: Promise<unknown>): Promise<{ code: string; next: string }> {
  const { code, next = '' } = await work.then(
    () => ({ code: 'resolved', next: '' }),
    (error: unknown) => reportOf(error),
  );
  return { code, next };
}

/** A new folder on another disk than the system's temporary files; undefined where there is none. */
async function otherDisk(): Promise<string | undefined> {
  const base = '/dev/shm';
  const [own, shared] = await Promise.all(
    [os.tmpdir(), base].map((folder) => stat(folder).catch(() => undefined)),
  );
  if (!own || !shared || own.dev === shared.dev) return undefined;
  return mkdtemp(path.join(base, 'thimble-move-')).catch(() => undefined);
}

const exists = (target: string): Promise<boolean> =>
  access(target).then(
    () => true,
    () => false,
  );

describe('the limit of the models folder', () => {
  const withLimit = (home: string, limit: number): ModelStore =>
    createModelStore({ home, sources: [source], quota: () => limit });

  it('refuses a download that would pass it before anything is fetched, and names what could go', async () => {
    await withFolder(async (home) => {
      const known = findModel('qwen2.5-coder-0.5b');
      assert.ok(known);
      const folder = path.join(home, 'models');
      await mkdir(folder);
      // A file of that size which takes no room: only its length counts here.
      const handle = await open(path.join(folder, known.file), 'w');
      await handle.truncate(known.bytes);
      await handle.close();
      const { code, next } = await failure(withLimit(home, known.bytes + bytes.length - 1).pull(file));
      assert.equal(code, 'models-quota');
      assert.match(next, /qwen2\.5-coder-0\.5b \(491 MB\)/);
      assert.deepEqual(await readdir(folder), [known.file]);
    });
  });

  it('lets one pass that just fits, and what lies there already', async () => {
    await withFolder(async (home) => {
      const store = withLimit(home, bytes.length);
      await store.pull(file);
      assert.equal(await store.pull(file), store.path(file));
      const { used, limit } = await store.space();
      assert.ok(used >= bytes.length);
      assert.equal(limit, bytes.length);
    });
  });

  it('ends a download at it where nobody has said the size before', async () => {
    await withFolder(async (home) => {
      const { name, file: fileName, hub } = file;
      const unknown: ModelFile = { name, file: fileName, ...(hub ? { hub } : {}) };
      const { code } = await failure(withLimit(home, bytes.length - 500).pull(unknown));
      assert.equal(code, 'models-quota');
      assert.ok((await withLimit(home, 1).space()).used < bytes.length);
    });
  });

  it('counts what an unfinished download has already as its own', async () => {
    await withFolder(async (home) => {
      const store = withLimit(home, bytes.length);
      await mkdir(path.join(home, 'models'));
      await writeFile(`${store.path(file)}.part`, bytes.subarray(0, 2000));
      await store.pull(file);
      assert.deepEqual(await readFile(store.path(file)), bytes);
    });
  });
});

describe('a model that is moved', () => {
  const storeOf = (home: string): ModelStore => createModelStore({ home, sources: [source] });

  it('is used from its new place, by every store of that home, and can come back', async () => {
    await withFolder(async (home) => {
      const store = storeOf(home);
      const old = await store.pull(file);
      const there = path.join(home, 'large');
      const moved = await store.move(file, there);
      assert.equal(moved, path.join(there, file.file));
      assert.equal(await exists(old), false);
      assert.equal(await storeOf(home).ensureVerified(file), moved);
      assert.equal(await store.move(file, undefined), old);
      assert.equal(await storeOf(home).ensureVerified(file), old);
      assert.deepEqual(await readdir(there), []);
    });
  });

  it('is noted by itself, so that two processes may move two models at once', async () => {
    await withFolder(async (home) => {
      const second: ModelFile = { ...file, name: 'second', file: 'second.gguf' };
      const [one, other] = [storeOf(home), storeOf(home)];
      await one.pull(file);
      await other.pull(second);
      const there = path.join(home, 'large');
      const moved = await Promise.all([one.move(file, there), other.move(second, there)]);
      const found = await Promise.all([file, second].map((each) => storeOf(home).ensureVerified(each)));
      assert.deepEqual(found, moved);
    });
  });

  it('is found in its new place, also where the old note could not be replaced', async () => {
    await withFolder(async (home) => {
      const store = storeOf(home);
      await store.pull(file);
      const [first, second] = [path.join(home, 'first'), path.join(home, 'second')];
      await store.move(file, first);
      const note = path.join(home, 'models', `${file.file}.moved`);
      const moved = await store.move(file, second);
      // As it is noted while the file is on its way.
      await writeFile(note, `${second}\n${first}`);
      assert.equal(store.path(file), moved);
      await rename(moved, path.join(first, file.file));
      assert.equal(store.path(file), path.join(first, file.file));
      const listed = await store.move(file, undefined);
      assert.equal(listed, path.join(home, 'models', file.file));
      assert.equal(await exists(note), false);
    });
  });

  it('is not checked again for it', async () => {
    await withFolder(async (home) => {
      const store = storeOf(home);
      await store.pull(file);
      const moved = await store.move(file, path.join(home, 'large'));
      const mark = JSON.parse(await readFile(`${moved}.verified`, 'utf8')) as { sha256: string };
      assert.equal(mark.sha256, sha256(bytes));
    });
  });

  it('stays where it is when there is a file already, or the folder is none', async () => {
    await withFolder(async (home) => {
      const store = storeOf(home);
      const old = await store.pull(file);
      const there = path.join(home, 'large');
      await mkdir(there);
      await writeFile(path.join(there, file.file), 'mine');
      assert.equal((await failure(store.move(file, there))).code, 'model-move-exists');
      assert.equal(await readFile(path.join(there, file.file), 'utf8'), 'mine');
      assert.equal((await failure(store.move(file, path.join(there, file.file)))).code, 'model-move-failed');
      assert.equal(await store.ensureVerified(file), old);
    });
  });

  it('on a disk that is away is missed by that name, and removed with what is noted of it', async () => {
    await withFolder(async (home) => {
      const store = storeOf(home);
      await store.pull(file);
      const there = path.join(home, 'large');
      await store.move(file, there);
      await rename(there, `${there}-away`);
      const error = await store.ensureVerified(file).catch((thrown: unknown) => reportOf(thrown).happened);
      assert.match(error, /was moved to .*large and is not there now/);
      await rename(`${there}-away`, there);
      assert.ok((await store.remove(file)) >= bytes.length);
      assert.deepEqual(await readdir(there), []);
      const after = await store.ensureVerified(file).catch((thrown: unknown) => reportOf(thrown).happened);
      assert.match(after, /is not on this computer yet/);
    });
  });

  it('onto another disk is copied, checked, and only then deleted; a copy that fails its check is no model', async function () {
    const other = await otherDisk();
    // Not every computer has two disks that a test may write to.
    if (other === undefined) return this.skip();
    await withFolder(async (home) => {
      try {
        const store = storeOf(home);
        const old = await store.pull(file);
        const from = path.join(home, 'a.gguf');
        await writeFile(from, 'whole');
        const broken = await failure(
          moveFile(from, path.join(other, 'a.gguf'), () => Promise.reject(new Error('another hash'))),
        );
        assert.equal(broken.code, 'model-move-failed');
        assert.equal(await readFile(from, 'utf8'), 'whole');
        assert.deepEqual(await readdir(other), []);
        const stopped = new AbortController();
        stopped.abort();
        const copied: string[] = [];
        const check = (copy: string): Promise<void> => Promise.resolve(void copied.push(copy));
        await assert.rejects(moveFile(from, path.join(other, 'a.gguf'), check, stopped.signal), {
          name: 'AbortError',
        });
        assert.deepEqual(copied, [], 'nothing is copied for who has stopped it');
        assert.equal(await readFile(from, 'utf8'), 'whole');
        assert.deepEqual(await readdir(other), []);
        const moved = await store.move(file, other);
        assert.equal(await exists(old), false);
        assert.deepEqual(await readFile(moved), bytes);
        const mark = JSON.parse(await readFile(`${moved}.verified`, 'utf8')) as { mtimeMs: number };
        assert.equal(mark.mtimeMs, (await stat(moved)).mtimeMs);
      } finally {
        await rm(other, { recursive: true, force: true });
      }
    });
  });

  it('onto another disk leaves no second one behind when it cannot be deleted where it was', async function () {
    const other = await otherDisk();
    if (other === undefined) return this.skip();
    await withFolder(async (home) => {
      try {
        const from = path.join(home, 'a.gguf');
        await writeFile(from, 'whole');
        // As a file that another program holds open on Windows: it can be read and not be deleted.
        const hold = async (): Promise<void> => {
          await rm(from);
          await mkdir(from);
        };
        const { code } = await failure(moveFile(from, path.join(other, 'a.gguf'), hold));
        assert.equal(code, 'model-move-failed');
        assert.deepEqual(await readdir(other), []);
      } finally {
        await rm(other, { recursive: true, force: true });
      }
    });
  });

  it('to where nothing can be written is kept', async () => {
    await withFolder(async (home) => {
      const from = path.join(home, 'a.gguf');
      await writeFile(from, 'whole');
      const to = path.join(home, 'no-folder', 'a.gguf');
      await writeFile(path.join(home, 'no-folder'), '');
      assert.equal((await failure(moveFile(from, to, () => Promise.resolve()))).code, 'model-move-failed');
      assert.equal(await readFile(from, 'utf8'), 'whole');
    });
  });
});
