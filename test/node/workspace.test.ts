import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../../src/base/errors';
import type { Workspace } from '../../src/base/ports';
import { fileSystem, type FileSystem } from '../../src/node/atomic-write';
import { createNodeWorkspace } from '../../src/node/workspace';
import { createFolder, never } from '../tools/support';

const workspaceOn = (...folders: string[]): Workspace => createNodeWorkspace({ folders, trusted: true });
const rejects = (code: string, next?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.equal(error.code, code);
  if (next) assert.match(`${error.message} ${error.next ?? ''}`, next);
  return true;
};
const filesIn = (folder: string): string[] => fs.readdirSync(folder, { recursive: true }).map(String).sort();

describe('workspace: reading', () => {
  it('gives text, format, hash and language', async () => {
    const folder = createFolder({ 'src/a.ts': Buffer.from('\ufeffconst a = 1;\r\n') });
    const file = await workspaceOn(folder).read('./src/a.ts');
    assert.equal(file.text, 'const a = 1;\r\n');
    assert.deepEqual(file.format, { encoding: 'utf-8', bom: true, eol: '\r\n', mixedEol: false });
    assert.deepEqual(
      [file.path, file.languageId, file.readOnly, file.dirty],
      ['src/a.ts', 'typescript', false, false],
    );
    assert.match(file.hash, /^[0-9a-f]{64}$/);
  });

  const folder = (): string => {
    const made = createFolder({
      'a.bin': Buffer.from([1, 0, 2]),
      'big.txt': 'x'.repeat(1024 * 1024 + 1),
      'd/x': '',
    });
    if (process.platform !== 'win32') execFileSync('mkfifo', [path.join(made, 'pipe')]);
    return made;
  };
  const refused: [file: string, code: string][] = [
    ['none.txt', 'file-missing'],
    ['d/x/y', 'file-missing'],
    ['d', 'is-folder'],
    ['a.bin', 'binary-file'],
    ['big.txt', 'file-too-large'],
    ['../x', 'outside-workspace'],
    ...(process.platform === 'win32' ? [] : [['pipe', 'no-file'] as [string, string]]),
  ];
  for (const [file, code] of refused) {
    it(`refuses ${file}: ${code}`, () => assert.rejects(workspaceOn(folder()).read(file), rejects(code)));
  }

  it('reads a file of 200,000 lines that is small enough', async () => {
    const text = 'ab\n'.repeat(200_000);
    const file = await workspaceOn(createFolder({ 'a.txt': text })).read('a.txt');
    assert.equal(file.text.length, text.length);
  });

  it('says that no folder is open', () => assert.rejects(workspaceOn().read('a'), rejects('no-workspace')));

  it('follows links inside and refuses those that lead outside', async () => {
    const outside = createFolder({ 'secret.txt': 's' });
    const inside = createFolder({ 'real/a.txt': 'a' });
    fs.symlinkSync(path.join(inside, 'real'), path.join(inside, 'link'));
    fs.symlinkSync(outside, path.join(inside, 'out'));
    fs.symlinkSync(path.join(outside, 'new.txt'), path.join(inside, 'dangling'));
    fs.symlinkSync('loop', path.join(inside, 'loop'));
    const workspace = workspaceOn(inside);
    assert.equal((await workspace.read('link/a.txt')).text, 'a');
    for (const file of ['out/secret.txt', 'out/new.txt', 'out', 'dangling', 'loop']) {
      await assert.rejects(workspace.read(file), rejects('outside-workspace'));
      await assert.rejects(
        workspace.write([{ path: file, text: 'x', expectedHash: null }], 't'),
        rejects('outside-workspace'),
      );
    }
    assert.deepEqual(filesIn(outside), ['secret.txt']);
  });

  it('works in a root that is a link itself', async () => {
    const real = createFolder({ 'a.txt': 'a' });
    const link = path.join(createFolder({}), 'link');
    fs.symlinkSync(real, link);
    const workspace = workspaceOn(link);
    assert.equal((await workspace.read('a.txt')).text, 'a');
    assert.deepEqual((await workspace.list('', { limit: 9 })).paths, ['a.txt']);
  });
});

describe('workspace: listing and searching', () => {
  const tree = {
    '.gitignore': 'built\n',
    '.git/config': 'needle\n',
    '.env': 'needle=1\n',
    'built/x.js': 'needle\n',
    'src/b.py': 'first\n  die Nadel: “ä” needle Needle\n',
    'src/a.py': 'x = "needle"\n',
    'src-2/a.js': 'needle(1)\n',
  };

  it('lists in byte order, without what is ignored and without git’s records', async () => {
    const workspace = workspaceOn(createFolder(tree));
    const { paths, truncated } = await workspace.list('', { limit: 100 });
    assert.deepEqual(paths, ['.env', '.gitignore', 'src-2/a.js', 'src/a.py', 'src/b.py']);
    assert.equal(truncated, false);
    assert.deepEqual(await workspace.list('', { limit: 1 }), { paths: ['.env'], truncated: true });
    assert.deepEqual((await workspace.list('src', { limit: 9 })).paths, ['src/a.py', 'src/b.py']);
    assert.deepEqual((await workspace.list('', { limit: 9, glob: '*.py' })).paths, ['src/a.py', 'src/b.py']);
    assert.deepEqual((await workspace.list('', { limit: 9, glob: 'src*/a.*' })).paths, [
      'src-2/a.js',
      'src/a.py',
    ]);
    await assert.rejects(workspace.list('src/a.py', { limit: 9 }), rejects('no-folder'));
    await assert.rejects(workspace.list('none', { limit: 9 }), rejects('file-missing'));
  });

  it('finds lines with 1-based UTF-16 columns', async () => {
    const { matches } = await workspaceOn(createFolder(tree)).search(
      { pattern: 'needle', maxMatches: 9 },
      never,
    );
    assert.deepEqual(
      matches.map(({ path: file, line, column }) => `${file}:${line}:${column}`),
      ['.env:1:1', 'src/a.py:1:6', 'src/b.py:2:18', 'src-2/a.js:1:1'],
    );
  });

  const searches: [
    name: string,
    options: Parameters<Workspace['search']>[0],
    found: number,
    truncated: boolean,
  ][] = [
    ['stops at the limit', { pattern: 'needle', maxMatches: 2 }, 2, true],
    ['is exactly at the limit', { pattern: 'needle', maxMatches: 4 }, 4, false],
    ['finds nothing', { pattern: 'absent', maxMatches: 9 }, 0, false],
    ['takes capitals as they are', { pattern: 'Needle', maxMatches: 9 }, 1, false],
    ['ignores capitals when told to', { pattern: 'NEEDLE', caseSensitive: false, maxMatches: 9 }, 4, false],
    ['takes a pattern literally', { pattern: 'needle(1)', maxMatches: 9 }, 1, false],
    ['takes an expression', { pattern: 'needle\\(\\d\\)', regex: true, maxMatches: 9 }, 1, false],
    ['takes a pattern that looks like an option', { pattern: '--files', maxMatches: 9 }, 0, false],
    ['takes a pattern of several lines', { pattern: 'first\n  die', maxMatches: 9 }, 1, false],
    ['keeps to a glob', { pattern: 'needle', glob: 'src{,/**}', maxMatches: 9 }, 2, false],
    [
      'does not open what is ignored for a glob',
      { pattern: 'needle', glob: '**/*.js', maxMatches: 9 },
      1,
      false,
    ],
  ];
  for (const [name, options, found, truncated] of searches) {
    it(name, async () => {
      const result = await workspaceOn(createFolder(tree)).search(options, never);
      assert.deepEqual([result.matches.length, result.truncated], [found, truncated]);
    });
  }

  it('shows of a very long line the part around the match', async () => {
    const folder = createFolder({ 'min.js': `${'x'.repeat(100_000)}needle${'y'.repeat(100_000)}\n` });
    const { matches } = await workspaceOn(folder).search({ pattern: 'needle', maxMatches: 9 }, never);
    assert.ok(matches[0]!.text.includes('needle') && matches[0]!.text.length < 400);
    assert.equal(matches[0]!.column, 100_001);
  });

  it('refuses a broken expression, an aborted search and a missing ripgrep', async () => {
    const folder = createFolder(tree);
    await assert.rejects(
      workspaceOn(folder).search({ pattern: '(', regex: true, maxMatches: 9 }, never),
      rejects('bad-pattern'),
    );
    await assert.rejects(
      workspaceOn(folder).search({ pattern: 'needle', maxMatches: 9 }, AbortSignal.abort()),
      { name: 'AbortError' },
    );
    const without = createNodeWorkspace({
      folders: [folder],
      trusted: true,
      ripgrep: () => Promise.resolve(path.join(folder, 'no-rg')),
    });
    await assert.rejects(
      without.search({ pattern: 'a', maxMatches: 9 }, never),
      rejects('search-unavailable'),
    );
  });

  it('puts the root’s name in front when there are several', async () => {
    const [one, two] = [createFolder({ 'a.py': 'needle\n' }), createFolder({ 'b.py': 'needle\n' })];
    const workspace = workspaceOn(one, two);
    const names = [`${path.basename(one)}/a.py`, `${path.basename(two)}/b.py`];
    assert.deepEqual(workspace.roots, [{ name: path.basename(one) }, { name: path.basename(two) }]);
    assert.deepEqual((await workspace.list('', { limit: 9 })).paths, [...names].sort());
    const { matches } = await workspace.search({ pattern: 'needle', maxMatches: 9 }, never);
    assert.deepEqual(
      matches.map((match) => match.path),
      names,
    );
    assert.equal((await workspace.read(names[1]!)).text, 'needle\n');
    await assert.rejects(workspace.read('b.py'), rejects('unknown-root', new RegExp(path.basename(two))));
  });
});

describe('workspace: writing', () => {
  it('keeps mark, encoding and permissions', async () => {
    const cases: [before: Buffer, text: string, after: Buffer][] = [
      [Buffer.from('\ufeffa\r\n'), 'b\r\n', Buffer.from('\ufeffb\r\n')],
      [Buffer.from('\ufeffa', 'utf16le'), 'ж', Buffer.from('\ufeffж', 'utf16le')],
      [Buffer.from('gr\u00fcn', 'latin1'), 'r\u00f6t', Buffer.from('r\u00f6t', 'latin1')],
    ];
    for (const [before, text, after] of cases) {
      const folder = createFolder({ 'a.sh': before });
      const file = path.join(folder, 'a.sh');
      fs.chmodSync(file, 0o754);
      const workspace = workspaceOn(folder);
      const { hash } = await workspace.read('a.sh');
      await workspace.write([{ path: 'a.sh', text, expectedHash: hash }], 'test');
      assert.deepEqual(fs.readFileSync(file), after);
      if (process.platform !== 'win32') assert.equal(fs.statSync(file).mode & 0o777, 0o754);
      assert.deepEqual(filesIn(folder), ['a.sh']);
    }
  });

  it('creates folders, deletes, and writes through a link inside', async () => {
    const folder = createFolder({ 'old.txt': 'o', 'real.txt': 'r' });
    fs.symlinkSync('real.txt', path.join(folder, 'link.txt'));
    const workspace = workspaceOn(folder);
    const hash = async (file: string): Promise<string> => (await workspace.read(file)).hash;
    await workspace.write(
      [
        { path: 'x/y/new.txt', text: 'n', expectedHash: null },
        { path: 'old.txt', text: null, expectedHash: await hash('old.txt') },
        { path: 'link.txt', text: 'R', expectedHash: await hash('link.txt') },
      ],
      'test',
    );
    assert.deepEqual(
      filesIn(folder),
      ['link.txt', 'real.txt', 'x', 'x/y', 'x/y/new.txt'].map((name) => path.normalize(name)),
    );
    assert.equal(fs.readFileSync(path.join(folder, 'real.txt'), 'utf8'), 'R');
    assert.ok(fs.lstatSync(path.join(folder, 'link.txt')).isSymbolicLink());
  });

  it('refuses what changed, appeared or went meanwhile, and writes nothing', async () => {
    const folder = createFolder({ 'a.txt': 'a', 'b.txt': 'b' });
    const workspace = workspaceOn(folder);
    const [a, b] = [(await workspace.read('a.txt')).hash, (await workspace.read('b.txt')).hash];
    fs.writeFileSync(path.join(folder, 'b.txt'), 'b2');
    for (const change of [
      { path: 'b.txt', text: 'x', expectedHash: b },
      { path: 'b.txt', text: 'x', expectedHash: null },
      { path: 'gone.txt', text: 'x', expectedHash: b },
    ]) {
      const both = [{ path: 'a.txt', text: 'x', expectedHash: a }, change];
      await assert.rejects(
        workspace.write(both, 'test'),
        rejects('changed-meanwhile', /Read the file again/),
      );
    }
    assert.equal(fs.readFileSync(path.join(folder, 'a.txt'), 'utf8'), 'a');
  });

  it('refuses a read-only file, an untrusted workspace, git’s records and text that does not fit', async () => {
    const folder = createFolder({ 'a.txt': 'a', 'l.txt': Buffer.from([0x67, 0xfc]), '.git/config': '' });
    fs.chmodSync(path.join(folder, 'a.txt'), 0o444);
    const workspace = workspaceOn(folder);
    const file = await workspace.read('a.txt');
    assert.equal(file.readOnly, true);
    const write = (name: string, text: string, expectedHash: string | null, on = workspace): Promise<void> =>
      on.write([{ path: name, text, expectedHash }], 'test');
    await assert.rejects(write('a.txt', 'x', file.hash), rejects('read-only'));
    await assert.rejects(write('.git/hooks/x', 'x', null), rejects('protected'));
    await assert.rejects(
      write('l.txt', '→', (await workspace.read('l.txt')).hash),
      rejects('encoding-cannot-hold', /U\+2192/),
    );
    const untrusted = createNodeWorkspace({ folders: [folder], trusted: false });
    await assert.rejects(write('b.txt', 'x', null, untrusted), rejects('untrusted'));
    await assert.rejects(untrusted.restoreBytes('a.txt', null), rejects('untrusted'));
    await assert.rejects(
      workspace.write(
        [1, 2].map(() => ({ path: 'n.txt', text: 'x', expectedHash: null })),
        't',
      ),
      rejects('bad-path'),
    );
    assert.deepEqual(
      filesIn(folder),
      ['.git', '.git/config', 'a.txt', 'l.txt'].map((name) => path.normalize(name)),
    );
  });

  /** The second call of one kind fails as on a full or broken disk. */
  const failing = (kind: keyof FileSystem, code: string): FileSystem => {
    let calls = 0;
    const fail = (): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));
    const counted =
      <A extends unknown[]>(call: (...args: A) => Promise<void>) =>
      (...args: A): Promise<void> =>
        ++calls === 2 ? fail() : call(...args);
    return { ...fileSystem, [kind]: counted(fileSystem[kind] as (...args: unknown[]) => Promise<void>) };
  };
  for (const [kind, code, reported] of [
    ['create', 'ENOSPC', 'disk-full'],
    ['rename', 'EACCES', 'read-only'],
    ['rename', 'EIO', 'file-failed'],
  ] as const) {
    it(`puts everything back when ${kind} fails with ${code}`, async () => {
      const folder = createFolder({ 'a.txt': 'a', 'b.txt': 'b' });
      const workspace = createNodeWorkspace({
        folders: [folder],
        trusted: true,
        fileSystem: failing(kind, code),
      });
      const changes = await Promise.all(
        ['a.txt', 'b.txt'].map(async (name) => ({
          path: name,
          text: 'new',
          expectedHash: (await workspace.read(name)).hash,
        })),
      );
      changes.unshift({ path: 'x/c.txt', text: 'c', expectedHash: null as never });
      await assert.rejects(workspace.write(changes, 'test'), rejects(reported));
      assert.deepEqual(filesIn(folder), ['a.txt', 'b.txt']);
      assert.deepEqual(
        ['a.txt', 'b.txt'].map((name) => fs.readFileSync(path.join(folder, name), 'utf8')),
        ['a', 'b'],
      );
    });
  }

  it('restores bytes, also of files and folders that are gone', async () => {
    const folder = createFolder({ 'd/a.bin': Buffer.from([0, 1, 255]), 'new.txt': 'n' });
    const workspace = workspaceOn(folder);
    const bytes = await workspace.readBytes('d/a.bin');
    assert.equal(await workspace.readBytes('none'), null);
    fs.rmSync(path.join(folder, 'd'), { recursive: true });
    await workspace.restoreBytes('d/a.bin', bytes);
    await workspace.restoreBytes('new.txt', null);
    await workspace.restoreBytes('never.txt', null);
    assert.deepEqual([...fs.readFileSync(path.join(folder, 'd/a.bin'))], [0, 1, 255]);
    assert.deepEqual(
      filesIn(folder),
      ['d', 'd/a.bin'].map((name) => path.normalize(name)),
    );
  });
});
