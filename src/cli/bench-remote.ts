import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../base/errors';
import { startListening } from '../bench/listening-program';
import { benchRemote, formatRemoteFigures, type RemoteBenchOptions } from '../bench/remote-bench';
import { exitCode } from './output-port';

/** Editors at once, words of an answer and milliseconds between two: answers of a second, 1,000 words a second in all. */
const editors = 50;
const pieces = 20;
const paceMs = 50;
/** What a request may cost on this side, in milliseconds. */
const goalMs = 5;

interface ServerScript {
  answerWords: (name: string, pieces: number) => string[];
  plainRequest: RemoteBenchOptions['plainRequest'];
}

/** `thimble bench remote`; answers the exit code. `dist` holds the built bundles. */
export async function remoteCommand(
  { runs = 3, json }: { runs?: number; json: boolean },
  { dist, write, signal }: { dist: string; write: (line: string) => void; signal: AbortSignal },
): Promise<number> {
  const script = path.join(dist, '..', 'test', 'support', 'openai-server.mjs');
  const { answerWords, plainRequest } = (await import(pathToFileURL(script).href)) as ServerScript;
  const missing = new UserError('bench-server', 'The benchmark’s server has not started.', {
    next: 'Run it in a checkout of Thimble.',
  });
  // A process of its own, so that its work is not taken for the client's.
  const server = await startListening(process.execPath, [script, String(pieces), String(paceMs)], missing);
  try {
    const wordsOf = (name: string): string[] => answerWords(name, pieces);
    const spreadMs = pieces * paceMs;
    const options = { url: server.url, editors, requests: 2, runs, spreadMs, wordsOf, plainRequest };
    const figures = await benchRemote(options, signal);
    write(json ? JSON.stringify(figures) : formatRemoteFigures(figures));
    return figures.wrong === 0 && figures.overheadMs <= goalMs ? exitCode.done : exitCode.failed;
  } finally {
    await server.stop();
  }
}
