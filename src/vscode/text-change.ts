import * as vscode from 'vscode';
import { commonEnds } from '../base/text';

/** The smallest single replacement that makes one text of another; offsets in UTF-16 units. */
export interface TextChange {
  start: number;
  end: number;
  text: string;
}

/** Undefined when both are the same. Never splits a line end or a surrogate pair. */
export function smallestChange(before: string, after: string): TextChange | undefined {
  if (before === after) return undefined;
  const { head, tail } = commonEnds(before, after);
  // To line borders: editors treat a line end as one character, and a whole line reads best in the undo.
  const start = head === 0 ? 0 : before.lastIndexOf('\n', head - 1) + 1;
  const lineEnd = before.indexOf('\n', before.length - tail);
  const end = lineEnd < 0 ? before.length : lineEnd + 1;
  return { start, end, text: after.slice(start, after.length - (before.length - end)) };
}

/** The change that makes a document's text that one, in the document's own line ends. */
export function documentChange(
  document: vscode.TextDocument,
  text: string,
): { range: vscode.Range; text: string } | undefined {
  const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const change = smallestChange(document.getText(), text.replace(/\r?\n/g, eol));
  if (!change) return undefined;
  const range = new vscode.Range(document.positionAt(change.start), document.positionAt(change.end));
  return { range, text: change.text };
}

/** Makes a document's text that one, undoably; nothing is saved. */
export async function replaceText(document: vscode.TextDocument, text: string): Promise<boolean> {
  const change = documentChange(document, text);
  if (!change) return true;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, change.range, change.text);
  return vscode.workspace.applyEdit(edit);
}
