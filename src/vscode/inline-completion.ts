import * as vscode from 'vscode';
import type { Disposable } from '../base/lifecycle';
import { type CompletionFigures, keptAfterMs } from '../completion/figures';
import { isWithinName, textWindow, windowStart } from '../completion/place';
import {
  createSuggester,
  type Offer,
  type SuggesterPorts,
  type SuggestionQuestion,
} from '../completion/suggester';
import type { ContextPlace, ContextProvider } from '../context/context-provider';
import type { ContextPart } from '../context/parts';
import type { ToldDefinition } from '../protocol/indexer';
import { completesLanguage, readSettings } from './settings';

/** Documents that people write code in; not notebooks' cells, diffs, output or the input of a comment. */
const writtenSchemes = new Set(['file', 'untitled']);
/** Documents above this are not looked at for code of other files. UTF-16 units. */
const longestDocument = 1_000_000;
/** How long the cursor rests before the index looks at its place. Milliseconds. */
const restMs = 250;
/** Run by the editor when a suggestion has been accepted as a whole. */
const acceptedCommand = 'thimble.completionAccepted';
/** Lines by which edits above may have moved an accepted text. */
const nearLines = 50;
/** How long a keystroke counts as typing. Milliseconds. */
const typingMs = 1500;

export interface InlineCompletionPorts extends Omit<SuggesterPorts, 'delays'> {
  /** Code of other files that goes along. */
  context: ContextProvider;
  /** What language services have said so far about names before a cursor. */
  told: (document: vscode.TextDocument, cursor: vscode.Position) => readonly ToldDefinition[];
  setTyping(untilMs: number): void;
  snoozed(): boolean;
  /** Counts what became of suggestions. */
  count(figures: Partial<CompletionFigures>): void;
}

/** Where a completion is wanted. `selected` is the entry of the list of suggestions that would be taken first. */
interface Place {
  document: vscode.TextDocument;
  version: number;
  position: vscode.Position;
  selected: vscode.SelectedCompletionInfo | undefined;
}

/**
 * Ghost text from the model. Nothing is shown rather than something doubtful; nothing is asked twice.
 *
 * The editor waits less long than a prompt may take that is read for the first time: it gives up after 750 ms when
 * its list of suggestions waits behind (`editor.quickSuggestions`). The work goes on for as long as the user stays
 * at the place, and what comes late is shown by asking the editor to ask again.
 */
export function createInlineCompletionProvider(
  ports: InlineCompletionPorts,
): vscode.InlineCompletionItemProvider & Disposable {
  const { completion } = readSettings();
  const suggester = createSuggester({
    ...ports,
    delays: { minMs: completion.minDelayMs, maxMs: completion.maxDelayMs },
  });

  const contextAt = (place: Place): Promise<readonly ContextPart[]> =>
    isShort(place.document) ? ports.context.at(contextPlace(place, ports.told)) : Promise.resolve([]);
  const questionAt = (place: Place): Omit<SuggestionQuestion, 'isAsked'> => ({
    key: keyOf(place),
    place: requestAt(place),
    context: () => contextAt(place),
  });
  let resting: ReturnType<typeof setTimeout> | undefined;
  /** What is written next is likely to be written where the cursor rests. */
  const lookAhead = (): void => {
    clearTimeout(resting);
    resting = setTimeout(() => {
      const editor = vscode.window.activeTextEditor;
      // Not before something was asked: nothing starts with the editor.
      if (!asked || !editor || ports.snoozed()) return;
      const { document, selection } = editor;
      if (!isShort(document) || !offersCompletion(document)) return;
      const place = { document, version: document.version, position: selection.active, selected: undefined };
      if (suggester.hasModel()) ports.context.prepare(contextPlace(place, ports.told));
      if (isWritable(document, selection.active)) suggester.rest(questionAt(place));
    }, restMs);
  };

  const offer = (place: Place, { texts, ms }: Offer): vscode.InlineCompletionItem[] => {
    // One place is offered once, however often the editor asks there.
    if (keyOf(place) !== offeredAt) {
      offeredAt = keyOf(place);
      ports.count({ offered: 1, ...(ms === undefined ? {} : { timed: 1, waitedMs: Math.round(ms) }) });
    }
    return texts.map((text) => itemAt(place, text));
  };
  const accepted = vscode.commands.registerCommand(
    acceptedCommand,
    (uri: vscode.Uri, line: number, text: string) => {
      suggester.accepted();
      ports.count({ accepted: 1 });
      const timer = setTimeout(() => {
        waiting.delete(timer);
        const found = isStillThere(uri, line, text);
        if (found !== undefined) ports.count({ looked: 1, kept: Number(found) });
      }, keptAfterMs);
      waiting.add(timer);
    },
  );
  const waiting = new Set<ReturnType<typeof setTimeout>>();
  let offeredAt = '';
  /** The place for which the editor is asked to ask again, which is no wish for a choice. */
  let late: string | undefined;

  let asked: Place | undefined;
  // Typing moves the cursor as well, and the question for the new place may have come before that news.
  const moves = onMove(() => {
    lookAhead();
    if (asked && !isStillAt(asked)) suggester.leave();
  });
  return {
    provideInlineCompletionItems: async (document, position, context, token) => {
      if (!offersCompletion(document) || ports.snoozed() || !isWritable(document, position)) return [];
      ports.setTyping(Date.now() + typingMs);
      const place = {
        document,
        version: document.version,
        position,
        selected: context.selectedCompletionInfo,
      };
      asked = place;
      const key = keyOf(place);
      const isAsked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke && key !== late;
      late = undefined;
      const answer = suggester.suggest({ ...questionAt(place), isAsked });
      const given = await Promise.race([answer, cancellationOf(token)]);
      if (given === 'cancelled') {
        showLate(answer, place, () => (late = key)).catch((error: unknown) =>
          ports.log(`completion: ${String(error)}`),
        );
        return [];
      }
      // The document may have changed under the answer without the editor having said so.
      return given && document.version === place.version ? offer(place, given) : [];
    },
    dispose: () => {
      moves.dispose();
      clearTimeout(resting);
      accepted.dispose();
      for (const timer of waiting) clearTimeout(timer);
      suggester.leave();
    },
  };
}

/** Has the editor ask again for an answer that it no longer waits for, if the user is still where it belongs. */
async function showLate(answer: Promise<Offer | undefined>, place: Place, before: () => void): Promise<void> {
  if ((await answer) && isStillAt(place)) {
    before();
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  }
}

/** Whether an accepted text stands near the line that it was put into; undefined when its document is closed. */
function isStillThere(uri: vscode.Uri, line: number, text: string): boolean | undefined {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  if (!document) return undefined;
  const near = new vscode.Range(
    Math.max(0, line - nearLines),
    0,
    line + nearLines + text.split('\n').length,
    0,
  );
  return document.getText(document.validateRange(near)).includes(text.trim());
}

function isShort(document: vscode.TextDocument): boolean {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) <= longestDocument;
}

function isStillAt({ document, version, position }: Place): boolean {
  const editor = vscode.window.activeTextEditor;
  return (
    editor?.document === document &&
    document.version === version &&
    editor.selection.isEmpty &&
    editor.selection.active.isEqual(position)
  );
}

/** Calls back whenever text, cursor or editor changed, all of which may outdate what was asked for. */
function onMove(listener: () => void): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(listener),
    vscode.window.onDidChangeTextEditorSelection(listener),
    vscode.window.onDidChangeActiveTextEditor(listener),
  );
}

function keyOf({ document, version, position, selected }: Place): string {
  const at = document.offsetAt(position);
  return [document.uri.toString(), version, at, selected?.text ?? ''].join('\n');
}

/** The editor shows an item beside its list of suggestions only where it begins with the entry that is selected. */
function itemAt({ document, position, selected }: Place, text: string): vscode.InlineCompletionItem {
  const item = selected
    ? new vscode.InlineCompletionItem(selected.text + text, selected.range)
    : new vscode.InlineCompletionItem(text, new vscode.Range(position, position));
  item.command = {
    command: acceptedCommand,
    title: vscode.l10n.t('Accepted'),
    arguments: [document.uri, position.line, text],
  };
  return item;
}

/** Whether completions are offered in this document at all. */
export function offersCompletion(document: vscode.TextDocument): boolean {
  return (
    writtenSchemes.has(document.uri.scheme) &&
    readSettings().completion.enabled &&
    completesLanguage(document.languageId)
  );
}

/** Neither within a name nor with several cursors, of which all would get what was made for one. */
function isWritable(document: vscode.TextDocument, position: vscode.Position): boolean {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document === document && editor.selections.length > 1) return false;
  const { text } = document.lineAt(position.line);
  return !isWithinName(text.slice(0, position.character), text.slice(position.character));
}

function requestAt({ document, position, selected }: Place): SuggestionQuestion['place'] {
  const cursor = selected?.range ?? new vscode.Range(position, position);
  const { before, after, step } = textWindow;
  const start = document.positionAt(windowStart(document.offsetAt(cursor.start), before, step));
  const end = document.positionAt(document.offsetAt(cursor.end) + after);
  return {
    path: pathOf(document),
    languageId: document.languageId,
    prefix: document.getText(new vscode.Range(start, cursor.start)) + (selected?.text ?? ''),
    suffix: document.getText(new vscode.Range(cursor.end, end)),
  };
}

function pathOf(document: vscode.TextDocument): string {
  return vscode.workspace.asRelativePath(document.uri);
}

function contextPlace(
  { document, position }: Pick<Place, 'document' | 'position'>,
  told: InlineCompletionPorts['told'],
): ContextPlace {
  return {
    file: { path: pathOf(document), languageId: document.languageId, text: document.getText() },
    offset: document.offsetAt(position),
    told: told(document, position),
  };
}

function cancellationOf(token: vscode.CancellationToken): Promise<'cancelled'> {
  return new Promise((resolve) => {
    if (token.isCancellationRequested) resolve('cancelled');
    // The editor disposes of its token once the answer is there.
    else token.onCancellationRequested(() => resolve('cancelled'));
  });
}
