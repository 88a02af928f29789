/** The built command line as a process: what is wrong usage, what goes to which stream, how it ends. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { withPlainYes } from '../../src/cli/option-values';
import { builtBundle } from '../support/built-bundle';

describe('thimble', () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'thimble-cli-'));
  let cli = '';
  before(function () {
    this.timeout(60_000);
    cli = builtBundle('cli.js', ['cli', 'base']);
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  function thimble(args: string[], input = ''): { code: number | null; out: string; err: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
      cwd: home,
      input,
      encoding: 'utf8',
      env: { ...process.env, THIMBLE_HOME: home },
    });
    return { code: status, out: stdout, err: stderr };
  }

  const commands = ['run', 'chat', 'complete', 'parse', 'apply', 'context', 'models', 'bench', 'doctor'];

  it('lists its commands, where things lie and what exit codes mean', () => {
    const { code, out } = thimble(['--help']);
    assert.equal(code, 0);
    for (const word of [...commands, 'THIMBLE_HOME', '130 interrupted']) assert.ok(out.includes(word), word);
  });

  for (const command of commands) {
    it(`explains ${command}`, () => {
      const { code, out } = thimble([command, '--help']);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^Usage: thimble ${command} `));
    });
  }

  const wrong: [args: string[], says: RegExp][] = [
    [[], /Usage: thimble/],
    [['bogus'], /unknown command 'bogus'/],
    [['run'], /missing required argument 'task'/],
    [['run', 'a', 'b'], /too many arguments/],
    [['run', 'a', '--seed', 'x'], /Not a number/],
    [['run', 'a', '--max-steps', '0'], /Not a whole number from 1 on/],
    [['run', 'a', '--yes=all'], /--yes does not take “all”[\s\S]*--yes=edit/],
    [['run', 'a', '--deny', 'boom'], /--deny does not take “boom”/],
    [['run', 'a', '--cwd', 'none'], /There is no folder/],
    [['run', 'a', '--model', 'none'], /There is no model “none”[\s\S]*qwen2\.5-coder-0\.5b/],
    [['complete', '--model', 'none'], /There is no model “none”/],
    [['complete', '--bogus'], /unknown option '--bogus'/],
    [['parse', '--think', 'shut'], /Allowed choices are open/],
    [['context', '--at', 'nowhere'], /is no place[\s\S]*FILE:LINE:COL/],
    [['models'], /missing required argument 'action'/],
    [['bench', 'none'], /There is no benchmark “none”[\s\S]*engine/],
  ];
  for (const [args, says] of wrong) {
    it(`answers 2 and says why: thimble ${args.join(' ')}`, () => {
      const { code, out, err } = thimble(args);
      assert.match(err, says);
      assert.deepEqual([code, out], [2, '']);
    });
  }

  it('answers 1 with what to do where the model has not been fetched', () => {
    const { code, out, err } = thimble(['run', 'Say hello', '--model', 'qwen2.5-coder-0.5b']);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /models pull/);
  });

  for (const command of ['parse', 'apply', 'context']) {
    it(`${command} speaks JSON lines, and ends with 0 at the end of its input`, () => {
      assert.deepEqual(thimble([command]), { code: 0, out: '', err: '' });
      const { code, out, err } = thimble([command], 'garbage\r\n{"id":9007199254740993}');
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /^\{"id":null,"error":".+"\}\n\{"id":9007199254740993,"error":".+"\}\n$/);
    });
  }

  const yes: [args: string[], read: string[]][] = [
    [
      ['run', '--yes', 'Fix it'],
      ['run', '--yes=edit,run', 'Fix it'],
    ],
    [
      ['run', 'Fix it', '--yes'],
      ['run', 'Fix it', '--yes=edit,run'],
    ],
    [
      ['run', 'Fix it', '--yes', 'edit'],
      ['run', 'Fix it', '--yes', 'edit'],
    ],
    [
      ['run', '--yes=run', '--', '--yes'],
      ['run', '--yes=run', '--', '--yes'],
    ],
  ];
  for (const [args, read] of yes)
    it(`reads ${args.join(' ')}`, () => assert.deepEqual(withPlainYes(args), read));
});
