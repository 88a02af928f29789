import * as vscode from 'vscode';
import { workspacePath } from './editor-context';

/** Folders on disk; those of another kind of file system are no business of ours. */
export function openFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => folder.uri.fsPath);
}

/** Files that the user looks at, which are indexed first. */
export function openPaths(): string[] {
  return vscode.window.visibleTextEditors.flatMap(({ document }) => workspacePath(document.uri) ?? []);
}

/** Chats belong to the workspace that they are about. */
export function workspaceKey(hashText: (text: string) => string): string {
  const key = vscode.workspace.workspaceFile?.toString() ?? openFolders().join('\n');
  return key === '' ? 'no-folder' : hashText(key).slice(0, 16);
}

/** What is kept for the workspace under a key. */
export function keptIn<T>(
  memento: vscode.Memento,
  key: string,
): { get(): T | undefined; set(value: T): void } {
  return {
    get: () => memento.get<T>(key),
    set: (value) => void memento.update(key, value),
  };
}
