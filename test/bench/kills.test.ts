import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { benchKills, formatKills, type KillResult } from '../../src/bench/kills-bench';
import { tinyKillsModel } from '../../src/bench/kills-model';
import { syntaxInProcess } from '../support/agent-setup';
import { builtEngine } from '../support/tiny-model';

describe('the engine killed while the panel works with it', function () {
  // Each kill costs a start of the engine, which a busy machine makes long.
  this.timeout(600_000);
  const home = mkdtempSync(path.join(os.tmpdir(), 'thimble-kills-home-'));
  after(() => rmSync(home, { recursive: true, force: true }));

  const kill = async (count: number, from: number, expected?: string): Promise<KillResult[]> => {
    const model = await tinyKillsModel(path.dirname(builtEngine()), home);
    const { results } = await benchKills(
      {
        ...model,
        ...(expected === undefined ? {} : { expected }),
        enginePath: builtEngine(),
        syntax: syntaxInProcess,
        count,
        from,
        report: () => undefined,
      },
      new AbortController().signal,
    );
    return results;
  };

  it('loses no message and no edit, whatever the signal', async function () {
    // Windows knows only one way to end a process.
    if (process.platform === 'win32') this.skip();
    const results = await kill(8, 0);
    assert.deepEqual(
      results.map(({ way, lost }) => [way, lost]),
      ['SIGKILL', 'SIGABRT', 'SIGSEGV', 'SIGSTOP', 'SIGKILL', 'SIGABRT', 'SIGSEGV', 'SIGSTOP'].map((way) => [
        way,
        undefined,
      ]),
    );
  });

  it('says what was lost', async () => {
    const [edit] = await kill(1, 0, 'something else');
    assert.match(edit?.lost ?? '', /^part of the edit: w0 w1/);
    assert.match(
      formatKills(edit ? [edit] : []),
      /SIGKILL +1 +1 .*\nkill 0 \(SIGKILL\) lost part of the edit/s,
    );
  });
});
