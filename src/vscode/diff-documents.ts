import * as vscode from 'vscode';
import type { Disposable } from '../base/lifecycle';
import type { FileDiff } from '../protocol/agent';

export const diffScheme = 'thimble-diff';

/** Read-only texts for the diff editor, each kept while a tab shows it. */
export interface DiffDocuments extends Disposable {
  /** Opens two texts side by side; `path` gives the name and the language. */
  show(path: string, oldText: string, newText: string, title: string): Promise<void>;
}

export function createDiffDocuments(): DiffDocuments {
  const texts = new Map<string, string>();
  let serial = 0;
  const keep = (path: string, text: string): vscode.Uri => {
    const uri = vscode.Uri.from({ scheme: diffScheme, path: `/${path}`, query: String(serial++) });
    texts.set(uri.toString(), text);
    return uri;
  };
  const subscriptions = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(diffScheme, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
    }),
    vscode.workspace.onDidCloseTextDocument((document) => texts.delete(document.uri.toString())),
  );
  return {
    show: async (path, oldText, newText, title) => {
      await vscode.commands.executeCommand('vscode.diff', keep(path, oldText), keep(path, newText), title, {
        preview: true,
      });
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
