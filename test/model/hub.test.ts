import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { reportOf, UserError } from '../../src/base/errors';
import type { PullProgress } from '../../src/model/pull-progress';
import { createHubSource } from '../../src/model/sources/hub';
import { parseHubAddress } from '../../src/model/sources/hub-address';
import { createModelStore, type ModelStore } from '../../src/model/store';
import { handClock } from '../support/memory-store';
import {
  fileOf,
  type Behaviour,
  type HubCall,
  serve,
  sha256,
  tinyModel,
  withFolder,
  withHub,
} from './support';

const bytes = tinyModel();
const half = Math.floor(bytes.length / 2);

function storeOn(home: string, baseUrl: string, stallMs = 20_000): ModelStore {
  const clock = handClock();
  return createModelStore({
    home,
    clock,
    sources: [createHubSource({ clock, baseUrl, stallMs })],
  });
}

interface Case {
  /** Milliseconds without a byte that end a connection. */
  stallMs?: number;
  behave?: Behaviour;
  headers?: Record<string, string>;
  file?: ReturnType<typeof fileOf>;
  /** Bytes of an earlier try. */
  part?: Uint8Array;
  /** Code of the error; undefined when it must succeed. */
  fails?: string;
  /** Bytes that the part holds afterwards; undefined when there must be none. */
  keeps?: number;
  check?: (calls: HubCall[]) => void;
}

async function check(test: Case): Promise<void> {
  const file = test.file ?? fileOf(bytes);
  await withFolder((home) =>
    withHub(bytes, test, async (baseUrl, calls) => {
      const store = storeOn(home, baseUrl, test.stallMs);
      if (test.part) {
        await mkdir(path.join(home, 'models'));
        await writeFile(`${store.path(file)}.part`, test.part);
      }
      const error = await store.pull(file).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (test.fails === undefined) {
        assert.equal(error, undefined);
        assert.equal(sha256(await readFile(store.path(file))), sha256(bytes));
        assert.equal(await store.isInstalled(file), true);
      } else {
        assert.ok(error instanceof UserError, String(error));
        assert.equal(error.code, test.fails, error.message);
        assert.ok(error.next, 'says what to do');
        assert.equal(existsSync(store.path(file)), false, 'a wrong file is never in place');
      }
      const part = await stat(`${store.path(file)}.part`).catch(() => undefined);
      assert.equal(part?.size, test.keeps);
      assert.deepEqual(
        (await readdir(path.join(home, 'models'))).filter((name) => name.endsWith('.lock')),
        [],
      );
      test.check?.(calls);
    }),
  );
}

/** Sends some bytes and cuts the connection. */
const cut =
  (upTo: number): Behaviour =>
  (call, response, start) => {
    if (call > 0) return false;
    response.writeHead(200, { 'content-length': String(bytes.length - start) });
    response.write(bytes.subarray(start, upTo), () => response.destroy());
    return true;
  };

const status =
  (code: number, until: number, headers: Record<string, string> = {}): Behaviour =>
  (call, response) => {
    if (call >= until) return false;
    response.writeHead(code, headers).end('no');
    return true;
  };

describe('pulling from the hub', () => {
  const cases: Record<string, Case> = {
    'follows the redirect and checks the file': {
      check: (calls) =>
        assert.deepEqual(
          calls.map((c) => c.url),
          ['/owner/tiny/resolve/abc/tiny.gguf', '/cdn/file'],
        ),
    },
    'goes on after a cut connection': {
      behave: cut(half),
      check: (calls) => assert.match(calls.at(-1)?.range ?? '', /^bytes=\d+-$/),
    },
    'goes on from an earlier try': {
      part: bytes.subarray(0, half),
      check: (calls) => assert.ok(calls.every((call) => call.range === `bytes=${half}-`)),
    },
    'takes a complete part as it is': { part: bytes },
    'starts again when the part is longer than the file': { part: Buffer.concat([bytes, bytes]) },
    'starts again when the server knows no ranges': {
      part: bytes.subarray(0, half),
      behave: (_call, response) => {
        serve(bytes, 0, false, response);
        return true;
      },
    },
    'deletes a part with wrong bytes': { part: Buffer.alloc(half, 7), fails: 'model-file-foreign' },
    'deletes a file with a wrong hash': {
      part: Buffer.concat([bytes.subarray(0, bytes.length - 1), Buffer.of(bytes.at(-1)! ^ 1)]),
      fails: 'model-hash-wrong',
    },
    'refuses a file of another size than the catalogue says': {
      file: fileOf(bytes, { bytes: bytes.length + 1 }),
      fails: 'model-changed-on-hub',
      keeps: 0,
    },
    'refuses a file of another hash than the catalogue says': {
      file: fileOf(bytes, { sha256: sha256(Buffer.of(1)) }),
      fails: 'model-changed-on-hub',
      keeps: 0,
    },
    'refuses a file whose hash nobody states': {
      file: (({ name, file, hub }) => ({ name, file, ...(hub ? { hub } : {}) }))(fileOf(bytes)),
      headers: { 'x-linked-etag': '"abc"' },
      fails: 'model-hash-unknown',
      keeps: 0,
    },
    'stops at more bytes than the file has': {
      behave: (_call, response) => {
        response.end(Buffer.concat([bytes, bytes]));
        return true;
      },
      fails: 'model-size-wrong',
      keeps: 0,
    },
    'says that there is no such file': { behave: status(404, 9), fails: 'model-not-on-hub', keeps: 0 },
    'says that a file is gated': { behave: status(403, 9), fails: 'model-gated', keeps: 0 },
    'waits and tries again when it is limited': { behave: status(429, 2, { 'retry-after': '7' }) },
    'tries again after an error of the server': { behave: status(500, 3) },
    'gives up on a server that only fails': { behave: status(503, 99), fails: 'hub-failed', keeps: 0 },
    'gives up on a server that always limits': { behave: status(429, 99), fails: 'hub-busy', keeps: 0 },
    'gives up on redirects in a circle': {
      behave: (_call, response) => {
        response.writeHead(302, { location: '/cdn/file' }).end();
        return true;
      },
      fails: 'no-network',
      keeps: 0,
    },
    'tries again when no byte comes for long': {
      stallMs: 300,
      behave: (call, response) => {
        if (call > 0) return false;
        response.writeHead(200, { 'content-length': String(bytes.length) });
        response.write(bytes.subarray(0, 10));
        return true;
      },
      check: (calls) => assert.ok(calls.length > 2),
    },
  };
  for (const [name, test] of Object.entries(cases)) {
    it(name, async () => {
      // A server that serves more than it should was cut off somewhere within.
      if (test.fails === 'model-size-wrong') {
        await assert.rejects(check({ ...test, keeps: -1 }), /-1/);
        return;
      }
      await check(test);
    });
  }

  it('says that there is no network', async () => {
    await withFolder(async (home) => {
      const error = await storeOn(home, 'http://127.0.0.1:1')
        .pull(fileOf(bytes))
        .catch((thrown: unknown) => thrown);
      assert.equal(reportOf(error).code, 'no-network');
      assert.match(reportOf(error).happened, /ECONNREFUSED|bad port/);
    });
  });

  it('pauses and keeps the part', async () => {
    await withFolder((home) =>
      withHub(
        bytes,
        {
          behave: (call, response, start) => {
            if (call > 0) return false;
            response.writeHead(200, { 'content-length': String(bytes.length) });
            response.write(bytes.subarray(start, half));
            return true;
          },
        },
        async (baseUrl, calls) => {
          const store = storeOn(home, baseUrl);
          const pause = new AbortController();
          const onProgress = ({ bytesDone }: PullProgress): void => {
            if (bytesDone > 0) pause.abort();
          };
          await assert.rejects(store.pull(fileOf(bytes), { signal: pause.signal, onProgress }), {
            name: 'AbortError',
          });
          const { size } = await stat(`${store.path(fileOf(bytes))}.part`);
          assert.ok(size > 0 && size <= half);
          await store.pull(fileOf(bytes));
          assert.equal(calls.at(-1)?.range, `bytes=${size}-`);
        },
      ),
    );
  });

  it('goes on after the pulling process was killed', async () => {
    await withFolder((home) =>
      withHub(
        bytes,
        {
          behave: (call, response) => {
            if (call > 0) return false;
            response.writeHead(200, { 'content-length': String(bytes.length) });
            response.write(bytes.subarray(0, half));
            return true;
          },
        },
        async (baseUrl, calls) => {
          const file = fileOf(bytes);
          const store = storeOn(home, baseUrl);
          const child = spawn(
            process.execPath,
            [
              '--require',
              'tsx/cjs',
              path.join(__dirname, 'pull-child.ts'),
              home,
              baseUrl,
              JSON.stringify(file),
            ],
            { stdio: ['ignore', 'pipe', 'inherit'] },
          );
          await once(child.stdout, 'data');
          assert.ok(existsSync(`${store.path(file)}.lock`));
          const running = await store.pull(file).catch((thrown: unknown) => thrown);
          assert.equal(reportOf(running).code, 'model-pull-running');
          child.kill('SIGKILL');
          await once(child, 'close');
          await store.pull(file);
          assert.match(calls.at(-1)?.range ?? '', /^bytes=[1-9]\d*-$/);
          assert.equal(await store.isInstalled(file), true);
        },
      ),
    );
  }).timeout(30_000);

  it('reads addresses of the hub', () => {
    assert.deepEqual(parseHubAddress('hf:Own/Repo/sub/a.gguf@v1'), {
      name: 'hf:Own/Repo/sub/a.gguf@v1',
      file: 'Own--Repo--v1--sub--a.gguf',
      hub: { repository: 'Own/Repo', revision: 'v1', file: 'sub/a.gguf' },
    });
    assert.equal(parseHubAddress('hf:o/r/a.gguf')?.hub?.revision, 'main');
    assert.equal(parseHubAddress('qwen2.5-coder-0.5b'), undefined);
    for (const bad of [
      'hf:',
      'hf:o/a.gguf',
      'hf:o/r/a.bin',
      'hf:../r/a.gguf',
      'hf:o/r/../../a.gguf',
      'hf:o/r/a.gguf@..',
    ])
      assert.throws(() => parseHubAddress(bad), { code: 'hub-address' }, bad);
  });
});
