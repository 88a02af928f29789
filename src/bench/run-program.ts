import { exec, execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const timeLimitMs = 10_000;

/**
 * Runs a program that a model wrote, in a folder of its own and for ten seconds at most; whether it ended well. Node
 * only prints failed assertions of `console.assert`, so that text counts as a failure too.
 */
export async function runProgram(language: 'python' | 'javascript', text: string): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'thimble-bench-'));
  try {
    const file = path.join(folder, language === 'python' ? 'main.py' : 'main.js');
    await writeFile(file, text);
    const command = language === 'python' ? pythonCommand(process.platform) : process.execPath;
    return await new Promise((resolve) => {
      execFile(
        command,
        [file],
        { cwd: folder, timeout: timeLimitMs, killSignal: 'SIGKILL' },
        (error, stdout, stderr) => resolve(!error && !(stdout + stderr).includes('Assertion failed')),
      );
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pythonCommand(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'python' : 'python3';
}

/** Runs a command line in a folder, for a minute at most; whether it ended well. */
export async function runShell(command: string, cwd: string): Promise<boolean> {
  return new Promise((resolve) => {
    exec(command, { cwd, timeout: 60_000, killSignal: 'SIGKILL' }, (error) => resolve(!error));
  });
}
