import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { watchOutput } from '../../src/cli/closed-output';
import { builtBundle } from '../support/built-bundle';

describe('output whose reader has gone', () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'thimble-pipe-'));
  let cli = '';
  before(function () {
    this.timeout(60_000);
    cli = builtBundle('cli.js', ['cli', 'base']);
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  /** Runs `thimble`, reads its first piece of output and goes; `input` is written again and again, without an end. */
  function firstOutput(args: string[], input = ''): Promise<{ code: number | null; errors: string }> {
    const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, THIMBLE_HOME: home } });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.on('error', () => undefined);
    const feed = (): void => {
      while (input !== '' && child.stdin.writable && child.stdin.write(input));
    };
    child.stdin.on('drain', feed);
    feed();
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, errors })));
  }

  const request = { tools: null, text: 'x'.repeat(2000) };
  const edit = { path: 'a.txt', content: 'a\n', edit: { type: 'file', new: 'b\n' } };
  const cases: [name: string, args: string[], input?: object][] = [
    ['models list', ['models', 'list']],
    ['models list as JSON', ['models', 'list', '--json']],
    ['models fit', ['models', 'fit']],
    ['help', ['--help']],
    ['parse, whose input does not end', ['parse'], { id: 1, ...request }],
    ['apply, whose input does not end', ['apply'], { id: 1, ...edit }],
    ['context, whose input does not end', ['context'], { id: 1 }],
  ];
  for (const [name, args, input] of cases) {
    it(`ends quietly: ${name}`, async () => {
      const lines = input === undefined ? '' : `${JSON.stringify(input)}\n`.repeat(50);
      assert.deepEqual(await firstOutput(args, lines), { code: 0, errors: '' });
    });
  }

  it('tells a reader that has gone from a disk that is full, and tells it once', () => {
    const told: (string | undefined)[] = [];
    for (const code of ['EPIPE', 'EOF', 'ENOSPC']) {
      const stream = new Writable({ autoDestroy: false });
      watchOutput(stream, (failure) => told.push(failure?.code));
      stream.emit('error', Object.assign(new Error(code), { code }));
      stream.emit('error', Object.assign(new Error(code), { code }));
    }
    assert.deepEqual(told, [undefined, undefined, 'output-failed']);
  });
});
