import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { openWorkspaceIndex, type WorkspaceIndex } from '../../src/indexer/workspace-index';
import { readFacts } from '../../src/syntax/file-facts';
import { grammars } from '../syntax/support';

/** A folder with an index; every file that is parsed is noted. */
function workspace(files: Record<string, string>) {
  const root = mkdtempSync(path.join(tmpdir(), 'thimble-index-'));
  const folder = path.join(root, 'files');
  const storeFile = path.join(root, 'index.thx');
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  const parsed: string[] = [];
  const log: string[] = [];
  const open = async ({
    hasRoom = () => true,
    ...more
  }: { maxFiles?: number; skip?: string[]; hasRoom?: () => boolean } = {}): Promise<WorkspaceIndex> => {
    parsed.length = 0;
    const index = await openWorkspaceIndex(
      {
        roots: [{ prefix: '', folder }],
        storeFile,
        ripgrep: rgPath,
        maxFiles: 100,
        first: [],
        skip: [],
        ...more,
      },
      {
        parse: (file) => readFacts(file, grammars),
        onFile: (file) => {
          if (file !== undefined) parsed.push(file);
        },
        log: (line) => {
          log.push(line);
        },
        hasRoom,
      },
    );
    while (index.status().state === 'indexing') await new Promise((resolve) => setTimeout(resolve, 5));
    return index;
  };
  return {
    folder,
    storeFile,
    write,
    parsed,
    log,
    open,
    remove: (file: string) => rmSync(path.join(folder, file)),
    end: () => rmSync(root, { recursive: true, force: true }),
  };
}

const definition = (name: string): string => `export function ${name}(side: number) {\n  return side;\n}\n`;

describe('workspace index', () => {
  let made: ReturnType<typeof workspace>;
  afterEach(() => made.end());
  const paths = (index: WorkspaceIndex): string[] => index.table().paths().sort();

  it('holds the files that have a grammar and that no ignore file names', async () => {
    made = workspace({
      'src/a.ts': definition('a'),
      'notes.txt': 'no code',
      '.gitignore': 'out/\n',
      'out/b.ts': definition('b'),
      '.thimbleignore': 'generated/\n',
      'generated/c.ts': definition('c'),
      'node_modules/d/d.js': 'function d() {}',
      'lib.min.js': 'function e(){}',
      'binary.ts': 'a\0b',
      'long.js': `var x = "${'x'.repeat(200_000)}";`,
      'large.ts': `// ${'x '.repeat(600_000)}\n`,
    });
    symlinkSync(made.folder, path.join(made.folder, 'src', 'loop'));
    const index = await made.open();
    assert.deepEqual(paths(index), ['src/a.ts']);
    assert.deepEqual(index.status().skipped, { binary: 1, minified: 1, 'too-large': 1 });
  });

  it('reads what stands in other encodings, and is not led astray by links, folders and broken code', async () => {
    made = workspace({
      'utf16.ts': '',
      'latin1.py': '',
      'broken.ts': 'export function half( {\n  return (((\n\nexport function whole() {}\n',
    });
    writeFileSync(path.join(made.folder, 'utf16.ts'), `\ufeff${definition('wide')}`, 'utf16le');
    writeFileSync(
      path.join(made.folder, 'latin1.py'),
      Buffer.from('# caf\xe9\ndef coffee():\n    pass\n', 'latin1'),
    );
    mkdirSync(path.join(made.folder, 'folder.ts'));
    symlinkSync(path.join(made.folder, 'nowhere.ts'), path.join(made.folder, 'dangling.ts'));
    symlinkSync(made.folder, path.join(made.folder, 'folder.ts', 'loop'));
    const index = await made.open();
    assert.deepEqual(paths(index), ['broken.ts', 'latin1.py', 'utf16.ts']);
    for (const name of ['wide', 'coffee']) {
      const id = index.table().nameId(name);
      assert.equal(id !== undefined && index.table().definitionCount(id), 1, name);
    }
  });

  it('parses nothing again at a warm start, and only what changed after', async () => {
    made = workspace({ 'a.ts': definition('a'), 'b.ts': definition('b'), 'c.ts': definition('c') });
    await made.open();
    assert.deepEqual(made.parsed.slice().sort(), ['a.ts', 'b.ts', 'c.ts']);
    await made.open();
    assert.deepEqual(made.parsed, []);
    made.write('b.ts', definition('other'));
    made.write('new.ts', definition('n'));
    made.remove('c.ts');
    const index = await made.open();
    assert.deepEqual(made.parsed.slice().sort(), ['b.ts', 'new.ts']);
    assert.deepEqual(paths(index), ['a.ts', 'b.ts', 'new.ts']);
  });

  it('follows a change, a new file and a deletion while it is open', async () => {
    made = workspace({ 'a.ts': definition('a') });
    const index = await made.open();
    made.write('a.ts', definition('renamed'));
    made.write('b.ts', definition('b'));
    await index.update(['a.ts', 'b.ts', '../outside.ts', 'gone.ts']);
    assert.deepEqual(paths(index), ['a.ts', 'b.ts']);
    assert.match((await index.textOf('a.ts'))!, /renamed/);
    made.remove('b.ts');
    await index.update(['b.ts']);
    assert.deepEqual(paths(index), ['a.ts']);
  });

  it('leaves out what is ignored, and follows an ignore file and whole folders', async () => {
    made = workspace({ '.gitignore': 'out/\n', 'a.ts': definition('a'), 'src/deep/b.ts': definition('b') });
    const index = await made.open();
    made.write('out/made.ts', definition('made'));
    made.write('new/c.ts', definition('c'));
    await index.update(['out/made.ts', 'out', 'new']);
    assert.deepEqual(paths(index), ['a.ts', 'new/c.ts', 'src/deep/b.ts']);
    rmSync(path.join(made.folder, 'src'), { recursive: true });
    await index.update(['src']);
    assert.deepEqual(paths(index), ['a.ts', 'new/c.ts']);
    made.write('.gitignore', 'new/\n');
    await index.update(['.gitignore']);
    assert.deepEqual(paths(index), ['a.ts', 'out/made.ts']);
  });

  for (const [name, damage] of [
    ['cut off', (file: string) => truncateSync(file, 60)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['garbage', (file: string) => writeFileSync(file, 'garbage '.repeat(1000))],
  ] as const) {
    it(`builds the index again where the stored one is ${name}, and says so once`, async () => {
      made = workspace({ 'a.ts': definition('a') });
      await made.open();
      damage(made.storeFile);
      assert.deepEqual(paths(await made.open()), ['a.ts']);
      assert.equal(made.log.length, 1);
      assert.match(made.log[0]!, /cannot be used.*built again/);
      await made.open();
      assert.equal(made.log.length, 1);
    });
  }

  it('tells that a workspace is too large, and leaves out what the parser hung on', async () => {
    made = workspace({ 'a.ts': definition('a'), 'b.ts': definition('b'), 'c.ts': definition('c') });
    const limited = await made.open({ maxFiles: 2 });
    assert.equal(limited.status().truncated, true);
    assert.equal(limited.status().files, 2);
    const index = await made.open({ skip: ['b.ts'] });
    assert.deepEqual(paths(index), ['a.ts', 'c.ts']);
    assert.equal(index.status().skipped['parser'], 1);
  });

  it('stops where the memory ends, stores what it has, and says so', async () => {
    made = workspace(
      Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`f${at}.ts`, definition(`f${at}`)])),
    );
    let asked = 0;
    const index = await made.open({ maxFiles: 1000, hasRoom: () => asked++ === 0 });
    assert.equal(index.status().files, 100);
    assert.equal(index.status().truncated, true);
    assert.match(
      made.log.join('\n'),
      /^Only 100 of 120 files are indexed, since more would use up the memory/,
    );
    const [known = ''] = index.table().paths();
    made.write(known, definition('changed'));
    await made.open({ maxFiles: 1000, hasRoom: () => false });
    assert.deepEqual(made.parsed, [known], 'a file that has a place in the index is kept up to date');
    const again = await made.open({ maxFiles: 1000 });
    assert.equal(again.status().files, 120);
    assert.equal(made.parsed.length, 20);
  });

  it('takes no new folder in where the memory has ended, and follows what it knows', async () => {
    const made = workspace({ 'a.py': 'def a(): pass\n', 'data.bin': '\0' });
    try {
      let isFull = false;
      const index = await made.open({ hasRoom: () => !isFull });
      isFull = true;
      made.write('new/b.py', 'def b(): pass\n');
      made.write('a.py', 'def changed(): pass\n');
      await index.update(['new', 'a.py', 'never.py']);
      assert.equal(index.status().truncated, true);
      assert.deepEqual([...index.table().paths()], ['a.py']);
      assert.deepEqual(made.parsed, ['a.py', 'a.py']);
      assert.match(made.log.join('\n'), /^Only 1 of 2 files are indexed/m);
      isFull = false;
      await index.update(['new']);
      assert.deepEqual([...index.table().paths()].sort(), ['a.py', 'new/b.py']);
    } finally {
      made.end();
    }
  });

  it('counts what is left out once, however often it looks', async () => {
    const made = workspace({ 'a.py': 'x = "\0"\n' });
    try {
      const index = await made.open();
      const { skipped } = index.status();
      assert.deepEqual(skipped, { binary: 1 });
      await index.update(['']);
      assert.deepEqual(index.status().skipped, skipped);
    } finally {
      made.end();
    }
  });

  it('keeps what it knows while the folder is away', async () => {
    made = workspace({ 'a.ts': definition('a') });
    await made.open();
    rmSync(made.folder, { recursive: true });
    const index = await made.open();
    assert.deepEqual(paths(index), ['a.ts']);
    assert.match(made.log.join('\n'), /cannot be listed/);
  });
});
