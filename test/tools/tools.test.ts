import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FileSnapshot, Workspace } from '../../src/base/ports';
import { UserError } from '../../src/base/errors';
import { createCommandRunner } from '../../src/node/command-runner';
import { createNodeWorkspace } from '../../src/node/workspace';
import { toolDefinitions } from '../../src/tools/definitions';
import { prepareTool, runTool } from '../../src/tools/prepare-tool';
import type { PreparedTool, ToolPorts } from '../../src/tools/tool-types';
import { createFolder, limits, never, portsOn } from './support';

const stats = `def mean(values):
    return sum(values) / len(values)


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
`;
const long = Array.from(
  { length: 120 },
  (_, i) => `def function_${i}(value):\n    return value + ${i}\n\n`,
).join('\n');
const files = {
  'src/stats.py': stats,
  'src/long.py': long,
  'src/long.txt': 'some text in a line\n'.repeat(900),
  'README.md': '# Read me\n',
  'data.bin': Buffer.from([0, 1, 2]),
  'big.txt': 'x'.repeat(1024 * 1024 + 1),
  'lines.txt': '1\n'.repeat(200_000),
};

async function prepare(name: string, args: unknown, ports: ToolPorts): Promise<PreparedTool> {
  const prepared = await prepareTool({ name, arguments: args }, ports, never);
  assert.ok(prepared.ok, JSON.stringify(prepared));
  return prepared;
}

describe('tool definitions', () => {
  it('stay short: under 450 tokens, of at least 3 characters each in such text', () => {
    assert.ok(JSON.stringify(toolDefinitions).length < 3 * 450, `${JSON.stringify(toolDefinitions).length}`);
  });
});

describe('bad calls', () => {
  const cases: [name: string, args: unknown, code: string, tells: RegExp][] = [
    ['read_fil', { path: 'a' }, 'unknown-tool', /no tool “read_fil”\. Did you mean read_file\?/],
    ['x', {}, 'unknown-tool', /The tools are read_file, search/],
    ['constructor', {}, 'unknown-tool', /no tool/],
    ['read_file', 'src/stats.py', 'bad-arguments', /have to be an object/],
    ['read_file', null, 'bad-arguments', /have to be an object/],
    ['read_file', [], 'bad-arguments', /have to be an object/],
    ['read_file', {}, 'bad-arguments', /“path” is missing/],
    ['read_file', { path: 7 }, 'bad-arguments', /“path” has to be a text, not a number/],
    ['read_file', { path: { a: 1 } }, 'bad-arguments', /not an object/],
    [
      'read_file',
      { path: 'src/stats.py', start_line: 'ten' },
      'bad-arguments',
      /“start_line” has to be a whole number/,
    ],
    ['read_file', { path: 'stats.py' }, 'file-missing', /Did you mean src\/stats\.py\?/],
    ['read_file', { path: 'src/stat.py' }, 'file-missing', /src\/stats\.py/],
    ['read_file', { path: '../../etc/passwd' }, 'outside-workspace', /outside of the workspace/],
    ['read_file', { path: '/etc/passwd' }, 'outside-workspace', /outside of the workspace/],
    ['read_file', { path: 'data.bin' }, 'binary-file', /binary/],
    ['read_file', { path: 'big.txt' }, 'file-too-large', /Search in it instead/],
    ['read_file', { path: 'src' }, 'is-folder', /List it/],
    ['search', { pattern: '' }, 'bad-arguments', /“pattern” is missing/],
    ['search', { pattern: 'a', path: 'none' }, 'file-missing', /Leave the path out/],
    ['list_files', { path: '../x' }, 'outside-workspace', /outside/],
    ['run_command', { command: '  ' }, 'bad-arguments', /“command” is missing/],
    [
      'edit_file',
      { path: 'src/stats.py', old_text: 'nothing', new_text: 'x' },
      'edit-no-match',
      /not in the file/,
    ],
    [
      'edit_file',
      { path: 'src/stats.py', old_text: 'values', new_text: 'x' },
      'edit-ambiguous',
      /places \(lines 1, 2/,
    ],
    [
      'edit_file',
      { path: 'src/none.py', old_text: 'a', new_text: 'b' },
      'file-missing',
      /give only path and new_text|Did you mean/,
    ],
    ['edit_file', { path: 'src/none.py' }, 'bad-arguments', /new_text is empty/],
    [
      'edit_file',
      { path: 'src/stats.py', symbol: 'mode', new_text: 'def mode(): pass' },
      'edit-no-match',
      /It has: mean, median|median/,
    ],
    [
      'edit_file',
      { path: 'src/stats.py', symbol: 'mean', new_text: '' },
      'edit-empty',
      /write the whole definition/,
    ],
    [
      'edit_file',
      { path: 'src/stats.py', new_text: 'x = 1\n' },
      'bad-arguments',
      /would remove mean, median/,
    ],
    ['edit_file', { path: 'src/long.txt', new_text: 'x\n' }, 'bad-arguments', /too long to be written anew/],
    ['edit_file', { path: '../x.py', new_text: 'x' }, 'outside-workspace', /outside/],
    ['edit_file', { path: 'data.bin', new_text: 'x' }, 'binary-file', /binary/],
    [
      'edit_file',
      { path: 'src/stats.py', symbol: 'mean', new_text: '# ... existing code ...' },
      'edit-elided',
      /leaves code out/,
    ],
    [
      'edit_file',
      { path: 'src/stats.py', symbol: 'mean', new_text: 'def mean(values):\n    return (sum(values)\n' },
      'edit-syntax',
      /would break the syntax of src\/stats\.py \(line 1: def mean\(values\):/,
    ],
  ];
  for (const [name, args, code, tells] of cases) {
    it(`${name} ${JSON.stringify(args)}`, async () => {
      const folder = createFolder(files);
      const before = fs.readFileSync(path.join(folder, 'src/stats.py'), 'utf8');
      const result = await prepareTool({ name, arguments: args }, portsOn(folder), never);
      assert.ok(!result.ok, 'the call was accepted');
      assert.equal(result.report.code, code);
      assert.match(result.forModel, tells);
      assert.ok(result.forModel.length < 600, result.forModel);
      assert.equal(fs.readFileSync(path.join(folder, 'src/stats.py'), 'utf8'), before);
      const outcome = await runTool({ name, arguments: args }, portsOn(folder), limits, never);
      assert.deepEqual([outcome.ok, outcome.forModel], [false, result.forModel]);
    });
  }

  const nowhere: [title: string, ports: () => ToolPorts, code: string][] = [
    ['an untrusted workspace', () => portsOn(createFolder(files), { trusted: false }), 'untrusted'],
    [
      'no workspace',
      () => ({
        ...portsOn(createFolder({})),
        workspace: createNodeWorkspace({ folders: [], trusted: true }),
        commands: createCommandRunner({ folders: [], trusted: true }),
      }),
      'no-workspace',
    ],
  ];
  for (const [title, ports, code] of nowhere) {
    it(`nothing is written or run in ${title}`, async () => {
      for (const [name, args] of [
        ['edit_file', { path: 'new.py', new_text: 'x = 1\n' }],
        ['run_command', { command: 'echo' }],
      ] as const) {
        const result = await prepareTool({ name, arguments: args }, ports(), never);
        assert.equal(result.ok || result.report.code, code);
      }
    });
  }

  it('a link that leads outside is neither read nor written', async () => {
    const outside = createFolder({ 'secret.txt': 'secret' });
    const folder = createFolder({});
    fs.symlinkSync(path.join(outside, 'secret.txt'), path.join(folder, 'a.txt'));
    for (const [name, args] of [
      ['read_file', { path: 'a.txt' }],
      ['edit_file', { path: 'a.txt', old_text: 'secret', new_text: 'x' }],
    ] as const) {
      const result = await prepareTool({ name, arguments: args }, portsOn(folder), never);
      assert.equal(result.ok || result.report.code, 'outside-workspace');
    }
    assert.equal(fs.readFileSync(path.join(outside, 'secret.txt'), 'utf8'), 'secret');
  });
});

describe('read_file', () => {
  const read = async (args: object): Promise<string> => {
    const outcome = await runTool(
      { name: 'read_file', arguments: args },
      portsOn(createFolder(files)),
      limits,
      never,
    );
    return outcome.forModel;
  };
  it('gives a short file whole', async () => {
    assert.equal(await read({ path: 'src/stats.py' }), `src/stats.py (7 lines)\n${stats.trimEnd()}`);
  });
  it('gives a range', async () => {
    assert.equal(
      await read({ file_path: './src/stats.py', start_line: '5', end_line: 6n }),
      'src/stats.py (lines 5–6 of 7)\ndef median(values):\n    ordered = sorted(values)',
    );
  });
  it('says what lines there are', async () => {
    assert.match(await read({ path: 'src/stats.py', start_line: 100 }), /no lines 100–7|has 7 lines/);
  });
  it('gives beginning and outline of a long file', async () => {
    const text = await read({ path: 'src/long.py' });
    assert.match(text, /^src\/long\.py \(lines 1–\d+ of 479\)\ndef function_0/);
    assert.match(text, /Left out, by lines[^]*\n\d+–\d+ def function_60\(value\)/);
    assert.ok(text.length < 4600, `${text.length}`);
  });
  it('gives a long file without an outline in parts', async () => {
    const text = await read({ path: 'lines.txt' });
    assert.match(text, /^lines\.txt \(lines 1–2000 of 200000\)\n1\n[^]*\[For more: start_line 2001\.\]$/);
  });
  it('reads on where the syntax worker fails', async () => {
    const syntax = {
      request: () => Promise.reject(new UserError('syntax-timeout', 'late')),
      dispose: () => undefined,
    };
    const ports = portsOn(createFolder(files), { syntax });
    const outcome = await runTool(
      { name: 'read_file', arguments: { path: 'src/long.py' } },
      ports,
      limits,
      never,
    );
    assert.match(outcome.forModel, /For more: start_line/);
  });
  it('names the row after the range', async () => {
    const ports = portsOn(createFolder(files));
    const prepared = await prepare('read_file', { path: 'src/stats.py', start_line: 2, end_line: 3 }, ports);
    assert.deepEqual(prepared.step, { tool: 'read', verb: 'Read', object: 'src/stats.py:2–3' });
    assert.equal(prepared.approval, undefined);
  });
});

describe('search and list_files', () => {
  const cases: [name: string, args: object, expected: RegExp][] = [
    [
      'search',
      { pattern: 'def me' },
      /^src\/stats\.py:1: def mean\(values\):\nsrc\/stats\.py:5: def median\(values\):$/,
    ],
    ['search', { query: 'def (mean|median)' }, /stats\.py:1: .*\n.*stats\.py:5/],
    ['search', { pattern: 'ordered[len(' }, /stats\.py:7/],
    ['search', { pattern: 'def (' }, /Nothing found for “def \(”/],
    ['search', { pattern: 'values', path: 'README.md' }, /Nothing found for “values” in README\.md/],
    ['search', { pattern: 'mean', path: 'src/' }, /stats\.py:1/],
    ['search', { pattern: 'mean', path: 'src/stats.py' }, /stats\.py:1/],
    ['search', { pattern: 'some text' }, /\[Only the first 60; search for something rarer\.\]$/],
    ['list_files', { path: 'src' }, /^src\/long\.py\nsrc\/long\.txt\nsrc\/stats\.py$/],
    ['list_files', {}, /^README\.md\nbig\.txt/],
    ['list_files', { path: '/' }, /^README\.md\nbig\.txt/],
  ];
  for (const [name, args, expected] of cases) {
    it(`${name} ${JSON.stringify(args)}`, async () => {
      const outcome = await runTool({ name, arguments: args }, portsOn(createFolder(files)), limits, never);
      assert.match(outcome.forModel, expected);
      assert.equal(outcome.ok, true);
    });
  }
  it('counts folders where files are many', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`d${i % 2}/f${i}.txt`, '']));
    const outcome = await runTool(
      { name: 'list_files', arguments: {} },
      portsOn(createFolder(many)),
      limits,
      never,
    );
    assert.equal(outcome.forModel, 'd0/ (100 files)\nd1/ (100 files)');
  });
});

describe('edit_file', () => {
  const fixed = stats.replace('len(ordered) // 2', '0');
  const edits: [title: string, args: object, after: string, object: string][] = [
    [
      'a symbol',
      {
        symbol: 'median',
        new_text: 'def median(values):\n    ordered = sorted(values)\n    return ordered[0]\n',
      },
      fixed,
      'src/stats.py › median',
    ],
    ['text', { old_text: 'len(ordered) // 2', new_text: '0' }, fixed, 'src/stats.py'],
    [
      'text whose last line end the new text lacks',
      { old_text: '    ordered = sorted(values)\n', new_text: '    ordered = values' },
      stats.replace('sorted(values)', 'values'),
      'src/stats.py',
    ],
    [
      'text within a symbol',
      { symbol: 'median', old_text: 'values):', new_text: 'numbers):' },
      stats.replace('median(values)', 'median(numbers)'),
      'src/stats.py',
    ],
    [
      'the whole file',
      { new_text: stats.replace('sorted', 'list') },
      stats.replace('sorted', 'list'),
      'src/stats.py',
    ],
    [
      'one function given without its name',
      { new_text: '```python\ndef mean(values):\n    return 0\n```' },
      stats.replace('sum(values) / len(values)', '0'),
      'src/stats.py › mean',
    ],
  ];
  for (const [title, args, after, object] of edits) {
    it(`replaces ${title}, after it was shown`, async () => {
      const folder = createFolder(files);
      const file = path.join(folder, 'src/stats.py');
      const prepared = await prepare('edit_file', { path: 'src/stats.py', ...args }, portsOn(folder));
      assert.equal(prepared.step.object, object);
      assert.equal(prepared.approval?.kind, 'edit');
      assert.ok(prepared.approval.diff!.hunks.length > 0);
      assert.deepEqual(
        prepared.writes.map((write) => [write.path, write.text]),
        [['src/stats.py', after]],
      );
      assert.equal(fs.readFileSync(file, 'utf8'), stats);
      const outcome = await prepared.execute(limits, never);
      assert.equal(outcome.ok, true, outcome.forModel);
      assert.match(outcome.forModel, /^Changed src\/stats\.py \(\+\d+ −\d+ lines\)\.$/);
      assert.equal(fs.readFileSync(file, 'utf8'), after);
      // The counts stand in the diff: a result beside them would say them twice.
      assert.equal(outcome.detail.kind, 'diff');
      assert.equal(outcome.result, undefined);
    });
  }

  it('creates a file with its folders', async () => {
    const folder = createFolder(files);
    const prepared = await prepare(
      'edit_file',
      { path: 'test/test_a.py', new_text: 'a = 1' },
      portsOn(folder),
    );
    assert.deepEqual(prepared.step, { tool: 'edit', verb: 'Create', object: 'test/test_a.py' });
    assert.equal((await prepared.execute(limits, never)).forModel, 'Created test/test_a.py (+1 −0 lines).');
    assert.equal(fs.readFileSync(path.join(folder, 'test/test_a.py'), 'utf8'), 'a = 1\n');
  });

  it('writes the hunks that the user accepted', async () => {
    const folder = createFolder({ 'a.txt': 'a\n1\n2\n3\n4\n5\n6\n7\nb\n' });
    const args = { path: 'a.txt', new_text: 'A\n1\n2\n3\n4\n5\n6\n7\nB\n' };
    const none = await (
      await prepare('edit_file', args, portsOn(folder))
    ).execute({ ...limits, hunks: [] }, never);
    assert.deepEqual([none.ok, none.result], [false, 'nothing accepted']);
    const one = await (
      await prepare('edit_file', args, portsOn(folder))
    ).execute({ ...limits, hunks: [1] }, never);
    assert.match(one.forModel, /accepted only 1 of 2 parts/);
    assert.equal(fs.readFileSync(path.join(folder, 'a.txt'), 'utf8'), 'a\n1\n2\n3\n4\n5\n6\n7\nB\n');
  });

  it('does not overwrite a file that changed while the user was asked', async () => {
    const folder = createFolder(files);
    const file = path.join(folder, 'src/stats.py');
    const prepared = await prepare(
      'edit_file',
      { path: 'src/stats.py', old_text: 'sorted', new_text: 'list' },
      portsOn(folder),
    );
    fs.writeFileSync(file, 'changed\n');
    const outcome = await prepared.execute(limits, never);
    assert.equal(outcome.ok, false);
    assert.match(outcome.forModel, /was changed meanwhile\. Read the file again/);
    assert.equal(fs.readFileSync(file, 'utf8'), 'changed\n');
  });

  it('does not overwrite a file that the editor holds unsaved changes of', async () => {
    const folder = createFolder(files);
    const disk = portsOn(folder).workspace;
    let typed = '';
    // An editor's workspace: the snapshot is the buffer's, and so is the check before a write.
    const workspace: Workspace = {
      ...disk,
      read: async (name): Promise<FileSnapshot> => {
        const file = await disk.read(name);
        return { ...file, text: file.text + typed, hash: file.hash + typed, dirty: typed !== '' };
      },
      write: (changes) =>
        changes.every((change) => change.expectedHash?.endsWith(typed))
          ? Promise.resolve()
          : Promise.reject(new UserError('changed-meanwhile', 'The file was changed meanwhile.')),
    };
    const ports = portsOn(folder, { workspace });
    const prepared = await prepare(
      'edit_file',
      { path: 'src/stats.py', old_text: 'sorted', new_text: 'list' },
      ports,
    );
    typed = '# typed\n';
    const outcome = await prepared.execute(limits, never);
    assert.deepEqual([outcome.ok, outcome.forModel], [false, 'The file was changed meanwhile.']);
  });

  it('refuses a read-only file before anyone is asked', async () => {
    const folder = createFolder(files);
    fs.chmodSync(path.join(folder, 'src/stats.py'), 0o444);
    const call = {
      name: 'edit_file',
      arguments: { path: 'src/stats.py', old_text: 'sorted', new_text: 'list' },
    };
    const result = await prepareTool(call, portsOn(folder), never);
    assert.equal(result.ok || result.report.code, 'read-only');
  });

  it('edits a file that had syntax errors before', async () => {
    const folder = createFolder({ 'a.py': 'def broken(:\n\n\ndef f():\n    return 1\n' });
    const prepared = await prepare(
      'edit_file',
      { path: 'a.py', old_text: 'return 1', new_text: 'return 2' },
      portsOn(folder),
    );
    assert.equal((await prepared.execute(limits, never)).ok, true);
  });

  it('edits a file of 200,000 lines', async () => {
    const folder = createFolder({ 'a.txt': '1\n'.repeat(100_000) + 'here\n' + '1\n'.repeat(100_000) });
    const prepared = await prepare(
      'edit_file',
      { path: 'a.txt', old_text: 'here', new_text: 'there' },
      portsOn(folder),
    );
    assert.deepEqual(
      prepared.approval?.diff?.hunks.map((hunk) => hunk.oldStart),
      [99_998],
    );
    assert.equal((await prepared.execute(limits, never)).ok, true);
  });

  it('names the roots of a workspace that has several', async () => {
    const [one, two] = [createFolder({ 'a.py': 'a = 1\n' }), createFolder({ 'b.py': 'b = 1\n' })];
    const workspace = createNodeWorkspace({ folders: [one, two], trusted: true });
    const ports = portsOn(one, { workspace });
    const inSecond = `${path.basename(two)}/b.py`;
    const wrong = await prepareTool(
      { name: 'edit_file', arguments: { path: 'b.py', old_text: '1', new_text: '2' } },
      ports,
      never,
    );
    assert.match(
      wrong.ok ? '' : wrong.forModel,
      new RegExp(`Begin the path with one of: .*${path.basename(two)}`),
    );
    const right = await prepare('edit_file', { path: inSecond, old_text: '1', new_text: '2' }, ports);
    assert.equal((await right.execute(limits, never)).ok, true);
    assert.equal(fs.readFileSync(path.join(two, 'b.py'), 'utf8'), 'b = 2\n');
  });
});

const posix = process.platform === 'win32' ? describe.skip : describe;
posix('run_command', () => {
  const run = async (command: string, ports = portsOn(createFolder(files))) => {
    const prepared = await prepare('run_command', { command }, ports);
    assert.deepEqual([prepared.approval?.kind, prepared.approval?.command], ['run', command]);
    return prepared.execute(limits, never);
  };
  it('gives exit code and output', async () => {
    const outcome = await run('echo a; exit 2');
    assert.deepEqual([outcome.ok, outcome.forModel, outcome.result], [false, 'exit 2\na', 'exit 2']);
    assert.equal((await run('true')).forModel, 'exit 0\n(no output)');
  });
  it('cuts a flood in the middle', async () => {
    const outcome = await run('echo begin; yes | head -c 300000; echo end');
    assert.match(outcome.forModel, /^exit 0\nbegin\n[^]*characters left out[^]*end$/);
    assert.ok(outcome.forModel.length < 3200, `${outcome.forModel.length}`);
  });
  it('takes colours and rewritten lines out', async () => {
    const outcome = await run(String.raw`printf '\033[31mred\033[0m\n10%%\r100%%\n'`);
    assert.equal(outcome.forModel, 'exit 0\nred\n100%');
  });
  it('tells of a command that did not end', async () => {
    const prepared = await prepare(
      'run_command',
      { command: 'echo started; sleep 300' },
      portsOn(createFolder({})),
    );
    const outcome = await prepared.execute({ commandTimeoutMs: 300 }, never);
    assert.match(outcome.forModel, /^stopped after \d+ s: it did not end\nstarted$/);
    assert.deepEqual([outcome.ok, outcome.result], [false, 'timed out']);
  });
  it('ends with the task', async () => {
    const abort = new AbortController();
    const prepared = await prepare(
      'run_command',
      { command: 'echo go; sleep 300' },
      portsOn(createFolder({})),
    );
    await assert.rejects(prepared.execute({ ...limits, onOutput: () => abort.abort() }, abort.signal), {
      name: 'AbortError',
    });
  });
});
