import assert from 'node:assert/strict';
import { UserError } from '../../src/base/errors';
import type { CommandResult } from '../../src/base/ports';
import { createBoundedOutput } from '../../src/node/bounded-output';
import { createCommandRunner } from '../../src/node/command-runner';
import { commandEnvironment, shellCall } from '../../src/node/shell';
import { createFolder, never } from '../tools/support';

const posix = process.platform === 'win32' ? describe.skip : describe;
const node = `"${process.execPath}"`;
const run = (
  command: string,
  options: {
    timeoutMs?: number;
    onOutput?: (text: string) => void;
    signal?: AbortSignal;
    folder?: string;
    env?: NodeJS.ProcessEnv;
  } = {},
): Promise<CommandResult> => {
  const {
    timeoutMs = 15_000,
    signal = never,
    folder = createFolder({ 'sub/a': '' }),
    env,
    onOutput,
  } = options;
  const runner = createCommandRunner({ folders: [folder], trusted: true, ...(env ? { env } : {}) });
  return runner.run({ command, cwd: '', timeoutMs, ...(onOutput ? { onOutput } : {}) }, signal);
};
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
/** A killed process stays in the table until its new parent has collected it. */
const waitForEnd = async (pid: number): Promise<void> => {
  for (let i = 0; i < 100 && alive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(alive(pid), false, `process ${pid} still runs`);
};

posix('command runner', () => {
  it('gives merged output and the exit code', async () => {
    const seen: string[] = [];
    const result = await run('echo out; echo err >&2; exit 3', { onOutput: (text) => seen.push(text) });
    assert.deepEqual([result.exitCode, result.timedOut, result.omitted], [3, false, 0]);
    assert.deepEqual(result.output.split('\n').sort(), ['', 'err', 'out']);
    assert.equal(seen.join(''), result.output);
  });

  it('ends a command that waits for input', async () => {
    const result = await run('cat; read x; echo "got:$x"');
    assert.deepEqual([result.output, result.timedOut], ['got:\n', false]);
  });

  it('ends a command that hangs, with everything that it started', async () => {
    const result = await run('sleep 300 & echo $!; (trap "" TERM; sleep 301) & echo $!; wait', {
      timeoutMs: 500,
    });
    assert.equal(result.timedOut, true);
    for (const pid of result.output.trim().split('\n').map(Number)) await waitForEnd(pid);
  });

  it('does not wait for a process left in the background, and ends it', async () => {
    const result = await run('sleep 302 & echo $!');
    assert.deepEqual([result.exitCode, result.timedOut], [0, false]);
    await waitForEnd(Number(result.output));
  });

  it('ends the tree when it is cancelled', async () => {
    const abort = new AbortController();
    let pid = 0;
    const running = run('sleep 303 & echo $!; wait', {
      signal: abort.signal,
      onOutput: (text) => {
        pid = Number(text);
        abort.abort();
      },
    });
    await assert.rejects(running, { name: 'AbortError' });
    await waitForEnd(pid);
    await assert.rejects(run('echo', { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('keeps beginning and end of a flood, and passes on only so much', async () => {
    let passed = 0;
    const flood = `${node} -e "console.log('begin'); for (let i = 0; i < 400; i++) console.log('x'.repeat(100000)); console.log('end')"`;
    const result = await run(flood, { onOutput: (text) => (passed += text.length) });
    assert.ok(result.output.startsWith('begin\n') && result.output.endsWith('end\n'));
    assert.ok(result.output.length < 70_000 && result.omitted > 39_000_000, `${result.output.length}`);
    assert.ok(passed < 800_000, `${passed} characters passed on`);
  });

  it('keeps characters whole that come in two pieces', async () => {
    const result = await run("printf '\\303'; sleep 0.2; printf '\\244'");
    assert.equal(result.output, 'ä');
  });

  it('hides its own variables and asks for plain output', async () => {
    const result = await run('echo "$THIMBLE_SECRET-$ELECTRON_RUN_AS_NODE-$MINE-$TERM"', {
      env: { ...process.env, THIMBLE_SECRET: 's', ELECTRON_RUN_AS_NODE: '1', MINE: 'm' },
    });
    assert.equal(result.output, '--m-dumb\n');
  });

  it('runs Python on the source as it is now, however fast it changes', async () => {
    const env = { ...process.env };
    delete env['PYTHONDONTWRITEBYTECODE'];
    const result = await run(`${node} -p "process.env.PYTHONDONTWRITEBYTECODE"`, { env });
    assert.equal(result.output, '1\n');
  });

  it('refuses a folder outside, a missing one and an untrusted workspace', async () => {
    const folder = createFolder({ a: '' });
    const codes: [cwd: string, trusted: boolean, code: string][] = [
      ['..', true, 'outside-workspace'],
      ['none', true, 'no-folder'],
      ['a', true, 'no-folder'],
      ['', false, 'untrusted'],
    ];
    for (const [cwd, trusted, code] of codes) {
      const runner = createCommandRunner({ folders: [folder], trusted });
      await assert.rejects(
        runner.run({ command: 'echo', cwd, timeoutMs: 1000 }, never),
        (error) => error instanceof UserError && error.code === code,
      );
    }
  });

  it('says that the shell did not start', () =>
    assert.rejects(
      run('echo', { env: { SHELL: '/nowhere/bash' } }),
      (error) => error instanceof UserError && error.code === 'command-failed',
    ));
});

describe('shells', () => {
  const cases: [platform: NodeJS.Platform, env: NodeJS.ProcessEnv, file: string, lastArgument: string][] = [
    ['linux', {}, '/bin/sh', 'a "b" && c'],
    ['linux', { SHELL: '/usr/bin/bash' }, '/usr/bin/bash', 'a "b" && c'],
    ['darwin', { SHELL: '/bin/zsh' }, '/bin/zsh', 'a "b" && c'],
    ['linux', { SHELL: '/usr/bin/fish' }, '/bin/sh', 'a "b" && c'],
    [
      'win32',
      { COMSPEC: 'C:\\Windows\\system32\\cmd.exe' },
      'C:\\Windows\\system32\\cmd.exe',
      '"a "b" && c"',
    ],
    ['win32', {}, 'powershell.exe', 'a "b" && c'],
  ];
  for (const [platform, env, file, last] of cases) {
    it(`${platform} ${JSON.stringify(env)} → ${file}`, () => {
      const call = shellCall('a "b" && c', platform, env);
      assert.deepEqual([call.file, call.args.at(-1), call.verbatim], [file, last, file.endsWith('cmd.exe')]);
    });
  }

  it('passes the user’s variables on', () => {
    const env = commandEnvironment({ PATH: '/bin', VSCODE_PID: '1', THIMBLE_HOME: 'h' });
    assert.deepEqual([env['PATH'], env['VSCODE_PID'], env['THIMBLE_HOME']], ['/bin', undefined, undefined]);
  });
});

describe('bounded output', () => {
  it('never holds more than a few times its limit, and counts what it drops', () => {
    const output = createBoundedOutput(10);
    let sum = '';
    for (let i = 0; i < 1000; i++) {
      const piece = `${i};`;
      sum += piece;
      output.add(piece);
    }
    const { output: text, omitted } = output.result();
    assert.equal(text, `${sum.slice(0, 5)}\n[… ${sum.length - 10} characters left out …]\n${sum.slice(-5)}`);
    assert.equal(omitted, sum.length - 10);
  });

  it('cuts no character in half', () => {
    const output = createBoundedOutput(5);
    output.add('a😀😀😀😀😀');
    assert.doesNotMatch(output.result().output, /\p{Surrogate}/u);
  });

  it('leaves short output alone', () => {
    const output = createBoundedOutput(10);
    output.add('12345');
    output.add('67890');
    assert.deepEqual(output.result(), { output: '1234567890', omitted: 0 });
  });
});
