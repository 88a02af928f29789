import * as vscode from 'vscode';
import { isAbort, reportOf } from '../base/errors';
import type { Clock } from '../base/ports';
import { type Completer, createCompleter } from '../completion/completer';
import { createDebounce } from '../completion/debounce';
import type { LanguageModel } from '../model/language-model';
import { completesLanguage, readSettings } from './settings';

/** Documents that people write code in; not notebooks' cells, diffs, output or the input of a comment. */
const writtenSchemes = new Set(['file', 'untitled']);
/** Text around the cursor that is handed on, in UTF-16 units; the prompt cuts it to its own budget. */
const before = 8000;
const after = 3000;
/** Open files whose beginning goes along. */
const neighbours = 2;
const neighbourText = 1500;
/** How long a keystroke counts as typing. Milliseconds. */
const typingMs = 1500;

export interface InlineCompletionPorts {
  /** The model if it is loaded; asking may begin to load it. */
  modelIfReady(): LanguageModel | undefined;
  setTyping(untilMs: number): void;
  snoozed(): boolean;
  clock: Clock;
  log(line: string): void;
  onBusy(busy: boolean): void;
}

/** Ghost text from the model. Nothing is shown rather than something doubtful; nothing is asked twice. */
export function createInlineCompletionProvider(
  ports: InlineCompletionPorts,
): vscode.InlineCompletionItemProvider {
  const { completion } = readSettings();
  const debounce = createDebounce({ minMs: completion.minDelayMs, maxMs: completion.maxDelayMs });
  let completer: { of: LanguageModel; completer: Completer } | undefined;

  const completerOf = (model: LanguageModel): Completer => {
    if (completer?.of !== model) {
      completer = { of: model, completer: createCompleter({ model, clock: ports.clock }) };
    }
    return completer.completer;
  };

  const busy = async <T>(work: () => Promise<T>): Promise<T> => {
    ports.onBusy(true);
    try {
      return await work();
    } finally {
      ports.onBusy(false);
    }
  };

  return {
    provideInlineCompletionItems: async (document, position, context, token) => {
      if (!offersCompletion(document) || ports.snoozed()) return [];
      ports.setTyping(Date.now() + typingMs);
      const isAsked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
      const stop = abortOn(token);
      try {
        if (!isAsked) await ports.clock.sleep(debounce.delay(), stop.signal);
        const model = ports.modelIfReady();
        if (!model) return [];
        const result = await busy(() =>
          completerOf(model).complete(requestAt(document, position), stop.signal),
        );
        if (result.tokens > 0) debounce.measured(result.totalMs);
        if (!result.shown || result.text === '' || token.isCancellationRequested) return [];
        return [new vscode.InlineCompletionItem(result.text, new vscode.Range(position, position))];
      } catch (error) {
        if (!isAbort(error)) ports.log(`completion: ${reportOf(error).happened}`);
        return [];
      } finally {
        stop.dispose();
      }
    },
  };
}

/** Whether completions are offered in this document at all. */
export function offersCompletion(document: vscode.TextDocument): boolean {
  return (
    writtenSchemes.has(document.uri.scheme) &&
    readSettings().completion.enabled &&
    completesLanguage(document.languageId)
  );
}

function requestAt(
  document: vscode.TextDocument,
  position: vscode.Position,
): Parameters<Completer['complete']>[0] {
  const offset = document.offsetAt(position);
  const start = document.positionAt(Math.max(0, offset - before));
  const end = document.positionAt(offset + after);
  return {
    path: vscode.workspace.asRelativePath(document.uri),
    languageId: document.languageId,
    prefix: document.getText(new vscode.Range(start, position)),
    suffix: document.getText(new vscode.Range(position, end)),
    context: neighboursOf(document),
  };
}

/** Beginnings of other visible files of the same language; in a fixed order, so that the prompt's start stays cached. */
function neighboursOf(document: vscode.TextDocument): { path: string; text: string }[] {
  return vscode.window.visibleTextEditors
    .map((editor) => editor.document)
    .filter(
      (other) =>
        other !== document && other.uri.scheme === 'file' && other.languageId === document.languageId,
    )
    .sort((a, b) => a.uri.path.localeCompare(b.uri.path))
    .slice(0, neighbours)
    .map((other) => ({
      path: vscode.workspace.asRelativePath(other.uri),
      text: other.getText().slice(0, neighbourText),
    }));
}

function abortOn(token: vscode.CancellationToken): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listener = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => void listener.dispose() };
}
