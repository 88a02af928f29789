import * as vscode from 'vscode';
import { isAbort, reportOf, UserError } from '../base/errors';
import type { FileSnapshot, Workspace } from '../base/ports';
import type { SpanChoices } from '../context/span-choices';
import type { LanguageModel } from '../model/language-model';
import { offersJob } from '../micro/micro-agent';
import { findModel, profileOfEntry } from '../model/catalogue';
import type { MicroJob } from '../model/profile';
import {
  runSelectionAction,
  type SelectionActionPorts,
  type SelectionResult,
} from '../selection/selection-action';
import type { SyntaxService } from '../syntax/syntax-service';
import { lastEditor, problemsOf } from './attachments';
import type { ChatController } from './chat-controller';
import type { InlineDiffs } from './inline-diff';

type Kind = 'explain' | 'problem' | 'fix' | 'document' | 'tests' | 'edit';

export interface SelectionPorts {
  model(signal: AbortSignal): Promise<LanguageModel>;
  syntax: SyntaxService;
  /** What the user has pinned and dropped. */
  choices: SpanChoices;
  /** What language services say within a moment. */
  definitions: Required<SelectionActionPorts>['definitions'];
  workspace: Workspace;
  controller: ChatController;
  diffs: InlineDiffs;
  hashText(text: string): string;
  focusPanel(): Promise<void>;
  /** The user's instruction for an edit; undefined when the question was closed. */
  askInstruction(): Thenable<string | undefined>;
}

/** Command by kind; the titles are those of the light bulb. */
export const selectionCommands: Readonly<Record<Kind, string>> = {
  explain: 'thimble.explain',
  problem: 'thimble.explainProblem',
  fix: 'thimble.fix',
  document: 'thimble.document',
  tests: 'thimble.writeTests',
  edit: 'thimble.editWithInstruction',
};

/**
 * The light bulb's offers: “Fix” only where there is a problem, the others where there is code. What the chosen model was
 * measured to fail at is not among them.
 */
export function createSelectionActions(modelName: () => string): vscode.CodeActionProvider {
  return {
    provideCodeActions: (document, range, context) => {
      const { t } = vscode.l10n;
      if (document.getText(wholeLines(document, range)).trim() === '') return [];
      const action = (kind: Kind, title: string, group: vscode.CodeActionKind): vscode.CodeAction => {
        const result = new vscode.CodeAction(title, group);
        result.command = { command: selectionCommands[kind], title, arguments: [document.uri, range] };
        return result;
      };
      const rewrite = vscode.CodeActionKind.RefactorRewrite;
      const able = (...jobs: MicroJob[]): boolean => isOffered(modelName(), jobs);
      const offers = [
        action('explain', t('Thimble: Explain'), rewrite.append('thimble')),
        ...(able('document', 'docstring')
          ? [action('document', t('Thimble: Document'), rewrite.append('thimble'))]
          : []),
        ...(able('test') ? [action('tests', t('Thimble: Write Tests'), rewrite.append('thimble'))] : []),
        action('edit', t('Thimble: Edit with Instruction…'), rewrite.append('thimble')),
      ];
      if (context.diagnostics.length === 0) return offers;
      const forProblems = [
        action('fix', t('Thimble: Fix'), vscode.CodeActionKind.QuickFix),
        ...(able('explain-error')
          ? [action('problem', t('Thimble: Explain Problem'), vscode.CodeActionKind.QuickFix)]
          : []),
      ];
      for (const offer of forProblems) offer.diagnostics = [...context.diagnostics];
      return [...forProblems, ...offers];
    },
  };
}

/** True if a model does one of the jobs at least; of one that is not in the catalogue, the action itself finds out. */
function isOffered(modelName: string, jobs: readonly MicroJob[]): boolean {
  const entry = findModel(modelName);
  return !entry || jobs.some((job) => offersJob(profileOfEntry(entry), job));
}

/**
 * Carries out one action on the lines of a range (the selection when left out). Answers in words go to the panel,
 * changes wait as an inline diff, new files ask first. Every failure is told.
 */
export async function runSelectionCommand(
  kind: Kind,
  ports: SelectionPorts,
  target?: { uri: vscode.Uri; range: vscode.Range },
): Promise<void> {
  try {
    await carryOut(kind, ports, target);
  } catch (error) {
    if (isAbort(error)) return;
    const { happened, kept, next } = reportOf(error);
    void vscode.window.showWarningMessage([happened, kept, next].filter((part) => part).join(' '));
  }
}

async function carryOut(
  kind: Kind,
  ports: SelectionPorts,
  target: { uri: vscode.Uri; range: vscode.Range } | undefined,
): Promise<void> {
  const { document, range } = await targetOf(target);
  const instruction = kind === 'edit' ? await ports.askInstruction() : undefined;
  if (kind === 'edit' && instruction === undefined) return;
  const lines = { startLine: range.start.line + 1, endLine: lastLine(range) + 1 };
  const request = {
    kind,
    file: snapshotOf(document, ports),
    ...lines,
    diagnostics:
      kind === 'fix' || kind === 'problem' ? problemsOf(document, wholeLines(document, range)) : [],
    ...(instruction === undefined ? {} : { instruction }),
  };
  const name = vscode.workspace.asRelativePath(document.uri);
  const act = async (onText: (delta: string) => void, signal: AbortSignal): Promise<SelectionResult> => {
    const model = await ports.model(signal);
    const { syntax, workspace, choices, definitions } = ports;
    return runSelectionAction(request, { model, syntax, workspace, choices, definitions }, onText, signal);
  };
  if (kind === 'explain' || kind === 'problem') {
    await ports.focusPanel();
    const { t } = vscode.l10n;
    const title =
      kind === 'explain'
        ? t('Explain {0}, lines {1}–{2}', name, lines.startLine, lines.endLine)
        : t('Explain the problem in {0}, line {1}', name, request.diagnostics[0]?.line ?? lines.startLine);
    await ports.controller.present(title, async (onText, signal) => {
      await act(onText, signal);
    });
    return;
  }
  const version = document.version;
  const result = await withProgress(name, act);
  if (result.kind === 'create') await createFile(result, ports);
  else if (result.kind === 'edit') {
    if (document.version !== version && document.getText() !== request.file.text) {
      // The inline diff checks the lines themselves; changes elsewhere in the file do no harm.
      await ports.diffs.propose(document, shifted(document, result));
    } else await ports.diffs.propose(document, result);
    await vscode.window.showTextDocument(document, { preserveFocus: false });
  }
}

/** The edit at the place where its old text stands now, when the lines above it have moved it. */
function shifted<T extends { startLine: number; endLine: number; oldText: string }>(
  document: vscode.TextDocument,
  edit: T,
): T {
  const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const old = edit.oldText.replace(/\r?\n/g, eol);
  const text = document.getText();
  const at = text.indexOf(old);
  if (at < 0 || text.includes(old, at + 1)) return edit;
  const startLine = document.positionAt(at).line + 1;
  return { ...edit, startLine, endLine: startLine + edit.endLine - edit.startLine };
}

async function targetOf(
  target: { uri: vscode.Uri; range: vscode.Range } | undefined,
): Promise<{ document: vscode.TextDocument; range: vscode.Range }> {
  if (target) return { document: await vscode.workspace.openTextDocument(target.uri), range: target.range };
  const editor = lastEditor();
  if (!editor) {
    throw new UserError('no-editor', 'No file is open.', { next: 'Open a file and select some code.' });
  }
  return { document: editor.document, range: editor.selection };
}

/** The document as the core sees files; one outside of the workspace or without a file is known by its name. */
function snapshotOf(document: vscode.TextDocument, ports: SelectionPorts): FileSnapshot {
  const text = document.getText();
  const path = vscode.workspace.asRelativePath(document.uri);
  const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  return {
    path,
    text,
    format: { encoding: 'utf-8', bom: false, eol, mixedEol: false },
    hash: ports.hashText(text),
    languageId: document.languageId,
    readOnly: false,
    dirty: document.isDirty,
  };
}

/** Shows a new file before it is written; it is written after a yes, and never over an existing one. */
async function createFile(result: { path: string; text: string }, ports: SelectionPorts): Promise<void> {
  const { t } = vscode.l10n;
  const exists = await ports.workspace.exists(result.path);
  const shown = await vscode.workspace.openTextDocument({ content: result.text });
  await vscode.window.showTextDocument(shown, { preview: true });
  if (exists) {
    void vscode.window.showInformationMessage(
      t('{0} exists already: the new tests are in an unsaved file, to copy what you want.', result.path),
    );
    return;
  }
  const yes = t('Create {0}', result.path);
  const answer = await vscode.window.showInformationMessage(
    t('The new tests are shown in an unsaved file.'),
    yes,
  );
  if (answer !== yes) return;
  await ports.workspace.write([{ path: result.path, text: shown.getText(), expectedHash: null }], yes);
}

/** The work with a notification that can cancel it; `report` counts what has been written. */
function withProgress<T>(
  name: string,
  work: (report: (delta: string) => void, signal: AbortSignal) => Promise<T>,
): Thenable<T> {
  const title = vscode.l10n.t('Thimble works on {0}', name);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title },
    (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      let lines = 0;
      return work((delta) => {
        lines += delta.split('\n').length - 1;
        progress.report({ message: vscode.l10n.t('{0} lines', lines) });
      }, stop.signal);
    },
  );
}

function wholeLines(document: vscode.TextDocument, range: vscode.Range): vscode.Range {
  const last = Math.min(lastLine(range), document.lineCount - 1);
  return new vscode.Range(range.start.line, 0, last, document.lineAt(last).text.length);
}

/** A selection that ends before the first character of a line does not mean that line. */
function lastLine(range: vscode.Range): number {
  return range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
}
