import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The scripts are plain modules without types; each test states what it uses of them. */
const load = async <T>(file: string): Promise<T> => (await import(`../../scripts/${file}`)) as T;

interface SuiteResult {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  note?: string;
}

let folder = '';
function useFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-scripts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
}

const write = (file: string, text: string): string => {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
};

describe('arguments of npm start', () => {
  interface Request {
    task?: string;
    cwd?: string;
    model?: string;
    passedOn: string[];
  }
  const cases: { args: string[]; expected: Request | RegExp }[] = [
    { args: [], expected: { passedOn: [] } },
    { args: ['Fix it'], expected: { task: 'Fix it', passedOn: [] } },
    {
      args: ['Fix it', '--seed', '7', '--yes'],
      expected: { task: 'Fix it', passedOn: ['--seed=7', '--yes'] },
    },
    {
      args: ['--yes=edit', 'Fix it', '--cwd', 'a b'],
      expected: { task: 'Fix it', cwd: 'a b', passedOn: ['--yes=edit'] },
    },
    {
      args: ['--cwd=x=y', '--model=m.gguf', 'T'],
      expected: { task: 'T', cwd: 'x=y', model: 'm.gguf', passedOn: ['--model=m.gguf'] },
    },
    {
      args: ['Fix it', '--command-timeout', '30', '--threads', '2'],
      expected: { task: 'Fix it', passedOn: ['--command-timeout=30', '--threads=2'] },
    },
    { args: ['Fix', 'it'], expected: /One task at a time/ },
    { args: ['Fix it', '--cwd'], expected: /--cwd needs a value/ },
  ];
  for (const { args, expected } of cases) {
    it(args.join(' ') || '(none)', async () => {
      const { splitStartArguments } = await load<{ splitStartArguments: (args: string[]) => Request }>(
        'lib/start-arguments.mjs',
      );
      if (expected instanceof RegExp) assert.throws(() => splitStartArguments(args), expected);
      else assert.deepEqual(splitStartArguments(args), expected);
    });
  }
});

describe('results of suites', () => {
  useFolder();

  interface Results {
    readResult: (file: string, ended: string, name: string) => SuiteResult;
    unavailable: (name: string, note: string, strict: boolean) => SuiteResult;
    countLine: (results: SuiteResult[]) => string;
  }
  const cases: { name: string; text?: string; counts: [number, number, number] }[] = [
    { name: 'a full report', text: '{"stats":{"passes":4,"failures":1,"pending":2}}', counts: [4, 1, 2] },
    { name: 'no report, as a killed extension host leaves it', counts: [0, 1, 0] },
    { name: 'half a report', text: '{"stats":{"pas', counts: [0, 1, 0] },
    { name: 'no counts in it', text: '{"stats":{}}', counts: [0, 1, 0] },
    { name: 'no test ran', text: '{"stats":{"passes":0,"failures":0,"pending":0}}', counts: [0, 1, 0] },
  ];
  for (const { name, text, counts } of cases) {
    it(name, async () => {
      const { readResult } = await load<Results>('suites/result.mjs');
      const file = text === undefined ? path.join(folder, 'none.json') : write('result.json', text);
      const { passed, failed, skipped } = readResult(file, 'exit code 0', 's');
      assert.deepEqual([passed, failed, skipped], counts);
    });
  }
  it('names what passed at the second try only', async () => {
    const { readResult } = await load<Results>('suites/result.mjs');
    const stats = { passes: 2, failures: 0, pending: 0 };
    const tests = [
      { fullTitle: 'a quick one', currentRetry: 0 },
      { fullTitle: 'a slow one', currentRetry: 1 },
    ];
    for (const more of [{ tests }, { retried: ['a slow one'] }]) {
      const result = readResult(write('result.json', JSON.stringify({ stats, ...more })), '', 's');
      assert.equal(result.passed, 2);
      assert.equal(result.note, '↻ tried again: a slow one');
    }
    const calm = readResult(write('result.json', JSON.stringify({ stats, retried: [] })), '', 's');
    assert.equal(calm.note, undefined);
  });

  it('counts a suite that cannot run as skipped, and as failed where nothing may be skipped', async () => {
    const { unavailable, countLine } = await load<Results>('suites/result.mjs');
    const passed = { name: 'unit', passed: 3, failed: 0, skipped: 0 };
    assert.equal(countLine([passed]), '3 passed, 0 failed');
    assert.equal(
      countLine([passed, unavailable('ui', 'no browser', false)]),
      '3 passed, 0 failed, 1 skipped',
    );
    assert.equal(countLine([passed, unavailable('ui', 'no browser', true)]), '3 passed, 1 failed');
  });
});

describe('set-up', () => {
  useFolder();

  it('does work again when a file was added, changed or removed, and only then', async () => {
    const { hashInputs } = await load<{ hashInputs: (base: string, inputs: string[]) => string }>(
      'lib/stamp.mjs',
    );
    write('src/a/one.ts', '1');
    const first = hashInputs(folder, ['src', 'missing']);
    write('other.ts', 'not an input');
    assert.equal(hashInputs(folder, ['src', 'missing']), first);
    const changed = write('src/a/one.ts', '2');
    assert.notEqual(hashInputs(folder, ['src', 'missing']), first);
    rmSync(changed);
    write('src/b/one.ts', '1');
    assert.notEqual(hashInputs(folder, ['src', 'missing']), first);
  });

  const caches: { platform: string; env: Record<string, string>; home: string; expected: string }[] = [
    { platform: 'linux', env: {}, home: '/home/u', expected: '/home/u/.cache/thimble-rig' },
    { platform: 'linux', env: { XDG_CACHE_HOME: '/c' }, home: '/home/u', expected: '/c/thimble-rig' },
    { platform: 'darwin', env: {}, home: '/Users/u', expected: '/Users/u/Library/Caches/thimble-rig' },
    {
      platform: 'win32',
      env: {},
      home: 'C:\\Users\\u',
      expected: 'C:\\Users\\u\\AppData\\Local\\thimble-rig',
    },
    {
      platform: 'win32',
      env: { LOCALAPPDATA: 'D:\\l' },
      home: 'C:\\Users\\u',
      expected: 'D:\\l\\thimble-rig',
    },
    { platform: 'linux', env: { THIMBLE_RIG: '/mnt/rig' }, home: '/home/u', expected: '/mnt/rig' },
  ];
  for (const { platform, env, home, expected } of caches) {
    it(`keeps the rig in ${expected}`, async () => {
      const { rigCacheFolder } = await load<{
        rigCacheFolder: (env: Record<string, string>, platform: string, home: string) => string;
      }>('lib/paths.mjs');
      assert.equal(rigCacheFolder(env, platform, home), expected);
    });
  }

  it('refuses a Node that is too old', async () => {
    const { checkNodeVersion } = await load<{ checkNodeVersion: (version: string) => void }>(
      'setup/packages.mjs',
    );
    for (const good of ['20.19.0', '20.20.2', '22.1.0', '24.0.0']) checkNodeVersion(good);
    for (const old of ['20.18.3', '18.20.0']) assert.throws(() => checkNodeVersion(old), /too old/);
  });

  it('takes JSON lines out of what a program printed', async () => {
    const { jsonLines } = await load<{ jsonLines: (text: string) => unknown[] }>('setup/model.mjs');
    assert.deepEqual(jsonLines('loading\n{"a":1}\nwarning: {\n{"b":2}\n'), [{ a: 1 }, { b: 2 }]);
  });

  it('says how fast the engine answered', async () => {
    const { describeSpeed } = await load<{
      describeSpeed: (answer: { tokens: number; first_token_ms: number | null; total_ms: number }) => string;
    }>('setup/engine-check.mjs');
    assert.equal(
      describeSpeed({ tokens: 21, first_token_ms: 500, total_ms: 1500 }),
      'answers: first token after 500 ms, 20 tokens a second',
    );
    assert.equal(describeSpeed({ tokens: 0, first_token_ms: null, total_ms: 9 }), 'answers');
  });
});

describe('package', () => {
  useFolder();

  interface Runtime {
    runtimePackages: (root: string, names: string[], leftOut?: Set<string>) => string[];
  }
  const module = (at: string, dependencies: string[] = []): string =>
    write(
      `${at}/package.json`,
      JSON.stringify({ dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])) }),
    );

  it('takes what is needed at run time, nested versions and scopes included, and nothing else', async () => {
    module('node_modules/engine', ['shared', '@scope/native', 'compiler']);
    module('node_modules/engine/node_modules/shared', ['leaf']);
    module('node_modules/shared', ['unneeded']);
    module('node_modules/@scope/native', ['shared', 'engine']);
    module('node_modules/leaf');
    module('node_modules/compiler', ['unneeded']);
    module('node_modules/unneeded');
    const { runtimePackages } = await load<Runtime>('lib/runtime-packages.mjs');
    assert.deepEqual(runtimePackages(folder, ['engine'], new Set(['compiler', 'unneeded'])), [
      'node_modules/@scope/native',
      'node_modules/engine',
      'node_modules/engine/node_modules/shared',
      'node_modules/leaf',
      'node_modules/shared',
    ]);
  });

  it('says which package is missing', async () => {
    module('node_modules/engine', ['shared']);
    const { runtimePackages } = await load<Runtime>('lib/runtime-packages.mjs');
    assert.throws(() => runtimePackages(folder, ['engine']), /shared, which node_modules\/engine needs/);
  });

  it('knows the native parts of each platform', async () => {
    const { platformTarget } = await load<{
      platformTarget: (platform: string, arch: string) => { target: string; nativePackages: string[] };
    }>('lib/platform-target.mjs');
    assert.deepEqual(platformTarget('darwin', 'arm64'), {
      target: 'darwin-arm64',
      nativePackages: ['@node-llama-cpp/mac-arm64-metal', '@vscode/ripgrep-darwin-arm64'],
    });
    assert.deepEqual(platformTarget('win32', 'x64').nativePackages, [
      '@node-llama-cpp/win-x64',
      '@vscode/ripgrep-win32-x64',
    ]);
    assert.throws(() => platformTarget('freebsd', 'x64'), /no engine binary for freebsd-x64/);
  });
});
