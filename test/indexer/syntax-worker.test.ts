import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';
import { createRequire } from 'node:module';
import { rgPath } from '@vscode/ripgrep';
import { createSyntaxWorker } from '../../src/node/syntax-worker';
import type { IndexStatus, OpenIndexParams } from '../../src/protocol/indexer';
import { languages } from '../../src/syntax/languages';
import type { SyntaxService } from '../../src/syntax/syntax-service';
import { fixture, loadGrammar } from '../syntax/support';

const root = path.resolve(__dirname, '../..');
const small = { path: 'a.ts', languageId: 'typescript', text: 'function f() {}\n' };

describe('syntax worker', () => {
  let folder: string;
  let grammarFolder: string;
  const services: SyntaxService[] = [];

  /** A worker whose bundle is `code`; left out, the real one. */
  function service(
    options: {
      code?: string;
      timeoutMs?: number;
      grammarFolder?: string;
      index?: OpenIndexParams;
      log?: (line: string) => void;
    } = {},
  ): SyntaxService {
    let workerPath = path.join(folder, 'indexer.js');
    if (options.code !== undefined) {
      workerPath = path.join(folder, `fake-${services.length}.js`);
      writeFileSync(workerPath, `const { parentPort } = require('node:worker_threads');\n${options.code}`);
    }
    const made = createSyntaxWorker({
      workerPath,
      grammarFolder: options.grammarFolder ?? grammarFolder,
      timeoutMs: options.timeoutMs ?? 15_000,
      ...(options.index ? { index: () => Promise.resolve(options.index!) } : {}),
      ...(options.log ? { log: options.log } : {}),
    });
    services.push(made);
    return made;
  }

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-indexer-'));
    grammarFolder = path.join(folder, 'grammars');
    mkdirSync(grammarFolder);
    const names = new Set(Object.values(languages).map(({ grammar }) => `tree-sitter-${grammar}`));
    for (const name of [...names, 'web-tree-sitter']) {
      writeFileSync(path.join(grammarFolder, `${name}.wasm`), await loadGrammar(name));
    }
    await esbuild.build({
      entryPoints: [path.join(root, 'src/indexer/main.ts')],
      outfile: path.join(folder, 'indexer.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      alias: { 'web-tree-sitter': createRequire(__filename).resolve('web-tree-sitter') },
    });
  });
  afterEach(() => {
    for (const made of services.splice(0)) made.dispose();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('answers every kind of request', async () => {
    const syntax = service();
    const file = { path: 'src/a.ts', languageId: 'typescript', text: fixture('typescript.txt') };
    const outline = await syntax.request('outline', file);
    assert.equal(outline[0]?.name, 'legacy');
    const enclosing = await syntax.request('enclosing', { file, position: { line: 28, column: 1 } });
    assert.equal(enclosing?.name, 'square');
    assert.deepEqual(await syntax.request('syntaxErrors', file), { count: 0, lines: [] });
    assert.equal((await syntax.request('imports', file))[0], 'node:fs/promises');
    assert.deepEqual(
      await syntax.request('context', { file, position: { line: 55, column: 1 }, told: [] }),
      [],
    );
    const forms = await syntax.request('definition', { file, symbol: 'Square.area', line: 1 });
    assert.deepEqual(forms, []);
    assert.equal(await syntax.request('indexStatus', null), null);
    assert.equal(await syntax.request('repositoryMap', { budget: 100, near: [], without: [] }), '');
    assert.deepEqual(await syntax.request('findSymbol', { query: 'a', limit: 3 }), []);
  });

  it('answers requests that are sent at once, in order', async () => {
    const syntax = service();
    const outlines = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        syntax.request('outline', { ...small, text: `function f${i}() {}` }),
      ),
    );
    assert.deepEqual(
      outlines.map((outline) => outline[0]?.name),
      Array.from({ length: 20 }, (_, i) => `f${i}`),
    );
  });

  it('a file of 200,000 lines gives an answer', async () => {
    const text = 'const value = compute(1, 2, 3);\n'.repeat(200_000);
    const outline = await service({ timeoutMs: 60_000 }).request('outline', { ...small, text });
    assert.ok(outline.length > 10_000);
  }).timeout(90_000);

  it('a request that is none is an error, and the worker goes on', async () => {
    const syntax = service();
    const check = (params: unknown) =>
      assert.rejects(syntax.request('outline', params as typeof small), {
        code: 'syntax-failed',
        message: /Not a request/,
      });
    await check({ path: 'a.ts' });
    await check(null);
    await assert.rejects(
      syntax.request('enclosing', { file: small, position: { line: 0, column: 1.5 } }),
      /position\.line.*position\.column/,
    );
    assert.equal((await syntax.request('outline', small)).length, 1);
  });

  it('a grammar cut off says so, and other languages work', async () => {
    const broken = path.join(folder, 'broken');
    mkdirSync(broken);
    for (const name of ['web-tree-sitter', 'tree-sitter-typescript', 'tree-sitter-css']) {
      const bytes = await loadGrammar(name);
      writeFileSync(path.join(broken, `${name}.wasm`), name.endsWith('css') ? bytes.slice(0, 999) : bytes);
    }
    const syntax = service({ grammarFolder: broken });
    await assert.rejects(syntax.request('outline', { ...small, languageId: 'css' }), {
      name: 'UserError',
      code: 'syntax-failed',
      message: /tree-sitter-css\.wasm cannot be used/,
    });
    assert.equal((await syntax.request('outline', small)).length, 1);
  });

  it('a loop is ended by the time limit, and the next request finds a new worker', async () => {
    const code = `parentPort.on('message', ({ id, params }) => {
      if (params.text === 'loop') for (;;);
      parentPort.postMessage({ type: 'result', id, result: [] });
    });
    parentPort.postMessage({ type: 'ready' });`;
    const syntax = service({ code, timeoutMs: 1500 });
    const loop = syntax.request('outline', { ...small, text: 'loop' });
    const behind = syntax.request('outline', small);
    await assert.rejects(loop, { name: 'UserError', code: 'syntax-timeout', message: /1\.5 seconds/ });
    assert.deepEqual(await behind, []);
  });

  for (const [how, statement] of [
    ['an exit', 'process.exit(3)'],
    ['an exception', "throw new Error('boom')"],
    ['memory used up', 'const all = []; for (;;) all.push(new Array(1e6).fill(0));'],
  ] as const) {
    it(`${how} of the worker rejects the request, and the next one works`, async () => {
      const code = `parentPort.on('message', ({ id, params }) => {
        if (params.text === 'die') { ${statement} }
        parentPort.postMessage({ type: 'result', id, result: [] });
      });
      parentPort.postMessage({ type: 'ready' });`;
      const syntax = service({ code, timeoutMs: 60_000 });
      await assert.rejects(syntax.request('outline', { ...small, text: 'die' }), {
        name: 'UserError',
        code: 'syntax-worker-died',
      });
      assert.deepEqual(await syntax.request('outline', small), []);
    });
  }

  it('a worker that dies between requests is replaced', async () => {
    const code = `const { threadId } = require('node:worker_threads');
    parentPort.on('message', ({ id }) => {
      parentPort.postMessage({ type: 'result', id, result: threadId });
      setTimeout(() => { throw new Error('late'); }, 1);
    });
    parentPort.postMessage({ type: 'ready' });`;
    const syntax = service({ code });
    const first: unknown = await syntax.request('outline', small);
    // A request may meet the dying worker and reject; one of the next must reach another thread.
    for (let served: unknown = first; served === first;) {
      served = await syntax.request('outline', small).catch((error: unknown) => {
        assert.equal((error as { code?: string }).code, 'syntax-worker-died');
        return first;
      });
    }
  });

  it('a worker that does not start is an error each time', async () => {
    const syntax = createSyntaxWorker({
      workerPath: path.join(folder, 'none.js'),
      grammarFolder,
      timeoutMs: 5000,
    });
    services.push(syntax);
    for (let i = 0; i < 2; i++) {
      await assert.rejects(syntax.request('outline', small), {
        code: 'syntax-worker-died',
        message: /none\.js/,
      });
    }
  });

  it('an aborted request rejects at once and the next is served', async () => {
    const syntax = service();
    const controller = new AbortController();
    const request = syntax.request('outline', small, controller.signal);
    controller.abort();
    await assert.rejects(request, { name: 'AbortError' });
    await assert.rejects(syntax.request('outline', small, controller.signal), { name: 'AbortError' });
    assert.equal((await syntax.request('outline', small)).length, 1);
  });

  /** A folder with files that each define one function, and what its index is opened with. */
  function indexedFolder(name: string, count: number): OpenIndexParams {
    const files = path.join(folder, name);
    mkdirSync(files);
    for (let at = 0; at < count; at++) {
      writeFileSync(
        path.join(files, `f${at}.ts`),
        `export function f${at}() {}\n`.padEnd(2000 + at, '// x\n'),
      );
    }
    return {
      roots: [{ prefix: '', folder: files }],
      storeFile: path.join(folder, `${name}.thx`),
      ripgrep: rgPath,
      maxFiles: 1000,
      first: [],
      skip: [],
    };
  }

  const statusOf = async (syntax: SyntaxService): Promise<IndexStatus> => {
    const status = await syntax.request('indexStatus', null);
    assert.ok(status);
    return status;
  };

  it('a worker that ends while it makes the index leaves the next start right', async () => {
    const index = indexedFolder('killed', 60);
    for (const files of [0, 1, 30, 60]) {
      const syntax = service({ index });
      while ((await statusOf(syntax)).files < files);
      syntax.dispose();
    }
    const syntax = service({ index });
    while ((await statusOf(syntax)).state !== 'ready');
    assert.equal((await statusOf(syntax)).files, 60);
    for (const name of ['f0', 'f33', 'f59']) {
      const [found] = await syntax.request('findSymbol', { query: name, limit: 1 });
      assert.deepEqual([found?.name, found?.path], [name, `${name}.ts`]);
    }
  });

  it('a file on which the parser hangs is left out by the next worker, and the log says so', async () => {
    // Hangs as a grammar does, with the file's path in the heartbeat, until it is told to leave that file out.
    const code = `let skip;
    parentPort.on('message', ({ id, name, params }) => {
      if (name === 'openIndex') {
        skip = params.skip;
        if (!skip.includes('loop.ts')) setTimeout(() => {
          const bytes = new TextEncoder().encode('loop.ts');
          new Uint8Array(params.heartbeat, 8).set(bytes);
          const head = new Uint32Array(params.heartbeat, 0, 2);
          Atomics.store(head, 1, bytes.length);
          Atomics.add(head, 0, 1);
          for (;;);
        }, 1);
      }
      parentPort.postMessage({ type: 'result', id, result: skip });
    });
    parentPort.postMessage({ type: 'ready' });`;
    const lines: string[] = [];
    const index = indexedFolder('looping', 1);
    const syntax = service({ code, timeoutMs: 1500, index, log: (line) => lines.push(line) });
    // Requests may meet the worker that hangs.
    const skipped = async (): Promise<unknown> => syntax.request('indexStatus', null).catch(() => undefined);
    for (
      let skip = await skipped();
      !Array.isArray(skip) || !skip.includes('loop.ts');
      skip = await skipped()
    );
    assert.match(lines.join('\n'), /^loop\.ts is left out of the index: /);
  });

  it('a document of one line of five megabytes costs no more than its request', async () => {
    const syntax = service({ index: indexedFolder('long', 3), timeoutMs: 30_000 });
    const file = { ...small, text: `const data = "${'x'.repeat(5_000_000)}";` };
    assert.deepEqual(
      await syntax.request('context', { file, position: { line: 1, column: 20 }, told: [] }),
      [],
    );
    const range = { startLine: 1, endLine: 1 };
    assert.deepEqual(await syntax.request('usedDefinitions', { file, range, problems: [], told: [] }), []);
  });

  it('after dispose, requests reject', async () => {
    const syntax = service();
    await syntax.request('outline', small);
    syntax.dispose();
    await assert.rejects(syntax.request('outline', small), { name: 'UserError' });
  });
});
