import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { UserError } from '../base/errors';

/** A server that a benchmark has started. */
export interface ListeningProgram {
  /** Without a slash at its end. */
  url: string;
  pid: number | undefined;
  stop(): Promise<void>;
}

/** Starts a program that writes `listening on http://…` once it listens; rejects with `missing` where it ends before. */
export async function startListening(
  command: string,
  args: readonly string[],
  missing: UserError,
): Promise<ListeningProgram> {
  const server: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (): void => reject(missing);
    let text = '';
    server.stdout?.on('data', (chunk) => {
      text += String(chunk);
      const found = /listening on (http:\/\/\S+)\n/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    server.once('error', fail);
    server.once('exit', fail);
  });
  return {
    url,
    pid: server.pid,
    stop: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const gone = once(server, 'exit');
      server.kill('SIGKILL');
      await gone;
    },
  };
}
