/** `thimble log` and `thimble sessions`: what is kept on this computer of requests and chats. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors';
import type { LineLog } from '../base/ports';
import { type RequestRecord, requestTable } from '../model/request-log';
import { createFileStore } from '../node/file-store';
import { createChatStore } from '../session/chat-store';
import { redactChat } from '../session/redact';
import { wipeSessions } from '../session/session-limits';
import { formatBytes } from './format-amounts';
import { exitCode, type OutputPort } from './output-port';

/** Writes the newest requests, the oldest first. */
export async function logCommand(
  requests: LineLog<RequestRecord>,
  output: OutputPort,
  limit: number,
): Promise<number> {
  const records = await requests.read(limit);
  if (output.json) for (const record of records) output.write(JSON.stringify(record));
  else output.write(records.length === 0 ? 'No requests yet.' : requestTable(records));
  return exitCode.done;
}

/**
 * `list` tells the workspaces with their chats, `export CHAT` writes a chat without its words, `wipe WORKSPACE` deletes
 * what is kept of a workspace (`all` for every one). Rejects with a `UserError`.
 */
export async function sessionsCommand(
  home: string,
  action: string,
  name: string | undefined,
  output: OutputPort,
): Promise<number> {
  const folder = path.join(home, 'sessions');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  // Beside the workspaces of the editor lie the checkpoints of the command line.
  const workspaces = entries.flatMap((entry) =>
    entry.isDirectory() && entry.name !== 'checkpoints' ? [entry.name] : [],
  );
  const storeOf = (workspace: string) => createFileStore(path.join(folder, workspace));
  switch (action) {
    case 'list':
      for (const workspace of workspaces) await listWorkspace(workspace, storeOf(workspace), output);
      return exitCode.done;
    case 'export':
      for (const workspace of workspaces) {
        const chat = name === undefined ? undefined : await createChatStore(storeOf(workspace)).load(name);
        if (!chat) continue;
        const redacted = redactChat(chat);
        output.write(output.json ? JSON.stringify(redacted) : JSON.stringify(redacted, undefined, 2));
        return exitCode.done;
      }
      throw new UserError('chat-unknown', `There is no chat “${name ?? ''}”.`, {
        next: 'thimble sessions list names them.',
      });
    case 'wipe': {
      const wanted = workspaces.filter((workspace) => name === 'all' || workspace === name);
      if (wanted.length === 0 && name !== 'all') {
        throw new UserError('usage', `There is nothing of a workspace “${name ?? ''}”.`, {
          next: 'Name one of thimble sessions list, or all.',
        });
      }
      let count = 0;
      for (const workspace of wanted) count += await wipeSessions(storeOf(workspace));
      if (name === 'all') {
        count += await wipeSessions(createFileStore(folder));
        // The kept beginnings of prompts hold what the folders' own instructions say.
        await rm(path.join(home, 'states'), { recursive: true, force: true });
      }
      output.write(output.json ? JSON.stringify({ deleted: count }) : `${count} records deleted.`);
      return exitCode.done;
    }
    default:
      throw new UserError('usage', `Unknown action “${action}”.`, {
        next: 'There are list, export and wipe.',
      });
  }
}

async function listWorkspace(
  workspace: string,
  store: ReturnType<typeof createFileStore>,
  output: OutputPort,
): Promise<void> {
  const bytes = (await store.records()).reduce((sum, record) => sum + record.bytes, 0);
  const chats = await createChatStore(store).list();
  if (output.json) {
    output.write(JSON.stringify({ workspace, bytes, chats }));
    return;
  }
  output.write(`${workspace}: ${formatBytes(bytes)}`);
  for (const { id, title, updatedAt } of chats)
    output.write(`    ${id}  ${new Date(updatedAt).toISOString().slice(0, 16).replace('T', ' ')}  ${title}`);
}
