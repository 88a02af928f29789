import assert from 'node:assert/strict';
import path from 'node:path';
import { UserError } from '../../src/base/errors';
import { formatBytes, formatDuration } from '../../src/cli/format-amounts';
import { findingText } from '../../src/cli/doctor-command';
import { createOutputPort } from '../../src/cli/output-port';
import { modelsCommand, progressText } from '../../src/cli/models-command';
import type { ForeignModel } from '../../src/model/foreign-caches';
import type { Scorecard } from '../../src/model/scorecard';
import { catalogue } from '../../src/model/catalogue';
import type { ModelStore, PullOptions } from '../../src/model/store';

/** A store in memory: `installed` names, and what a pull does. */
function fakeStore(
  installed: string[],
  pull: (options: PullOptions) => Promise<void> = () => Promise.resolve(),
  limit?: number,
): ModelStore & { pulled: string[] } {
  const pulled: string[] = [];
  const missing = new UserError('model-not-installed', 'It is not here.', { next: 'Pull it.' });
  return {
    pulled,
    path: (file) => path.join('/models', file.file),
    list: () =>
      Promise.resolve(
        catalogue.map((entry) => ({
          entry,
          path: path.join('/models', entry.file),
          present: installed.includes(entry.name),
          partBytes: entry.name === 'qwen2.5-coder-7b' ? entry.bytes / 2 : 0,
        })),
      ),
    isInstalled: (file) => Promise.resolve(installed.includes(file.name)),
    ensureVerified: (file) =>
      installed.includes(file.name) ? Promise.resolve(file.file) : Promise.reject(missing),
    pull: async (file, options = {}) => {
      pulled.push(file.name);
      await pull(options);
      return path.join('/models', file.file);
    },
    verify: (file) => (installed.includes(file.name) ? Promise.resolve() : Promise.reject(missing)),
    remove: (file) => Promise.resolve(installed.includes(file.name) ? 1000 : 0),
    move: (file, folder = '/models') =>
      installed.includes(file.name) ? Promise.resolve(path.join(folder, file.file)) : Promise.reject(missing),
    space: () => Promise.resolve({ folder: '/models', used: 1.6e9, limit }),
  };
}

async function run(
  args: [action: string, name?: string, folder?: string],
  options: {
    limit?: number;
    installed?: string[];
    json?: boolean;
    total?: number;
    cards?: Scorecard[];
    foreign?: ForeignModel[];
    pull?: (o: PullOptions) => Promise<void>;
  } = {},
  signal = new AbortController().signal,
): Promise<{ code: number; lines: string[]; pulled: string[] }> {
  const lines: string[] = [];
  const store = fakeStore(options.installed ?? [], options.pull, options.limit);
  const memory = { total: options.total ?? 16e9, free: 4e9, limited: false };
  const output = {
    write: (line: string) => void lines.push(line),
    json: options.json ?? false,
    isTty: false,
  };
  const code = await modelsCommand(
    args[0],
    { name: args[1], folder: args[2] },
    {
      store,
      memory,
      foreign: () => Promise.resolve(options.foreign ?? []),
      scorecards: { list: () => Promise.resolve(options.cards ?? []) },
    },
    output,
    signal,
  );
  return { code, lines, pulled: store.pulled };
}

describe('thimble models', () => {
  it('lists what was measured, and files of the user’s own that were', async () => {
    const share = { asked: 4, right: 4 };
    const card = (file: string, bytes: number): Scorecard => ({
      version: 1,
      file,
      bytes,
      at: '2026-01-01T00:00:00.000Z',
      speed: { prompt: 90, decode: 30 },
      threads: 2,
      gpu: 'none',
      chat: share,
      tools: { ...share, dialect: 'hermes' },
      edits: { symbol: share },
      fillInTheMiddle: null,
      needles: [],
    });
    const known = catalogue[0]?.bytes ?? 0;
    const { lines } = await run(['list'], { cards: [card('a.gguf', known), card('own.gguf', 7)] });
    assert.match(lines[0] ?? '', /measured here: reads 90 and writes 30 tokens\/s/);
    assert.doesNotMatch(lines[1] ?? '', /measured/);
    assert.match(lines.at(-2) ?? '', /^own\.gguf .*a file of your own\n {4}measured here/);
  });

  it('lists what other programs have fetched, and says when there is nothing', async () => {
    const other = { name: 'ollama:a:1b', program: 'Ollama' as const, path: '/blobs/sha256-1', bytes: 1e9 };
    assert.match(
      (await run(['found'], { foreign: [other] })).lines.join('\n'),
      /ollama:a:1b {2}1\.0 GB, of Ollama\n {4}\/blobs/,
    );
    assert.match((await run(['found'])).lines.join(), /Nothing of Ollama/);
    assert.deepEqual((await run(['found'], { json: true })).lines, []);
  });

  it('lists the catalogue as JSON, one default', async () => {
    const { code, lines } = await run(['list'], { json: true, installed: ['qwen2.5-coder-0.5b'] });
    assert.equal(code, 0);
    const models = lines.map(
      (line) => JSON.parse(line) as { name: string; default: boolean; installed: boolean; path: string },
    );
    assert.deepEqual(
      models.map((m) => m.name),
      catalogue.map((entry) => entry.name),
    );
    assert.deepEqual(
      models.filter((m) => m.default).map((m) => m.name),
      ['qwen2.5-coder-1.5b'],
    );
    assert.deepEqual(
      models.filter((m) => m.installed).map((m) => m.name),
      ['qwen2.5-coder-0.5b'],
    );
    assert.ok(models.every((m) => m.path));
  });

  it('lists for people: state, default, licence', async () => {
    const text = (await run(['list'], { total: 4e9, installed: ['qwen2.5-coder-0.5b'] })).lines.join('\n');
    assert.match(text, /qwen2\.5-coder-0\.5b\s+491 MB {2}installed, default/);
    assert.match(text, /qwen2\.5-coder-7b\s+4\.7 GB {2}50 % fetched/);
    assert.match(text, /not for commercial use/);
  });

  it('says how much the models take, and may take', async () => {
    assert.equal((await run(['list'])).lines.at(-1), '1.6 GB in /models');
    const limited = await run(['list'], { limit: 20e9 });
    assert.equal(limited.lines.at(-1), '1.6 GB of the 20.0 GB that it may take in /models');
  });

  it('moves a model to another folder, and back without one', async () => {
    const installed = ['qwen2.5-coder-0.5b'];
    const file = 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf';
    const there = await run(['move', 'qwen2.5-coder-0.5b', '/big'], { installed });
    assert.equal(there.lines.at(-1), `qwen2.5-coder-0.5b is used from ${path.join('/big', file)}`);
    const back = await run(['move', 'qwen2.5-coder-0.5b'], { installed });
    assert.equal(back.lines.at(-1), `qwen2.5-coder-0.5b is used from ${path.join('/models', file)}`);
    assert.equal((await run(['move'])).code, 2);
    assert.match((await run(['move', 'qwen2.5-coder-1.5b'])).lines.join(), /It is not here/);
  });

  it('says what fits and why', async () => {
    const { lines } = await run(['fit'], { total: 8e9 });
    assert.match(lines.join('\n'), /8\.0 GB of memory/);
    assert.match(lines.join('\n'), /qwen2\.5-coder-1\.5b\s+fits now \(needs 2\.3 GB with 8192 tokens/);
    assert.match(lines.join('\n'), /30b-a3b\s+does not fit/);
  });

  it('pulls the default without a name', async () => {
    assert.deepEqual((await run(['pull'], { total: 4e9 })).pulled, ['qwen2.5-coder-0.5b']);
    assert.deepEqual((await run(['pull', 'hf:o/r/a.gguf'])).pulled, ['hf:o/r/a.gguf']);
  });

  it('shows progress by tenths where there is no terminal', async () => {
    const { lines } = await run(['pull', 'qwen3-4b'], {
      pull: ({ onProgress }) => {
        for (let done = 0; done <= 1000; done++)
          onProgress?.({
            phase: 'downloading',
            bytesDone: done * 1e6,
            bytesTotal: 1e9,
            bytesPerSecond: 1e6,
            msLeft: 5000,
          });
        return Promise.resolve();
      },
    });
    assert.equal(lines.length, 12);
    assert.match(lines[4] ?? '', /40 %, 400 MB of 1\.0 GB, 1 MB\/s, 5 s left/);
  });

  it('says where a download starts again', async () => {
    const { lines } = await run(['pull', 'qwen3-4b'], {
      pull: ({ onProgress }) => {
        for (const percent of [60, 70, 5, 15, 100])
          onProgress?.({
            phase: 'downloading',
            bytesDone: percent * 1e7,
            bytesTotal: 1e9,
            bytesPerSecond: 1e6,
            msLeft: 5000,
          });
        return Promise.resolve();
      },
    });
    assert.deepEqual(
      lines.map((line) => /starts again|\d+ %|ready/.exec(line)?.[0]),
      ['60 %', '70 %', 'starts again', '5 %', '15 %', '100 %', 'ready'],
    );
  });

  it('ends the line that it rewrites before it writes another', () => {
    let text = '';
    const stream = { isTTY: true, write: (piece: string) => (text += piece) };
    const output = createOutputPort(stream, false);
    output.write('a');
    output.rewrite?.('1 %');
    output.rewrite?.('2 %');
    output.write('b');
    output.write('c');
    assert.equal(text, 'a\n\r\u001b[K1 %\r\u001b[K2 %\nb\nc\n');
  });

  const codes: [name: string, args: [string, string?], options: Parameters<typeof run>[1], code: number][] = [
    ['an unknown action', ['eat'], {}, 2],
    ['an unknown model', ['pull', 'gpt'], {}, 2],
    ['a bad address', ['pull', 'hf:x'], {}, 2],
    ['a missing name', ['verify'], {}, 2],
    ['a model that is not there', ['verify', 'qwen3-4b'], {}, 1],
    ['a whole model', ['verify', 'qwen3-4b'], { installed: ['qwen3-4b'] }, 0],
    ['a removal', ['remove', 'qwen3-4b'], { installed: ['qwen3-4b'] }, 0],
    [
      'a failed pull',
      ['pull', 'qwen3-4b'],
      { pull: () => Promise.reject(new UserError('no-network', 'No.', { next: 'Later.' })) },
      1,
    ],
  ];
  for (const [name, args, options, expected] of codes) {
    it(`answers ${expected} for ${name}, in both forms`, async () => {
      const forPeople = await run(args, options);
      assert.equal(forPeople.code, expected);
      assert.ok(forPeople.lines.length > 0);
      const json = await run(args, { ...options, json: true });
      assert.equal(json.code, expected);
      for (const line of json.lines) assert.equal(typeof JSON.parse(line), 'object');
    });
  }

  it('answers 130 when it is interrupted, and says that the part is kept', async () => {
    const abort = new AbortController();
    const { code, lines } = await run(
      ['pull', 'qwen3-4b'],
      {
        pull: () => {
          abort.abort();
          abort.signal.throwIfAborted();
          return Promise.resolve();
        },
      },
      abort.signal,
    );
    assert.equal(code, 130);
    assert.match(lines.at(-1) ?? '', /kept/);
  });

  it('writes amounts for people', () => {
    assert.deepEqual([999, 491_400_064, 1_117_320_768].map(formatBytes), ['1 kB', '491 MB', '1.1 GB']);
    assert.deepEqual([100, 89_000, 180_000, 4_800_000].map(formatDuration), [
      '1 s',
      '89 s',
      '3 min',
      '1 h 20 min',
    ]);
    assert.equal(
      progressText('m', {
        phase: 'checking',
        bytesDone: 5e6,
        bytesTotal: undefined,
        bytesPerSecond: undefined,
        msLeft: undefined,
      }),
      'm: checking, 5 MB',
    );
    assert.equal(
      findingText({ name: 'git', state: 'warning', text: 'not found', next: 'Install it.' }),
      '! git: not found\n  → Install it.',
    );
  });
});
