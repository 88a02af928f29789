import * as vscode from 'vscode';
import type { Disposable } from '../base/lifecycle';
import { type LineEdit, type NextEdit, nextEdit, replacementIn } from '../completion/next-edit';
import { offersCompletion } from './inline-completion';
import { readSettings } from './settings';

/** How long typing must rest before the next edit is looked for. Milliseconds. */
const restMs = 400;
const contextKey = 'thimble.hasNextEdit';

/** The edit that probably comes next, shown at its place until it is taken, dismissed or outdated. */
export interface NextEdits extends Disposable {
  /** The proposal that is shown now. */
  current(): NextEdit | undefined;
  /** Goes to the proposal where it is out of sight, else makes it and proposes the one after. */
  accept(): Promise<void>;
  dismiss(): void;
}

/** A line as it was when the cursor came to it. */
interface KnownLine {
  uri: string;
  line: number;
  text: string;
}

/**
 * A stable extension cannot show ghost text away from the cursor, so the proposal is a decoration at its place. It
 * goes with the first edit that is not its own, and with the cursor leaving the line that it follows from.
 */
export function createNextEdits(): NextEdits {
  const decoration = vscode.window.createTextEditorDecorationType({
    borderColor: new vscode.ThemeColor('editorGhostText.foreground'),
    borderStyle: 'dashed',
    borderWidth: '0 0 1px 0',
  });
  let known: KnownLine | undefined;
  let shown: { editor: vscode.TextEditor; edit: NextEdit; from: LineEdit; version: number } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isApplying = false;

  const dismiss = (): void => {
    clearTimeout(timer);
    if (!shown) return;
    shown.editor.setDecorations(decoration, []);
    shown = undefined;
    void vscode.commands.executeCommand('setContext', contextKey, false);
  };
  const propose = (editor: vscode.TextEditor, from: LineEdit): void => {
    dismiss();
    const { document } = editor;
    const edit = nextEdit(document.getText().split(/\r?\n/), from);
    if (!edit) return;
    shown = { editor, edit, from, version: document.version };
    const hoverMessage = vscode.l10n.t('Tab makes the same change here.');
    const renderOptions = {
      after: {
        contentText: ` → ${edit.text} ⇥`,
        color: new vscode.ThemeColor('editorGhostText.foreground'),
        fontStyle: 'italic',
      },
    };
    editor.setDecorations(decoration, [{ range: rangeOf(edit), hoverMessage, renderOptions }]);
    void vscode.commands.executeCommand('setContext', contextKey, true);
  };
  const remember = (editor: vscode.TextEditor): void => {
    const { document, selection } = editor;
    const { line } = selection.active;
    known = { uri: document.uri.toString(), line, text: document.lineAt(line).text };
  };
  const onRest = (editor: vscode.TextEditor): void => {
    const { document, selections } = editor;
    // Here and not at each key: reading settings takes longer than the rest of a key does.
    if (!readSettings().completion.nextEdit || !offersCompletion(document)) return;
    if (known?.uri !== document.uri.toString() || selections.length > 1) return;
    if (known.line >= document.lineCount) return;
    const edit = { line: known.line, before: known.text, after: document.lineAt(known.line).text };
    // Whole texts are read only for a line in which something was replaced.
    if ((replacementIn(edit.before, edit.after)?.removed ?? '') !== '') propose(editor, edit);
  };

  const subscription = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const editor = vscode.window.activeTextEditor;
      if (editor?.document !== document || contentChanges.length === 0 || isApplying) return;
      dismiss();
      if (contentChanges.some(({ range, text }) => !range.isSingleLine || text.includes('\n'))) {
        known = undefined;
        return;
      }
      timer = setTimeout(() => onRest(editor), restMs);
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor: editor }) => {
      const { line } = editor.selection.active;
      if (known?.line === line && known.uri === editor.document.uri.toString()) return;
      if (isApplying) return;
      remember(editor);
      if (shown && line !== shown.edit.line) dismiss();
    }),
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      dismiss();
      if (editor) remember(editor);
      else known = undefined;
    }),
  );
  if (vscode.window.activeTextEditor) remember(vscode.window.activeTextEditor);

  const accept = async (): Promise<void> => {
    const proposal = shown;
    if (!proposal) return;
    const { editor, edit, from, version } = proposal;
    if (editor.document.version !== version || editor !== vscode.window.activeTextEditor) {
      dismiss();
      return;
    }
    const range = rangeOf(edit);
    if (!editor.visibleRanges.some((visible) => visible.contains(range))) {
      editor.selection = new vscode.Selection(range.start, range.start);
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      return;
    }
    isApplying = true;
    try {
      if (!(await editor.edit((builder) => builder.replace(range, edit.text)))) return;
      const end = range.start.translate(0, edit.text.length);
      editor.selection = new vscode.Selection(end, end);
      remember(editor);
      propose(editor, edit.line === from.line ? withEdit(from, editor.document) : from);
    } finally {
      isApplying = false;
    }
  };
  return {
    current: () => shown?.edit,
    accept,
    dismiss,
    dispose: () => {
      dismiss();
      subscription.dispose();
      decoration.dispose();
    },
  };
}

/** The first edit as its line is now: a use on the same line was changed as well. */
function withEdit(from: LineEdit, document: vscode.TextDocument): LineEdit {
  const change = replacementIn(from.before, from.after);
  const after = document.lineAt(from.line).text;
  if (!change) return from;
  // Only the declaration itself tells the two names; the rest of the line is taken as it is now.
  const tail = after.slice(change.start + change.added.length);
  return { line: from.line, before: after.slice(0, change.start) + change.removed + tail, after };
}

function rangeOf({ line, start, end }: NextEdit): vscode.Range {
  return new vscode.Range(line, start, line, end);
}
