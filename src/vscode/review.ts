/** Reviewing what a task has written: each file beside what it was before, with its changes to be taken back one by one. */
import * as vscode from 'vscode';
import { reportOf, UserError } from '../base/errors';
import type { Disposable } from '../base/lifecycle';
import type { Workspace } from '../base/ports';
import { decodeText } from '../base/text-format';
import type { Transcript } from '../protocol/transcript';
import type { Checkpoints } from '../session/checkpoints';
import type { ChatController } from './chat-controller';
import { withoutHunksAt } from './undo-hunks';

/** Texts of files before a task, read-only, by path and checkpoint; the other side of the diff is the file itself. */
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
  /**
   * Opens the files of the chat's newest task, up to 12. Rejects with a `UserError` when none has changed a file, and
   * after opening the others when some could not be opened.
   */
  openLast(): Promise<void>;
  /** The same as `undoFile` and `keep` for all files under review. */
  undoAll(): Promise<void>;
  keepAll(): Promise<void>;
}

/** What a review shows. Its address says all of it, so that it holds over a reload of the window. */
interface Review {
  checkpointId: string;
  path: string;
}

export function createReviews({ controller, checkpoints, workspace, locate }: ReviewPorts): Reviews {
  const active = (): Review | undefined => reviewIn(vscode.window.tabGroups.activeTabGroup.activeTab);
  const openTabs = (): vscode.Tab[] =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter((tab) => reviewIn(tab) !== undefined);
  let isShown = false;
  const showContext = (): void => {
    const isActive = active() !== undefined;
    // Tabs also change with the first key typed after a save.
    if (isActive === isShown) return;
    isShown = isActive;
    void vscode.commands.executeCommand('setContext', reviewingKey, isActive);
  };
  const close = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.closeActiveEditor');

  const bytesBefore = async ({ checkpointId, path }: Review): Promise<Uint8Array | null> => {
    const bytes = await checkpoints.read(checkpointId, path);
    if (bytes === undefined) throw noReview(`${path} is not among the files that this task changed.`);
    return bytes;
  };
  const textBefore = async (review: Review): Promise<string | null> => {
    const bytes = await bytesBefore(review);
    return bytes === null ? null : decodeText(bytes).text;
  };
  /** Runs what changes a reviewed file, so that this can be undone as well. */
  const change = (review: Review, work: () => Promise<void>): Promise<void> =>
    controller().changeFile(review.path, vscode.l10n.t('Changes taken back in {0}', review.path), work);

  const subscriptions = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(beforeScheme, {
      // An empty text in place of one that is gone would show the whole file as new.
      provideTextDocumentContent: async (uri) => (await textBefore(reviewOf(uri))) ?? '',
    }),
    vscode.window.tabGroups.onDidChangeTabs(showContext),
    vscode.window.tabGroups.onDidChangeTabGroups(showContext),
  );
  // A review that was open before the window was reloaded is there already.
  showContext();

  const undoFile = async (review: Review): Promise<void> => {
    const bytes = await bytesBefore(review);
    await change(review, () => workspace.restoreBytes(review.path, bytes));
  };

  const open: Reviews['open'] = async (checkpointId, path) => {
    // What is no text has no lines to show: then only the whole task can be put back.
    await textBefore({ checkpointId, path });
    if (!(await workspace.exists(path)))
      throw noReview(`${path} is not there any more; it can only be restored as a whole.`);
    const uri = vscode.Uri.from({ scheme: beforeScheme, path: `/${path}`, query: checkpointId });
    const file = vscode.Uri.file(await locate(path));
    const title = vscode.l10n.t('{0} (since the task began)', path);
    await vscode.commands.executeCommand('vscode.diff', uri, file, title, { preview: false });
    showContext();
  };

  return {
    open,
    openLast: async () => {
      const last = lastTask(controller().state().transcript);
      if (!last) throw noReview('No task of this chat has changed a file.');
      const left: string[] = [];
      for (const path of last.files.slice(0, mostOpened))
        await open(last.id, path).catch((error: unknown) => left.push(reportOf(error).happened));
      const more = last.files.length - mostOpened;
      if (more > 0) left.push(`${more} more files are not opened at once; the chat lists them all.`);
      if (left.length > 0) throw noReview(left.join(' '));
    },
    undoSelected: async () => {
      const review = active();
      const editor = vscode.window.activeTextEditor;
      if (!review || !editor) return;
      const spans = editor.selections.map(({ start, end }) => ({ first: start.line, last: end.line }));
      const side = editor.document.uri.scheme === beforeScheme ? 'old' : 'new';
      const before = await textBefore(review);
      const file = await workspace.read(review.path);
      const result = withoutHunksAt({ path: review.path, before, now: file.text }, side, spans);
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
        const review = reviewIn(tab);
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
    dispose: () => void subscriptions.dispose(),
  };
}

/** The checkpoint of the newest task; those of what was taken back since are none of a task. */
function lastTask({ items }: Transcript): { id: string; files: readonly string[] } | undefined {
  const tasks = new Set(items.filter(({ kind }) => kind === 'user').map(({ id }) => id));
  return items.filter((item) => item.kind === 'checkpoint').findLast(({ id }) => tasks.has(id));
}

/** The review that a tab shows, if it is one. */
function reviewIn(tab: vscode.Tab | undefined): Review | undefined {
  const input = tab?.input;
  return input instanceof vscode.TabInputTextDiff && input.original.scheme === beforeScheme
    ? reviewOf(input.original)
    : undefined;
}

function reviewOf(uri: vscode.Uri): Review {
  return { checkpointId: uri.query, path: uri.path.slice(1) };
}

function noReview(happened: string): UserError {
  return new UserError('no-review', happened, {
    kept: 'Nothing was changed.',
    next: 'Restore to before the task, or use the editor’s undo.',
  });
}
