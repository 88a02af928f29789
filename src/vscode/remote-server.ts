import * as vscode from 'vscode';
import type { LargerModel } from '../agent/ports';
import type { Clock } from '../base/ports';
import { parseRemoteSpec } from '../model/remote/address';
import { type RequestRecord, withRequestLog } from '../model/request-log';
import { type RemoteModel, type RemoteReview, connectRemote } from '../model/remote/remote-model';
import { readSettings } from './settings';

export interface RemoteServerPorts {
  secrets: vscode.SecretStorage;
  /** Hosts that this workspace's code may go to. */
  allowed: Pick<vscode.Memento, 'get' | 'update'>;
  clock: Clock;
  /** Notes a request that was handed over; the others are noted where the model is used. */
  record: (request: RequestRecord) => void;
}

const allowedKey = 'thimble.remote.allowed';
const secretName = (host: string): string => `thimble.remote.key.${host}`;

/** Connects to a server with the key that is kept for its host. Rejects with a `UserError`. */
export async function connectToServer(
  spec: string,
  contextSize: number | undefined,
  { secrets, allowed, clock }: RemoteServerPorts,
): Promise<RemoteModel> {
  const { remote } = readSettings();
  const address = parseRemoteSpec(spec, remote);
  const key = await secrets.get(secretName(address.host));
  const { timeoutMs } = remote;
  const review = (request: RemoteReview): Promise<boolean> => reviewInEditor(request, allowed);
  // The model outlives the request that needed it first, so that one's cancel must not end the connecting.
  const { signal } = new AbortController();
  return connectRemote({ address, key, clock, contextSize, timeoutMs, review }, signal);
}

/** The server of the settings as the model that tasks may be handed over to; undefined where none is set. */
export function largerModel(ports: RemoteServerPorts): LargerModel | undefined {
  const { remote } = readSettings();
  if (remote.url === undefined) return undefined;
  const spec = 'remote:';
  return {
    name: remote.model ?? remote.url,
    afterFailedRepair: remote.afterFailedRepair,
    model: async () =>
      withRequestLog(await connectToServer(spec, undefined, ports), ports.record, ports.clock),
  };
}

/** Asks for the key of the server that is set, and keeps it in the editor's store of secrets; true when it changed. */
export async function askRemoteKey(secrets: vscode.SecretStorage): Promise<boolean> {
  const { model, remote } = readSettings();
  const spec = model?.startsWith('remote:') ? model : 'remote:';
  const { host } = parseRemoteSpec(spec, remote);
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('Key for {0}', host),
    prompt: vscode.l10n.t('Empty: no key.'),
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return false;
  if (key.trim() === '') await secrets.delete(secretName(host));
  else await secrets.store(secretName(host), key.trim());
  return true;
}

/** Asks before the first request of a workspace to a host; the request itself is one click away. Never rejects. */
async function reviewInEditor(review: RemoteReview, allowed: RemoteServerPorts['allowed']): Promise<boolean> {
  const hosts = allowed.get<string[]>(allowedKey, []);
  if (hosts.includes(review.host)) return true;
  const send = vscode.l10n.t('Send');
  const show = vscode.l10n.t('Show What Is Sent');
  const text = [
    vscode.l10n.t(
      'Thimble is about to send messages and code of this workspace to {0} (model {1}).',
      review.host,
      review.model,
    ),
    ...(review.isPrivate ? [] : [vscode.l10n.t('The connection is not encrypted.')]),
  ].join(' ');
  for (;;) {
    const answer = await vscode.window.showWarningMessage(text, send, show, vscode.l10n.t('Do Not Send'));
    if (answer === show) {
      await showRequest(review);
      continue;
    }
    if (answer !== send) return false;
    await allowed.update(allowedKey, [...hosts, review.host]);
    return true;
  }
}

async function showRequest({ url, body }: RemoteReview): Promise<void> {
  try {
    const content = `// POST ${url}\n${body}\n`;
    const document = await vscode.workspace.openTextDocument({ language: 'jsonc', content });
    await vscode.window.showTextDocument(document, { preview: true });
  } catch {
    // Nothing is sent for it: the question is asked again.
  }
}
