import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAbort, reportOf } from '../../src/base/errors';
import { quantizeCommand, type QuantizeOptions } from '../../src/cli/quantize-command';
import type { Scorecard } from '../../src/model/scorecard';
import { findQuantize } from '../../src/node/llama-quantize';
import { tinyModel, withFolder } from '../model/support';

/** A program of that name which does what `body` says; `from`, `to` and `kind` are its arguments. */
async function install(folder: string, body: string): Promise<NodeJS.ProcessEnv> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  const file = path.join(bin, 'llama-quantize');
  const script = `#!${process.execPath}
const fs = require('node:fs');
const [flag, from, to, kind] = process.argv.slice(2);
${body}
`;
  await writeFile(file, script);
  await chmod(file, 0o755);
  return { PATH: `relative:${bin}` };
}

const card = (file: string): Scorecard => ({
  version: 1,
  file,
  bytes: 1,
  at: '2026-01-01T00:00:00.000Z',
  speed: { prompt: 90, decode: file.includes('q4_0') ? 40 : 30 },
  threads: 2,
  gpu: 'none',
  chat: { asked: 2, right: 2 },
  tools: { asked: 2, right: 2, dialect: 'hermes' },
  edits: {},
  fillInTheMiddle: null,
  needles: [],
});

interface Outcome {
  lines: string[];
  code: number | string;
  happened: string;
  files: string[];
}

describe('thimble models quantize', function () {
  // A script can stand for a program only where the system reads its first line.
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  const run = async (
    body: string | undefined,
    options: Partial<QuantizeOptions> = {},
    signal = new AbortController().signal,
  ): Promise<Outcome> => {
    let outcome: Outcome | undefined;
    await withFolder(async (folder) => {
      const models = path.join(folder, 'models');
      await mkdir(models);
      const modelPath = path.join(models, 'a.gguf');
      await writeFile(modelPath, tinyModel());
      const env = body === undefined ? { PATH: folder } : await install(folder, body);
      const lines: string[] = [];
      const output = { write: (line: string) => void lines.push(line), json: false, isTty: false };
      const scorecard = (file: string): Promise<Scorecard> => Promise.resolve(card(path.basename(file)));
      const ports = { env, platform: process.platform, scorecard };
      const work = quantizeCommand(
        { name: 'a', modelPath },
        { type: 'q4_0', probe: true, ...options },
        ports,
        output,
        signal,
      );
      const ended = await work.then(
        (code) => ({ code, happened: '' }),
        (error: unknown) => ({
          code: isAbort(error) ? 'aborted' : reportOf(error).code,
          happened: reportOf(error).happened,
        }),
      );
      assert.deepEqual(await readFile(modelPath), tinyModel());
      outcome = { ...ended, lines, files: (await readdir(models)).sort() };
    });
    assert.ok(outcome);
    return outcome;
  };

  it('makes the file beside the old one, and shows the scorecard before and after', async () => {
    const { code, lines, files } = await run(
      `if (flag !== '--allow-requantize' || kind !== 'Q4_0') process.exit(9);
       fs.copyFileSync(from, to);`,
    );
    assert.equal(code, 0, lines.join('\n'));
    assert.deepEqual(files, ['a.gguf', 'a.q4_0.gguf']);
    assert.match(lines[0] ?? '', /^a as Q4_0: .* instead of .*a\.q4_0\.gguf$/);
    assert.match(lines[1] ?? '', /^before: reads 90 and writes 30 tokens\/s/);
    assert.match(lines[2] ?? '', /^after: {2}reads 90 and writes 40 tokens\/s/);
  });

  it('measures nothing where that is not wanted', async () => {
    const { lines } = await run('fs.copyFileSync(from, to);', { probe: false });
    assert.equal(lines.length, 1);
  });

  it('quotes a program that fails, and leaves nothing of the new file', async () => {
    const { code, happened, files } = await run(
      `fs.writeFileSync(to, 'half'); console.log('[ 1/ 2] blk.0'); console.error('error: no room'); process.exit(1);`,
    );
    assert.equal(code, 'quantize-failed');
    assert.match(happened, /exit code 1\. It says: error: no room/);
    assert.deepEqual(files, ['a.gguf']);
  });

  it('refuses what it has written where that is no sound model', async () => {
    const { code, files } = await run(`fs.writeFileSync(to, 'GGUF and nothing more');`);
    assert.match(String(code), /^model-file-/);
    assert.deepEqual(files, ['a.gguf']);
  });

  it('ends the program when it is stopped', async () => {
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    const { code, files } = await run(
      `fs.writeFileSync(to, 'half'); setInterval(() => {}, 1000);`,
      {},
      stop.signal,
    );
    assert.equal(code, 'aborted');
    assert.deepEqual(files, ['a.gguf']);
  });

  it('says that there is no such program, and which kinds there are', async () => {
    assert.equal((await run(undefined)).code, 'quantize-missing');
    assert.equal((await run('', { type: 'Q4' })).code, 'usage');
    assert.equal((await run('', { type: undefined })).code, 'usage');
  });

  it('never writes over a file', async () => {
    const { code, files } = await run('fs.copyFileSync(from, to);', { out: process.execPath });
    assert.equal(code, 'quantize-exists');
    assert.deepEqual(files, ['a.gguf']);
  });
});

describe('llama-quantize on the PATH', () => {
  it('is not taken from a folder that is named relatively', async () => {
    await assert.rejects(findQuantize({ PATH: '.:bin:' }, 'linux'), { code: 'quantize-missing' });
    await assert.rejects(findQuantize({ Path: '.;bin' }, 'win32'), { code: 'quantize-missing' });
  });
});
