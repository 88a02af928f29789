import * as vscode from 'vscode';
import type { Diagnostic } from '../base/ports';
import type { PanelState } from '../protocol/panel';
import type { Attachment } from './chat-controller';

/** Longest attached text in UTF-16 units; the agent cuts to tokens later. */
const longest = 24_000;
const mostProblems = 20;

/** What the user attaches by name, taken from the active editor as it is now. */
export function captureAttachment(what: 'file' | 'selection' | 'problems'): Attachment | undefined {
  const editor = lastEditor();
  if (!editor) return undefined;
  const { document, selection } = editor;
  const name = vscode.workspace.asRelativePath(document.uri);
  if (what === 'file') return { label: `@${name}`, text: document.getText().slice(0, longest) };
  if (what === 'selection') {
    if (selection.isEmpty) return undefined;
    const label = `@${name}:${selection.start.line + 1}-${selection.end.line + 1}`;
    return { label, text: document.getText(selection).slice(0, longest) };
  }
  const problems = problemsOf(document).slice(0, mostProblems);
  if (problems.length === 0) return undefined;
  const text = problems
    .map(({ line, severity, message }) => `${name}:${line}: ${severity}: ${message}`)
    .join('\n');
  return { label: `@problems of ${name}`, text };
}

/** Three things to try on the open file. */
export function suggestionsFor(editor: vscode.TextEditor | undefined): PanelState['suggestions'] {
  if (editor?.document.uri.scheme !== 'file') return [];
  const name = vscode.workspace.asRelativePath(editor.document.uri);
  const short = name.split('/').at(-1) ?? name;
  const { t } = vscode.l10n;
  const isTest = /(^|[._-])(test|spec)([._-]|$)/i.test(short);
  const first = isTest
    ? { label: t('Fix the failing test in {0}', short), text: `Fix the failing test in ${name}` }
    : { label: t('Find and fix the bug in {0}', short), text: `Find and fix the bug in ${name}` };
  return [
    first,
    { label: t('Explain {0}', short), text: `What does ${name} do?` },
    { label: t('Write tests for {0}', short), text: `Write tests for ${name}` },
  ];
}

/** Problems that language services report for a document, or for some of its lines (0-based, inclusive). */
export function problemsOf(document: vscode.TextDocument, range?: vscode.Range): Diagnostic[] {
  const path = vscode.workspace.asRelativePath(document.uri);
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((found) => !range || found.range.intersection(range) !== undefined)
    .map((found) => diagnosticOf(path, found));
}

/** A problem as the core sees it. */
export function diagnosticOf(
  path: string,
  { range, severity, message, source }: vscode.Diagnostic,
): Diagnostic {
  return {
    path,
    line: range.start.line + 1,
    column: range.start.character + 1,
    endLine: range.end.line + 1,
    endColumn: range.end.character + 1,
    severity: severityName(severity),
    message,
    ...(source === undefined ? {} : { source }),
  };
}

function severityName(severity: vscode.DiagnosticSeverity): Diagnostic['severity'] {
  switch (severity) {
    case vscode.DiagnosticSeverity.Error:
      return 'error';
    case vscode.DiagnosticSeverity.Warning:
      return 'warning';
    case vscode.DiagnosticSeverity.Information:
      return 'information';
    case vscode.DiagnosticSeverity.Hint:
      return 'hint';
  }
}

/** The active text editor; with the focus in the panel, the one that was active before stays it. */
export function lastEditor(): vscode.TextEditor | undefined {
  return vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
}
