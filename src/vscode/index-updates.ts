import * as vscode from 'vscode';
import type { Disposable } from '../base/lifecycle';
import type { IndexingSyntax } from '../syntax/syntax-service';
import { workspacePath } from './editor-context';

/** Changes are told together, since a build or a change of branch makes thousands. Milliseconds. */
const gatherMs = 500;
const notOurs = /(?:^|[\\/])(?:\.git|node_modules)(?:[\\/]|$)/;

/** Tells the index which files change on disk, and when other folders are open. */
export function createIndexUpdates(syntax: Pick<IndexingSyntax, 'changed' | 'reopen'>): Disposable {
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => {
    timer = undefined;
    const paths = [...changed];
    changed.clear();
    syntax.changed(paths);
  };
  const note = (uri: vscode.Uri): void => {
    const path = workspacePath(uri);
    if (path === undefined || notOurs.test(path)) return;
    changed.add(path);
    timer ??= setTimeout(tell, gatherMs);
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  const listeners = vscode.Disposable.from(
    watcher,
    watcher.onDidChange(note),
    watcher.onDidCreate(note),
    watcher.onDidDelete(note),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      syntax.reopen();
    }),
  );
  return {
    dispose: () => {
      clearTimeout(timer);
      listeners.dispose();
    },
  };
}
