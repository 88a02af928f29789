import * as vscode from 'vscode';
import type { Disposable } from '../base/lifecycle';
import type { FileDiff } from '../protocol/agent';

export const diffScheme = 'thimble-diff';
/** Of a diff whose editor has the buttons that answer it; the manifest shows them by this scheme. */
export const proposalScheme = 'thimble-proposal';

/** Read-only texts for the diff editor, each kept while a tab shows it. */
export interface DiffDocuments extends Disposable {
  /** Opens two texts side by side; `path` gives the name and the language, `stepId` the step that waits for an answer. */
  show(path: string, oldText: string, newText: string, title: string, stepId?: string): Promise<void>;
  /** Opens the changes of several files in one editor. */
  showAll(
    files: readonly { path: string; oldText: string; newText: string }[],
    title: string,
    stepId?: string,
  ): Promise<void>;
  /** What one of these texts is a side of, if a step was named with it. */
  proposalOf(uri: vscode.Uri): { stepId: string; side: 'old' | 'new' } | undefined;
}

export function createDiffDocuments(): DiffDocuments {
  const texts = new Map<string, { text: string; side: 'old' | 'new'; stepId: string | undefined }>();
  let serial = 0;
  const keep = (path: string, text: string, side: 'old' | 'new', stepId: string | undefined): vscode.Uri => {
    const scheme = stepId === undefined ? diffScheme : proposalScheme;
    const uri = vscode.Uri.from({ scheme, path: `/${path}`, query: String(serial++) });
    texts.set(uri.toString(), { text, side, stepId });
    return uri;
  };
  const provider: vscode.TextDocumentContentProvider = {
    provideTextDocumentContent: (uri) => texts.get(uri.toString())?.text ?? '',
  };
  const subscriptions = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(diffScheme, provider),
    vscode.workspace.registerTextDocumentContentProvider(proposalScheme, provider),
    vscode.workspace.onDidCloseTextDocument((document) => texts.delete(document.uri.toString())),
  );
  return {
    show: async (path, oldText, newText, title, stepId) => {
      const left = keep(path, oldText, 'old', stepId);
      const right = keep(path, newText, 'new', stepId);
      await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
    },
    showAll: async (files, title, stepId) => {
      const sides = files.map(({ path, oldText, newText }) => {
        const right = keep(path, newText, 'new', stepId);
        return [right, keep(path, oldText, 'old', stepId), right];
      });
      await vscode.commands.executeCommand('vscode.changes', title, sides);
    },
    proposalOf: (uri) => {
      const { side, stepId } = texts.get(uri.toString()) ?? {};
      return side === undefined || stepId === undefined ? undefined : { stepId, side };
    },
    dispose: () => void subscriptions.dispose(),
  };
}

/** Both sides of a diff as far as its hunks show them, for when the file itself has moved on. */
export function sidesOf(diff: FileDiff): { oldText: string; newText: string } {
  const side = (skip: 'added' | 'removed'): string =>
    diff.hunks
      .map((hunk) =>
        hunk.lines
          .filter((line) => line.kind !== skip)
          .map((line) => `${line.text}\n`)
          .join(''),
      )
      .join('⋯\n');
  return { oldText: side('added'), newText: side('removed') };
}
