import * as vscode from 'vscode';
import type { Workspace } from '../base/ports';
import { diffsOf, type FileDiff } from '../protocol/agent';
import type { PanelMessage } from '../protocol/panel';
import type { ChatController } from './chat-controller';
import { type DiffDocuments, sidesOf } from './diff-documents';
import type { ModelService } from './model-service';
import type { SpanActions } from './span-actions';

export interface PanelActionPorts {
  controller: ChatController;
  models: ModelService;
  workspace: Workspace;
  locate(path: string): Promise<string>;
  diffs: DiffDocuments;
  review(checkpointId: string, path: string): Promise<void>;
  spans: SpanActions;
  showLog(): void;
}

/** Carries out one message of the panel. Rejects with a `UserError` that the panel should show. */
export async function handlePanelMessage(message: PanelMessage, ports: PanelActionPorts): Promise<void> {
  if (message.type === 'show-prompt') void ports.spans.show();
  if ((await ports.controller.handle(message)) || (await ports.spans.handle(message))) return;
  switch (message.type) {
    case 'open-file':
      return openFile(await ports.locate(message.path), message.line, message.endLine);
    case 'review':
      return ports.review(message.checkpointId, message.path);
    case 'open-diff':
      return openDiff(message.stepId, ports);
    case 'open-link':
      return openLink(message.href);
    case 'copy':
      return vscode.env.clipboard.writeText(message.text);
    case 'pick-model':
      return ports.models.pick(message.name);
    case 'download-model':
      return ports.models.download(message.name);
    case 'cancel-download':
      ports.models.cancelDownload();
      return;
    case 'restart-engine':
      return ports.models.restart();
    case 'show-log':
      ports.showLog();
      return;
    default:
      return;
  }
}

/** Lines are 1-based. */
async function openFile(file: string, line: number | undefined, endLine: number | undefined): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const place = (at: number): number => Math.min(Math.max(Math.floor(at) - 1, 0), document.lineCount - 1);
  if (line === undefined) {
    await vscode.window.showTextDocument(document);
    return;
  }
  const last = place(endLine ?? line);
  const selection = new vscode.Range(place(line), 0, last, document.lineAt(last).text.length);
  await vscode.window.showTextDocument(document, { selection });
}

async function openDiff(stepId: string, { controller, workspace, diffs }: PanelActionPorts): Promise<void> {
  const step = controller
    .state()
    .transcript.items.find((item) => item.kind === 'step' && item.step.id === stepId);
  if (step?.kind !== 'step') return;
  const waits = step.step.state === 'waiting';
  const asked = waits ? stepId : undefined;
  const files: { path: string; oldText: string; newText: string }[] = [];
  for (const diff of diffsOf(step.step)) {
    const sides = (await wholeSides(diff, waits, workspace)) ?? sidesOf(diff);
    files.push({ path: diff.path, ...sides });
  }
  const [first] = files;
  if (!first) return;
  const { t } = vscode.l10n;
  if (files.length > 1) await diffs.showAll(files, t('{0} files (proposed change)', files.length), asked);
  else
    await diffs.show(first.path, first.oldText, first.newText, t('{0} (proposed change)', first.path), asked);
}

/** The whole file on both sides, while it is as it was when the change was proposed. */
async function wholeSides(
  diff: FileDiff,
  isWaiting: boolean,
  workspace: Workspace,
): Promise<{ oldText: string; newText: string } | undefined> {
  if (!isWaiting || diff.kind !== 'change') return undefined;
  const oldText = await workspace.read(diff.path).then(
    (file) => file.text,
    () => undefined,
  );
  if (oldText === undefined) return undefined;
  const newText = withHunks(oldText, diff);
  return newText === undefined ? undefined : { oldText, newText };
}

/** The new text, or undefined when an old line is not where the diff says. */
function withHunks(oldText: string, diff: FileDiff): string | undefined {
  const eol = oldText.includes('\r\n') ? '\r\n' : '\n';
  const lines = oldText.split(/\r?\n/);
  for (const hunk of diff.hunks.toReversed()) {
    const old = hunk.lines.filter((line) => line.kind !== 'added').map((line) => line.text);
    const start = hunk.oldStart - 1;
    if (old.some((text, index) => lines[start + index] !== text)) return undefined;
    const added = hunk.lines.filter((line) => line.kind !== 'removed').map((line) => line.text);
    lines.splice(start, old.length, ...added);
  }
  return lines.join(eol);
}

/** Only addresses that a browser opens; a model may write anything. */
async function openLink(href: string): Promise<void> {
  if (!/^https?:\/\//i.test(href)) return;
  await vscode.env.openExternal(vscode.Uri.parse(href, true));
}
