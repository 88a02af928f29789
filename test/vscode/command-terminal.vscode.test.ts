import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CommandRequest } from '../../src/base/ports';
import { bytesOf, fileOf, thimble, until, writeBytes } from './host';

const request = (command: string, timeoutMs = 20_000): CommandRequest => ({ command, cwd: '', timeoutMs });
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const ourTerminal = (): vscode.Terminal | undefined =>
  vscode.window.terminals.find((terminal) => terminal.name === 'Thimble');

describe('commands in a terminal', () => {
  it('gives output and exit code, and shows a terminal', async () => {
    const { commands } = await thimble();
    const seen: string[] = [];
    const result = await commands.run(
      { ...request('echo hello; exit 3'), onOutput: (text) => seen.push(text) },
      new AbortController().signal,
    );
    assert.equal(result.exitCode, 3);
    assert.match(result.output, /hello/);
    assert.match(seen.join(''), /hello/);
    assert.ok(ourTerminal());
  });

  const childPid = async (name: string): Promise<number> => {
    await until(() => {
      try {
        return /\d/.test(bytesOf(name).toString());
      } catch {
        return false;
      }
    }, 'the child to write its number');
    return Number(bytesOf(name).toString().trim());
  };

  it('ends a command and its children when the task is stopped', async () => {
    const { commands } = await thimble();
    writeBytes('pid-stop', '');
    const stop = new AbortController();
    const run = commands.run(request(`sleep 300 & echo $! > '${fileOf('pid-stop')}'; wait`), stop.signal);
    const pid = await childPid('pid-stop');
    stop.abort();
    await assert.rejects(run, { name: 'AbortError' });
    await until(() => !alive(pid), 'the child to end');
  });

  it('ends a command and its children when its terminal is closed, and says so', async () => {
    const { commands } = await thimble();
    writeBytes('pid-close', '');
    const run = commands.run(
      request(`sleep 300 & echo $! > '${fileOf('pid-close')}'; wait`),
      new AbortController().signal,
    );
    const failed = assert.rejects(run, { name: 'UserError', code: 'command-stopped' });
    const pid = await childPid('pid-close');
    await until(() => ourTerminal() !== undefined, 'the terminal');
    ourTerminal()?.dispose();
    await failed;
    await until(() => !alive(pid), 'the child to end');
  });
});
