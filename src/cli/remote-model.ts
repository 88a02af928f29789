/** A remote model at the command line: address and key from the environment, allowed once for each folder. */
import path from 'node:path';
import * as v from 'valibot';
import { readJsonAs, writeJson } from '../base/json-store';
import type { Store } from '../base/ports';
import { parseRemoteSpec } from '../model/remote/address';
import { type RemoteModel, type RemoteReview, connectRemote } from '../model/remote/remote-model';
import { systemClock } from '../node/clock';
import { createFileStore } from '../node/file-store';

export interface RemoteSurroundings {
  env: NodeJS.ProcessEnv;
  home: string;
}

/** Asks at the terminal; undefined at the end of the input. */
export type AskLine = (question: string, signal: AbortSignal) => Promise<string | undefined>;

export interface RemoteOptions {
  /** `remote:`, with or without an address. */
  model: string;
  contextSize?: number;
  /** Folder that the work is about; a server is allowed once for each. */
  cwd?: string;
  /** Left out where nobody can answer. */
  askLine?: AskLine;
}

/** Connects to the server that `options.model` names. Rejects with a `UserError`. */
export async function loadRemoteModel(
  options: RemoteOptions,
  { env, home }: RemoteSurroundings,
  signal: AbortSignal,
): Promise<RemoteModel> {
  const address = parseRemoteSpec(options.model, {
    url: env['THIMBLE_REMOTE_URL'],
    model: env['THIMBLE_REMOTE_MODEL'],
  });
  const key = env['THIMBLE_REMOTE_KEY'];
  const folder = path.resolve(options.cwd ?? '.');
  const store = createFileStore(path.join(home, 'remote'));
  const ask = process.stdin.isTTY ? options.askLine : undefined;
  const write = (text: string): void => void process.stderr.write(text);
  return connectRemote(
    {
      address,
      key: key === undefined || key === '' ? undefined : key,
      clock: systemClock,
      contextSize: options.contextSize,
      timeoutMs: seconds(env['THIMBLE_REMOTE_TIMEOUT']),
      review: (review) => reviewAtTerminal(review, { store, folder, write, ask, signal }),
    },
    signal,
  );
}

function seconds(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value * 1000 : undefined;
}

/** How the user is told and asked. */
export interface ReviewPorts {
  store: Pick<Store, 'read' | 'write'>;
  folder: string;
  write: (text: string) => void;
  /** Left out where nobody can answer: then naming the server was the yes, and what happens is said. */
  ask: AskLine | undefined;
  signal: AbortSignal;
}

const allowedKey = 'allowed.json';
const allowedSchema = v.array(v.object({ host: v.string(), folder: v.string() }));

/** Says what goes where; asks before the first request of a folder to a host. Never rejects. */
export async function reviewAtTerminal(review: RemoteReview, ports: ReviewPorts): Promise<boolean> {
  const { store, folder, write, ask, signal } = ports;
  const { host } = review;
  const open = review.isPrivate ? '' : ' Not encrypted: others on the network can read it.';
  write(`Remote server ${host}, model ${review.model}: code of ${folder} goes there.${open}\n`);
  if (!ask) return true;
  // Unread means asked again.
  const allowed = (await readJsonAs(store, allowedKey, allowedSchema).catch(() => undefined)) ?? [];
  if (allowed.some((entry) => entry.host === host && entry.folder === folder)) return true;
  for (;;) {
    const answer = ((await ask('Send? [y]es, [s]how what is sent, [n]o: ', signal)) ?? '')
      .trim()
      .toLowerCase();
    if (/^s(how)?$/.test(answer)) {
      write(`POST ${review.url}\n${review.body}\n`);
      continue;
    }
    if (!/^y(es)?$/.test(answer)) return false;
    // Not remembered means asked again.
    await writeJson(store, allowedKey, [...allowed, { host, folder }]).catch(() => undefined);
    return true;
  }
}
