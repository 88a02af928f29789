/** Reviewing what a task has written: each file beside what it was before, with its changes to be taken back one by one. */
import * as vscode from 'vscode';
import { UserError } from '../base/errors';
import type { Disposable } from '../base/lifecycle';
import type { Workspace } from '../base/ports';
import { decodeText } from '../base/text-format';
import type { Checkpoints } from '../session/checkpoints';
import type { ChatController } from './chat-controller';
import { withoutHunksAt } from './undo-hunks';

/** Texts of files before a task, read-only; the other side of the diff is the file itself. */
export const beforeScheme = 'thimble-before';
/** True while the active editor shows such a review; the manifest shows the buttons by it. */
const reviewingKey = 'thimble.reviewing';

/** Files that are opened at once. */
const mostOpened = 12;

export interface ReviewPorts {
  controller: () => ChatController;
  checkpoints: Pick<Checkpoints, 'read'>;
  workspace: Workspace;
  /** Absolute path of a workspace file. */
  locate: (path: string) => Promise<string>;
}

export interface Reviews extends Disposable {
  /** Opens one file of a checkpoint in the diff editor. Rejects with a `UserError`. */
  open(checkpointId: string, path: string): Promise<void>;
  /** Takes back the changes that the selections touch, of either side. */
  undoSelected(): Promise<void>;
  /** Takes back all that was changed in the file since, byte for byte. */
  undoFile(): Promise<void>;
  /** Leaves the file as it is and closes the review. */
  keep(): Promise<void>;
  /** Opens all files of the chat's newest task. Rejects with a `UserError` when none has changed a file. */
  openLast(): Promise<void>;
  /** The same as `undoFile` and `keep` for all files under review. */
  undoAll(): Promise<void>;
  keepAll(): Promise<void>;
}

interface Review {
  checkpointId: string;
  path: string;
  bytes: Uint8Array | null;
}

export function createReviews({ controller, checkpoints, workspace, locate }: ReviewPorts): Reviews {
  const reviews = new Map<string, Review>();
  let serial = 0;

  const textBefore = ({ bytes }: Review): string | null => (bytes === null ? null : decodeText(bytes).text);
  const ofTab = (tab: vscode.Tab | undefined): Review | undefined =>
    reviews.get(originalOf(tab)?.toString() ?? '');
  const active = (): Review | undefined => ofTab(vscode.window.tabGroups.activeTabGroup.activeTab);
  const openTabs = (): vscode.Tab[] =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter((tab) => ofTab(tab) !== undefined);
  const showContext = (): void =>
    void vscode.commands.executeCommand('setContext', reviewingKey, active() !== undefined);
  const close = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.closeActiveEditor');

  /** Runs what changes a reviewed file, so that this can be undone as well. */
  const change = (review: Review, work: () => Promise<void>): Promise<void> =>
    controller().changeFile(review.path, vscode.l10n.t('Changes taken back in {0}', review.path), work);

  const subscriptions = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(beforeScheme, {
      provideTextDocumentContent: (uri) => {
        const review = reviews.get(uri.toString());
        return review ? (textBefore(review) ?? '') : '';
      },
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void reviews.delete(uri.toString())),
    vscode.window.tabGroups.onDidChangeTabs(showContext),
    vscode.window.tabGroups.onDidChangeTabGroups(showContext),
  );

  const undoFile = (review: Review): Promise<void> =>
    change(review, () => workspace.restoreBytes(review.path, review.bytes));

  const open: Reviews['open'] = async (checkpointId, path) => {
    const files = await checkpoints.read(checkpointId);
    const bytes = files.get(path);
    if (bytes === undefined) throw noReview(`${path} is not among the files that this task changed.`);
    const uri = vscode.Uri.from({ scheme: beforeScheme, path: `/${path}`, query: String(serial++) });
    const review = { checkpointId, path, bytes };
    // What is no text has no lines to show: then only the whole task can be put back.
    textBefore(review);
    if (!(await workspace.exists(path)))
      throw noReview(`${path} is not there any more; it can only be restored as a whole.`);
    reviews.set(uri.toString(), review);
    const file = vscode.Uri.file(await locate(path));
    const title = vscode.l10n.t('{0} (since the task began)', path);
    await vscode.commands.executeCommand('vscode.diff', uri, file, title, { preview: false });
    showContext();
  };

  return {
    open,
    openLast: async () => {
      const { items } = controller().state().transcript;
      const last = items.findLast((item) => item.kind === 'checkpoint');
      if (!last) throw noReview('No task of this chat has changed a file.');
      for (const path of last.files.slice(0, mostOpened)) await open(last.id, path);
    },
    undoSelected: async () => {
      const review = active();
      const editor = vscode.window.activeTextEditor;
      if (!review || !editor) return;
      const spans = editor.selections.map(({ start, end }) => ({ first: start.line, last: end.line }));
      const side = editor.document.uri.scheme === beforeScheme ? 'old' : 'new';
      const file = await workspace.read(review.path);
      const states = { path: review.path, before: textBefore(review), now: file.text };
      const result = withoutHunksAt(states, side, spans);
      if (!result) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('No changed line is selected. Nothing was taken back.'),
        );
        return;
      }
      const write = { path: review.path, text: result.text, expectedHash: file.hash };
      await change(review, () => workspace.write([write], vscode.l10n.t('Take back a change')));
    },
    undoFile: async () => {
      const review = active();
      if (!review) return;
      await undoFile(review);
      await close();
    },
    undoAll: async () => {
      const tabs = openTabs();
      for (const tab of tabs) {
        const review = ofTab(tab);
        if (review) await undoFile(review);
      }
      await vscode.window.tabGroups.close(tabs);
    },
    keepAll: async () => {
      await vscode.window.tabGroups.close(openTabs());
    },
    keep: async () => {
      if (active()) await close();
    },
    dispose: () => {
      reviews.clear();
      void subscriptions.dispose();
    },
  };
}

/** The left side of the diff that a tab shows, if it is a review. */
function originalOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  return input instanceof vscode.TabInputTextDiff && input.original.scheme === beforeScheme
    ? input.original
    : undefined;
}

function noReview(happened: string): UserError {
  return new UserError('no-review', happened, {
    kept: 'Nothing was changed.',
    next: 'Restore to before the task, or use the editor’s undo.',
  });
}
