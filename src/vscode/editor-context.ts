import * as vscode from 'vscode';
import type { EditorContext } from '../agent/ports';
import { qualifiedName } from '../edit/symbol-edit';
import type { Workspace } from '../base/ports';
import type { SyntaxService } from '../syntax/syntax-service';
import { diagnosticOf, lastEditor, problemsOf } from './attachments';
import type { MentionCompletionPorts, WorkspaceSymbol } from './mention-completion';

/** Longest selection that goes along, in UTF-16 units; the agent cuts to tokens. */
const longestSelection = 48_000;
const mostSymbols = 60;

/**
 * What the agent may ask of the editor; `terminal` is the last command that ended in the user's own terminals,
 * `definitions` what language services say.
 */
export function createEditorContext(
  terminal: Required<EditorContext>['terminal'],
  definitions: Required<EditorContext>['definitions'],
): Required<EditorContext> {
  return {
    terminal,
    definitions,
    selection: () => {
      const editor = lastEditor();
      if (!editor) return undefined;
      const { document, selection } = editor;
      const path = workspacePath(document.uri);
      const { start, end } = selection;
      // A selection that ends before the first character of a line does not mean that line.
      const lastLine = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
      return {
        path,
        label: path ?? vscode.workspace.asRelativePath(document.uri),
        languageId: document.languageId,
        startLine: start.line + 1,
        endLine: lastLine + 1,
        text: document.getText(selection).slice(0, longestSelection),
      };
    },
    diagnostics: (path) => {
      const all = vscode.languages.getDiagnostics().flatMap(([uri, found]) => {
        const own = workspacePath(uri);
        return own === undefined || (path !== undefined && own !== path)
          ? []
          : found.map((one) => diagnosticOf(own, one));
      });
      const editor = path === undefined ? lastEditor() : undefined;
      if (!editor) return all;
      // What the user is looking at comes first.
      const own = problemsOf(editor.document);
      const seen = new Set(own.map(({ path: file }) => file));
      return [...own, ...all.filter(({ path: file }) => !seen.has(file))];
    },
  };
}

/** Symbols for the input's list: of the file in the editor, and of the workspace as language services know it. */
export function createSymbolPorts(
  syntax: SyntaxService,
  workspace: Workspace,
): Pick<MentionCompletionPorts, 'openSymbols' | 'workspaceSymbols'> {
  return {
    openSymbols: async () => {
      const document = lastEditor()?.document;
      const path = document && workspacePath(document.uri);
      if (path === undefined) return undefined;
      return { path, symbols: await syntax.request('outline', await workspace.read(path)) };
    },
    workspaceSymbols: async (query) => {
      const found = await vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>(
        'vscode.executeWorkspaceSymbolProvider',
        query,
      );
      return (found ?? [])
        .slice(0, mostSymbols)
        .flatMap(({ name, containerName, kind, location }): WorkspaceSymbol[] => {
          const path = workspacePath(location.uri);
          // Some services name the file as the container.
          const inside = /^[\w$.]+$/.test(containerName) && !path?.includes(containerName);
          const symbol = { name, containers: inside ? [containerName] : [] };
          const shown = vscode.SymbolKind[kind].toLowerCase();
          return path === undefined
            ? []
            : [{ path, name: qualifiedName(symbol).replace(/\(.*$/s, ''), kind: shown }];
        });
    },
  };
}

/** The path as the core names files; undefined for what lies in no open folder. */
export function workspacePath(uri: vscode.Uri): string | undefined {
  if (uri.scheme !== 'file' || !vscode.workspace.getWorkspaceFolder(uri)) return undefined;
  return vscode.workspace.asRelativePath(uri);
}
