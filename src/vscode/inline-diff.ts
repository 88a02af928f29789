/**
 * A proposed change in the editor itself: the old lines stay, the new ones stand below them, both marked, with
 * “Accept” and “Reject” above. Accepting removes the old lines, rejecting the new ones; what the user types meanwhile
 * stays. A save while a change waits writes the file without it, so that nothing gets to disk before a yes.
 */
import * as vscode from 'vscode';
import { reportOf, UserError } from '../base/errors';
import type { Disposable } from '../base/lifecycle';
import { findWaitingChange, readWaitingChanges, type WaitingChange } from './waiting-change';
import { type Block, type LineKind, mergeLines, moveBlock, runsOf } from './merged-lines';

/** A replacement of whole lines, 1-based and inclusive; texts without a final line end. */
export interface ProposedEdit {
  startLine: number;
  endLine: number;
  oldText: string;
  newText: string;
}

export interface InlineDiffs extends Disposable {
  /** Rejects with `changed-meanwhile` when the old text does not stand there (any more). */
  propose(document: vscode.TextDocument, edit: ProposedEdit): Promise<void>;
  /** The change of a document, of the active editor when left out. False when there is none. */
  accept(uri?: vscode.Uri): Promise<boolean>;
  reject(uri?: vscode.Uri): Promise<boolean>;
  acceptAll(): Promise<void>;
  rejectAll(): Promise<void>;
  /** Opens the change of a document in a diff editor. */
  openDiff(uri?: vscode.Uri): Promise<void>;
  /** Documents with a change that waits. */
  pending(): vscode.Uri[];
  /** Offers again what waited when the window was reloaded, and says what does not fit any more. */
  restore(): Promise<void>;
}

/** Where waiting changes are kept over a reload of the window. */
export interface InlineDiffMemory {
  read(): unknown;
  write(changes: readonly WaitingChange[]): void;
}

interface Proposal {
  document: vscode.TextDocument;
  edit: ProposedEdit;
  block: Block;
  /** Our own edits move the block by themselves. */
  own: boolean;
  wasDirty: boolean;
}

/** Brings the change into view, and takes a selection off it that would hide which lines are new. */
function reveal({ document, block }: Proposal): void {
  const start = new vscode.Position(block.line, 0);
  const end = new vscode.Position(block.line + block.kinds.length - 1, 0);
  for (const editor of vscode.window.visibleTextEditors) {
    if (editor.document !== document) continue;
    if (!editor.selection.isEmpty) editor.selection = new vscode.Selection(start, start);
    editor.revealRange(new vscode.Range(start, end), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

export const hasInlineDiffContext = 'thimble.hasInlineDiff';

export function createInlineDiffs(
  showDiff: (path: string, oldText: string, newText: string, title: string) => Promise<void>,
  memory: InlineDiffMemory,
): InlineDiffs {
  const proposals = new Map<string, Proposal>();
  /** Kept changes that have not been looked at yet. */
  let kept = readWaitingChanges(memory.read());
  const lensChanges = new vscode.EventEmitter<void>();
  const decorations = { added: lineDecoration('inserted'), removed: lineDecoration('removed') };

  let remembered: string | undefined;
  const remember = (): void => {
    const changes = [...kept, ...[...proposals.values()].map(waitingOf)];
    const text = JSON.stringify(changes);
    if (text !== remembered) memory.write(changes);
    remembered = text;
  };
  const draw = (): void => {
    for (const editor of vscode.window.visibleTextEditors) {
      const proposal = proposals.get(editor.document.uri.toString());
      for (const kind of ['added', 'removed'] as const) {
        editor.setDecorations(decorations[kind], proposal ? rangesOf(proposal, kind) : []);
      }
    }
    lensChanges.fire();
    remember();
    void vscode.commands.executeCommand('setContext', hasInlineDiffContext, proposals.size > 0);
  };
  const close = (proposal: Proposal): void => {
    proposals.delete(proposal.document.uri.toString());
    draw();
  };
  const find = (uri: vscode.Uri | undefined): Proposal | undefined => {
    const wanted = uri ?? vscode.window.activeTextEditor?.document.uri;
    return wanted && proposals.get(wanted.toString());
  };

  const settle = async (proposal: Proposal, drop: 'added' | 'removed'): Promise<void> => {
    const edit = new vscode.WorkspaceEdit();
    for (const range of deletions(proposal, drop)) edit.delete(proposal.document.uri, range);
    proposal.own = true;
    const applied = await vscode.workspace.applyEdit(edit);
    proposal.own = false;
    if (!applied) throw notThere(proposal.document);
    close(proposal);
    // Rejected, the file is as it is on disk: saving takes the mark of unsaved changes off again.
    if (drop === 'added' && !proposal.wasDirty && !proposal.document.isUntitled)
      await proposal.document.save();
  };

  const propose: InlineDiffs['propose'] = async (document, edit) => {
    const before = proposals.get(document.uri.toString());
    if (before) await settle(before, 'added');
    const lines = linesRange(document, edit.startLine - 1, edit.endLine - 1);
    if (!lines || unify(document.getText(lines)) !== unify(edit.oldText)) throw notThere(document);
    const merged = mergeLines(edit.oldText, edit.newText);
    const proposal: Proposal = {
      document,
      edit,
      block: { line: edit.startLine - 1, kinds: merged.map(({ kind }) => kind) },
      own: true,
      wasDirty: document.isDirty,
    };
    // Known before the edit, so that a save that comes with it finds the change waiting.
    proposals.set(document.uri.toString(), proposal);
    const change = new vscode.WorkspaceEdit();
    const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
    change.replace(document.uri, lines, merged.map(({ text }) => text).join(eol));
    const applied = await vscode.workspace.applyEdit(change);
    proposal.own = false;
    if (!applied) {
      close(proposal);
      throw notThere(document);
    }
    draw();
    reveal(proposal);
  };

  const onChange = (event: vscode.TextDocumentChangeEvent): void => {
    const proposal = proposals.get(event.document.uri.toString());
    if (!proposal || proposal.own || event.contentChanges.length === 0) return;
    const had = new Set(proposal.block.kinds);
    // Changes come from the last place to the first, each in the coordinates of the text before all of them.
    for (const { range, text } of event.contentChanges) {
      proposal.block = moveBlock(proposal.block, {
        startLine: range.start.line,
        startColumn: range.start.character,
        endLine: range.end.line,
        text,
      });
    }
    // Undone, or deleted by hand: there is nothing left to decide.
    const has = new Set(proposal.block.kinds);
    const nothingLeft = !has.has('added') && !has.has('removed');
    if (nothingLeft || (had.has('added') && !has.has('added'))) close(proposal);
    else draw();
  };

  const onWillSave = (event: vscode.TextDocumentWillSaveEvent): void => {
    const proposal = proposals.get(event.document.uri.toString());
    if (!proposal) return;
    const edits = deletions(proposal, 'added').map((range) => vscode.TextEdit.delete(range));
    proposals.delete(event.document.uri.toString());
    event.waitUntil(Promise.resolve(edits));
    void afterSave(proposal, event.reason);
  };

  /** Shows the change again. With automatic saving it would be saved again and again, so it goes to a diff editor. */
  const afterSave = async (proposal: Proposal, reason: vscode.TextDocumentSaveReason): Promise<void> => {
    await new Promise<void>((resolve) => {
      const saved = vscode.workspace.onDidSaveTextDocument((document) => {
        if (document !== proposal.document) return;
        saved.dispose();
        resolve();
      });
    });
    draw();
    const { document, edit } = proposal;
    if (reason !== vscode.TextDocumentSaveReason.AfterDelay) {
      const shift = proposal.block.line + 1 - edit.startLine;
      const moved = { ...edit, startLine: edit.startLine + shift, endLine: edit.endLine + shift };
      await propose(document, moved).catch(() => undefined);
    } else await askInDiff(proposal);
  };

  const askInDiff = async ({ document, edit }: Proposal): Promise<void> => {
    const { t } = vscode.l10n;
    const name = vscode.workspace.asRelativePath(document.uri);
    await showDiff(name, edit.oldText, edit.newText, t('{0} (proposed change)', name));
    const yes = t('Accept');
    const answer = await vscode.window.showInformationMessage(
      t('Automatic saving is on, so the change to {0} is shown beside the file.', name),
      yes,
      t('Reject'),
    );
    if (answer !== yes) return;
    const lines = linesRange(document, edit.startLine - 1, edit.endLine - 1);
    if (!lines || unify(document.getText(lines)) !== unify(edit.oldText)) {
      void vscode.window.showWarningMessage(notThere(document).message);
      return;
    }
    const change = new vscode.WorkspaceEdit();
    change.replace(document.uri, lines, edit.newText);
    await vscode.workspace.applyEdit(change);
  };

  const restoreOne = async (change: WaitingChange): Promise<void> => {
    const uri = vscode.Uri.parse(change.uri);
    const document = await openAgain(uri);
    if (!document) throw notThere(vscode.workspace.asRelativePath(uri));
    const found = findWaitingChange(change, document.getText().split(/\r?\n/));
    if (found.state === 'shown') {
      const { edit, kinds, wasDirty } = change;
      const block = { line: found.line, kinds };
      proposals.set(document.uri.toString(), { document, edit, block, own: false, wasDirty });
    } else if (found.state === 'before') {
      await vscode.window.showTextDocument(document, { preserveFocus: true, preview: false });
      const startLine = found.line + 1;
      const endLine = startLine + change.edit.oldText.split('\n').length - 1;
      await propose(document, { ...change.edit, startLine, endLine });
    } else throw notThere(document);
  };

  const restore = async (): Promise<void> => {
    for (const change of kept) {
      const { t } = vscode.l10n;
      await restoreOne(change).catch((error: unknown) => {
        const { happened, kept: left = '', next = '' } = reportOf(error);
        const why = t('A change that waited for your answer cannot be shown again.');
        void vscode.window.showWarningMessage([why, happened, left, next].join(' ').trim());
      });
      kept = kept.filter((other) => other !== change);
      draw();
    }
  };

  const all = async (drop: 'added' | 'removed'): Promise<void> => {
    for (const proposal of [...proposals.values()]) await settle(proposal, drop);
  };
  const one = async (uri: vscode.Uri | undefined, drop: 'added' | 'removed'): Promise<boolean> => {
    const proposal = find(uri);
    if (proposal) await settle(proposal, drop);
    return proposal !== undefined;
  };

  const subscriptions = vscode.Disposable.from(
    lensChanges,
    decorations.added,
    decorations.removed,
    vscode.languages.registerCodeLensProvider([{ scheme: 'file' }, { scheme: 'untitled' }], {
      onDidChangeCodeLenses: lensChanges.event,
      provideCodeLenses: (document) => {
        const proposal = proposals.get(document.uri.toString());
        return proposal ? lensesOf(proposal) : [];
      },
    }),
    vscode.workspace.onDidChangeTextDocument(onChange),
    vscode.workspace.onWillSaveTextDocument(onWillSave),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (proposals.delete(uri.toString())) draw();
    }),
    vscode.window.onDidChangeVisibleTextEditors(draw),
  );

  return {
    propose,
    accept: (uri) => one(uri, 'removed'),
    reject: (uri) => one(uri, 'added'),
    acceptAll: () => all('removed'),
    rejectAll: () => all('added'),
    openDiff: async (uri) => {
      const proposal = find(uri);
      if (!proposal) return;
      const name = vscode.workspace.asRelativePath(proposal.document.uri);
      const title = vscode.l10n.t('{0} (proposed change)', name);
      await showDiff(name, proposal.edit.oldText, proposal.edit.newText, title);
    },
    restore,
    pending: () => [...proposals.values()].map(({ document }) => document.uri),
    dispose: () => void subscriptions.dispose(),
  };
}

function lineDecoration(kind: 'inserted' | 'removed'): vscode.TextEditorDecorationType {
  const overview = kind === 'inserted' ? 'addedForeground' : 'deletedForeground';
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor(`diffEditor.${kind}LineBackground`),
    overviewRulerColor: new vscode.ThemeColor(`editorOverviewRuler.${overview}`),
    // The line's style beside its colour, for those who cannot tell the colours apart.
    borderStyle: kind === 'inserted' ? 'solid' : 'dotted',
    borderWidth: '0 0 0 3px',
    borderColor: new vscode.ThemeColor(`editorGutter.${overview.replace('Foreground', 'Background')}`),
  });
}

function rangesOf({ block }: Proposal, kind: LineKind): vscode.Range[] {
  return block.kinds.flatMap((candidate, index) =>
    candidate === kind ? [new vscode.Range(block.line + index, 0, block.line + index, 0)] : [],
  );
}

function lensesOf({ document, block }: Proposal): vscode.CodeLens[] {
  const { t } = vscode.l10n;
  const line = Math.min(block.line, document.lineCount - 1);
  const range = new vscode.Range(line, 0, line, 0);
  const lens = (title: string, command: string): vscode.CodeLens =>
    new vscode.CodeLens(range, { title, command, arguments: [document.uri] });
  return [
    lens(`$(check) ${t('Accept')}`, 'thimble.acceptDiff'),
    lens(`$(close) ${t('Reject')}`, 'thimble.rejectDiff'),
    lens(t('Open diff'), 'thimble.openDiff'),
  ];
}

/** Whole lines to delete; at the end of the file the line end before them goes instead of the one behind. */
function deletions({ document, block }: Proposal, kind: 'added' | 'removed'): vscode.Range[] {
  return runsOf(block.kinds, kind).map(({ first, last }) => {
    const from = block.line + first;
    const to = block.line + last;
    if (to + 1 < document.lineCount) return new vscode.Range(from, 0, to + 1, 0);
    if (from === 0) return new vscode.Range(from, 0, to, document.lineAt(to).text.length);
    return new vscode.Range(
      from - 1,
      document.lineAt(from - 1).text.length,
      to,
      document.lineAt(to).text.length,
    );
  });
}

function linesRange(document: vscode.TextDocument, first: number, last: number): vscode.Range | undefined {
  if (last >= document.lineCount || first > last) return undefined;
  return new vscode.Range(first, 0, last, document.lineAt(last).text.length);
}

function unify(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** The document of a kept change; an untitled one exists only while the editor has kept it. */
async function openAgain(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open || uri.scheme === 'untitled') return open;
  return vscode.workspace.openTextDocument(uri).then(undefined, () => undefined);
}

function waitingOf({ document, edit, block, wasDirty }: Proposal): WaitingChange {
  const { line, kinds } = block;
  const last = Math.min(line + kinds.length, document.lineCount);
  const lines = Array.from({ length: last - line }, (_, index) => document.lineAt(line + index).text);
  return { uri: document.uri.toString(), edit, line, kinds, lines, wasDirty };
}

function notThere(document: vscode.TextDocument | string): UserError {
  const name = typeof document === 'string' ? document : vscode.workspace.asRelativePath(document.uri);
  return new UserError('changed-meanwhile', `${name} was changed where the new code belongs.`, {
    kept: 'The file is as you left it.',
    next: 'Start the action again on the code as it is now.',
  });
}
