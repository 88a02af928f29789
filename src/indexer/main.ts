/** Entry point of the worker thread that parses. It answers one request after the other. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { reportOf } from '../base/errors';
import type { IndexerResponseMessage } from '../protocol/indexer';
import { createAnswerer } from './answer';
import { readRequest } from './requests';

const { grammarFolder } = v.parse(v.object({ grammarFolder: v.string() }), workerData);
const send = (message: IndexerResponseMessage): void => parentPort?.postMessage(message);
const answer = createAnswerer(
  (name) => readFile(path.join(grammarFolder, `${name}.wasm`)),
  (line) => {
    send({ type: 'log', line });
  },
);

async function handle(message: unknown): Promise<IndexerResponseMessage> {
  const read = readRequest(message);
  if (!read.ok) return { type: 'error', id: read.id, message: `Not a request: ${read.reason}` };
  const { id } = read.request;
  try {
    return { type: 'result', id, result: await answer(read.request) };
  } catch (error) {
    return { type: 'error', id, message: reportOf(error).happened };
  }
}

let turn = Promise.resolve();
parentPort?.on('message', (message: unknown) => {
  turn = turn.then(async () => send(await handle(message)));
});
send({ type: 'ready' });
