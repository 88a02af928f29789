import * as vscode from 'vscode';
import type { LineLog } from '../base/ports';
import { type CrashReports, crashText } from '../model/crash-reports';
import { decodeSpeed } from '../model/decode-speed';
import type { RequestRecord } from '../model/request-log';
import type { RequestRow } from '../protocol/panel';
import type { ChatStore } from '../session/chat-store';
import { redactChat } from '../session/redact';
import { type SessionStore, tidySessions, wipeSessions } from '../session/session-limits';
import type { ChatController } from './chat-controller';
import { tell } from './commands';
import type { PanelView } from './panel-view';

export interface RecordPorts {
  crashes: CrashReports;
  requests: LineLog<RequestRecord>;
  chats: ChatStore;
  sessions: SessionStore;
  controller: ChatController;
  panel: Pick<PanelView, 'show'>;
}

/** Requests that are shown, the newest. */
const shownRequests = 500;

/** Commands about what is kept on this computer: crashes, requests, chats. */
export function registerRecordCommands(ports: RecordPorts): vscode.Disposable {
  const commands: Record<string, (ports: RecordPorts) => Promise<void>> = {
    showCrashes,
    showRequests,
    exportChat,
    deleteAllChats,
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`thimble.${name}`, () => run(ports).catch(tell)),
    ),
  );
}

/** Lists what is kept of the engine's deaths; one can be read, all can be deleted. */
async function showCrashes({ crashes }: RecordPorts): Promise<void> {
  const found = await crashes.list();
  if (found.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The engine has not crashed.'));
    return;
  }
  const all = {
    label: vscode.l10n.t('Delete all reports'),
    description: vscode.l10n.t('They are kept on this computer only.'),
    report: undefined,
  };
  const picked = await vscode.window.showQuickPick(
    [...found.map((report) => ({ label: crashText(report), description: '', report })), all],
    { title: vscode.l10n.t('Crash reports') },
  );
  if (!picked) return;
  if (picked.report) await showText(toJson(picked.report), 'json');
  else await crashes.clear();
}

async function showRequests({ requests, panel }: RecordPorts): Promise<void> {
  const records = await requests.read(shownRequests);
  await panel.show({ type: 'requests', rows: records.map(requestRow) });
}

function requestRow(record: RequestRecord): RequestRow {
  const { at, model, lane, promptTokens, cachedTokens, generatedTokens, totalMs, residentBytes, end } =
    record;
  return {
    at,
    model,
    lane,
    promptTokens,
    cachedTokens,
    generatedTokens,
    tokensPerSecond: decodeSpeed(record),
    totalMs,
    ...(residentBytes === undefined ? {} : { residentBytes }),
    end,
  };
}

/** Opens the chat without its words, so that it can be read before it goes anywhere. */
async function exportChat({ controller, chats }: RecordPorts): Promise<void> {
  await controller.idle();
  const chat = await chats.load(controller.state().chatId);
  if (!chat) {
    void vscode.window.showInformationMessage(vscode.l10n.t('This chat is empty.'));
    return;
  }
  await showText(toJson(redactChat(chat)), 'json');
}

async function deleteAllChats({ controller, sessions }: RecordPorts): Promise<void> {
  const yes = vscode.l10n.t('Delete');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete all chats of this workspace, and what is kept to undo their changes?'),
    { modal: true },
    yes,
  );
  if (answer !== yes) return;
  // A task that runs is stopped first, and what it has written is on the disk before it is deleted.
  await controller.handle({ type: 'new-chat' });
  await wipeSessions(sessions);
  await controller.handle({ type: 'new-chat' });
}

/**
 * What the first call does: once the last chat is open, what nobody can ask for any more is deleted, and the oldest
 * beyond `maxBytes`.
 */
export function createTidy(
  { controller, chats, sessions }: Pick<RecordPorts, 'controller' | 'chats' | 'sessions'>,
  maxBytes: () => number,
  log: (line: string) => void,
): () => void {
  let done: Promise<void> | undefined;
  const tidy = async (): Promise<void> => {
    await controller.open();
    const runIds = await chats.runIds();
    const openChat = controller.state().chatId;
    const { deleted, freedBytes } = await tidySessions(sessions, {
      maxBytes: maxBytes(),
      now: Date.now(),
      openChat,
      runIds,
    });
    if (deleted > 0) log(`Sessions: ${deleted} records deleted, ${Math.round(freedBytes / 1e6)} MB freed.`);
  };
  return () => {
    done ??= tidy().catch((error: unknown) => log(String(error)));
  };
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Opens a text as a document that is not saved anywhere. */
async function showText(content: string, language: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document, { preview: true });
}
