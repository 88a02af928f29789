import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { reportOf, UserError } from '../../src/base/errors';
import { createProgressMeter, type PullProgress } from '../../src/model/pull-progress';
import { takePullLock } from '../../src/model/pull-lock';
import { resolveModel } from '../../src/model/resolve-model';
import type { ModelSource } from '../../src/model/sources/source';
import { createModelStore } from '../../src/model/store';
import { fileOf, tinyModel, withFolder } from './support';

const bytes = tinyModel();
const file = fileOf(bytes);

/** A source that gives bytes, or fails. */
function source(name: string, give: Uint8Array | UserError): ModelSource {
  return {
    name,
    offers: () => true,
    fetch: async ({ part, onBytes }) => {
      if (give instanceof UserError) throw give;
      await part.truncate(0);
      await part.append(give);
      onBytes(part.size, give.length);
      return { bytes: file.bytes, sha256: file.sha256 };
    },
  };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'resolved',
    (error: unknown) => reportOf(error).code,
  );
}

describe('model store', () => {
  it('tries the sources in order and says why one failed', async () => {
    await withFolder(async (home) => {
      const store = createModelStore({
        home,
        sources: [source('first', new UserError('no-network', 'No network.')), source('second', bytes)],
      });
      const tried: string[] = [];
      await store.pull(file, { onSource: (name, failed) => tried.push(`${name}:${failed?.code ?? ''}`) });
      assert.deepEqual(tried, ['first:', 'second:no-network']);
    });
  });

  it('names all failures when no source can', async () => {
    await withFolder(async (home) => {
      const failing = [1, 2].map((n) =>
        source(`s${n}`, new UserError(`e${n}`, `Failed ${n}.`, { next: `Do ${n}.` })),
      );
      const report = reportOf(
        await createModelStore({ home, sources: failing })
          .pull(file)
          .catch((e: unknown) => e),
      );
      assert.equal(report.code, 'model-no-source');
      assert.match(report.happened, /s1: Failed 1\. s2: Failed 2\./);
      assert.equal(report.next, 'Do 2.');
    });
  });

  it('fetches nothing that is there already, and goes by the mark', async () => {
    await withFolder(async (home) => {
      let fetched = 0;
      const counting = source('s', bytes);
      const store = createModelStore({
        home,
        sources: [{ ...counting, fetch: (request) => (fetched++, counting.fetch(request)) }],
      });
      await store.pull(file);
      await store.pull(file);
      assert.equal(fetched, 1);
      // The mark holds while size and time stay, whatever the bytes: that is what saves the hashing.
      const mark = JSON.parse(await readFile(`${store.path(file)}.verified`, 'utf8')) as { mtimeMs: number };
      const other = Buffer.from(bytes);
      other[other.length - 1]! ^= 1;
      await writeFile(store.path(file), other);
      await utimes(store.path(file), new Date(), new Date(mark.mtimeMs + 5000));
      assert.equal(await codeOf(store.ensureVerified(file)), 'model-hash-wrong');
      assert.equal(await store.isInstalled(file), false);
      await store.pull(file);
      assert.equal(fetched, 2);
    });
  });

  it('takes a file that was put there by hand', async () => {
    await withFolder(async (home) => {
      const store = createModelStore({ home, sources: [] });
      await mkdir(path.join(home, 'models'));
      await writeFile(store.path(file), bytes);
      assert.equal(await store.ensureVerified(file), store.path(file));
    });
  });

  it('verifies, whatever the mark says', async () => {
    await withFolder(async (home) => {
      const store = createModelStore({ home, sources: [source('s', bytes)] });
      assert.equal(await codeOf(store.verify(file)), 'model-not-installed');
      await store.pull(file);
      await store.verify(file);
      await appendFile(store.path(file), 'x');
      assert.equal(await codeOf(store.verify(file)), 'model-size-wrong');
    });
  });

  it('removes everything of a model', async () => {
    await withFolder(async (home) => {
      const store = createModelStore({ home, sources: [source('s', bytes)] });
      await store.pull(file);
      assert.ok((await store.remove(file)) >= bytes.length);
      assert.deepEqual(await readdir(path.join(home, 'models')), []);
      assert.equal(await store.remove(file), 0);
    });
  });

  it('says that the folder cannot be written', async () => {
    await withFolder(async (home) => {
      await writeFile(path.join(home, 'models'), 'a file');
      const store = createModelStore({ home, sources: [source('s', bytes)] });
      assert.equal(await codeOf(store.pull(file)), 'models-folder');
    });
  });

  it('takes over a lock that was left behind', async () => {
    await withFolder(async (home) => {
      const lock = path.join(home, 'a.lock');
      // Above the largest process id of every system.
      await writeFile(lock, '99999999');
      await (await takePullLock(lock, 'm')).release();
      await writeFile(lock, String(process.pid));
      assert.equal(await codeOf(takePullLock(lock, 'm')), 'model-pull-running');
      // The holder may as well move or remove the model.
      await assert.rejects(takePullLock(lock, 'm'), /is fetching, moving or removing m at the moment/);
      const old = new Date(Date.now() - 3_600_000);
      await utimes(lock, old, old);
      await (await takePullLock(lock, 'm')).release();
    });
  });

  it('resolves names, addresses and paths', async () => {
    await withFolder(async (home) => {
      const store = createModelStore({ home, sources: [] });
      const own = path.join(home, 'own.gguf');
      await writeFile(own, bytes);
      const resolved = await resolveModel(own, store);
      assert.deepEqual([resolved.name, resolved.modelPath], ['own', own]);
      assert.equal(resolved.profile.template, 'chatml');
      const codes: [spec: string, code: string][] = [
        ['qwen2.5-coder-0.5b', 'model-not-installed'],
        ['hf:o/r/a.gguf', 'model-not-installed'],
        ['hf:nonsense', 'hub-address'],
        ['qwen9', 'model-unknown'],
        ['./missing.gguf', 'model-file-missing'],
      ];
      for (const [spec, code] of codes) assert.equal(await codeOf(resolveModel(spec, store)), code, spec);
      await writeFile(own, bytes.subarray(0, bytes.length - 100));
      assert.equal(await codeOf(resolveModel(own, store)), 'model-file-cut');
    });
  });
});

describe('progress of a pull', () => {
  it('smooths the speed and tells the time left', () => {
    const reports: PullProgress[] = [];
    let now = 0;
    const meter = createProgressMeter(
      'downloading',
      () => now,
      (progress) => reports.push(progress),
    );
    for (let done = 0; done <= 100; done += 10, now += 500) meter(done * 1000, 100_000);
    const last = reports.at(-1)!;
    assert.equal(last.bytesPerSecond, 20_000);
    assert.equal(last.msLeft, 0);
    assert.equal(reports[5]!.msLeft, 2500);
  });

  it('reports not more than ten times a second, and the end', () => {
    const reports: PullProgress[] = [];
    let now = 0;
    const meter = createProgressMeter(
      'checking',
      () => now,
      (progress) => reports.push(progress),
    );
    for (let done = 1; done <= 1000; done++, now++) meter(done, 1000);
    assert.ok(reports.length <= 11);
    assert.equal(reports.at(-1)?.bytesDone, 1000);
  });
});
