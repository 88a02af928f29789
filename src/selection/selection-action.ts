import { UserError, errorOf } from '../base/errors';
import type { Diagnostic, FileSnapshot } from '../base/ports';
import { definitionsFor, pinnedFor } from '../context/definitions-for';
import { partsOf } from '../context/parts';
import type { SpanChoices } from '../context/span-choices';
import type { LanguageModel } from '../model/language-model';
import { renderChat } from '../prompt/chat-template';
import { fenceClosing, fenceOpening, systemPrompt } from '../prompt/agent-prompts';
import { selectionPrompt, type SelectionKind } from '../prompt/selection-prompts';
import type { ContextSpan, LineRange, SymbolInfo } from '../protocol/indexer';
import type { SyntaxService } from '../syntax/syntax-service';
import { testPathFor } from '../prompt/test-path';

export interface SelectionRequest {
  kind: SelectionKind;
  instruction?: string;
  file: FileSnapshot;
  /** 1-based, both inclusive. */
  startLine: number;
  endLine: number;
  diagnostics: readonly Diagnostic[];
}

export type SelectionResult =
  | { kind: 'text'; markdown: string }
  /** Replaces the lines; the texts have the file's own line ends and no final one. */
  | { kind: 'edit'; startLine: number; endLine: number; oldText: string; newText: string }
  | { kind: 'create'; path: string; text: string };

/** Longest surrounding symbol that is shown with a selection, in UTF-16 units. */
const maxSurrounding = 2500;

/** Longest selection that is rewritten, in UTF-16 units: beyond it a small model loses the thread. */
const maxSelection = 8000;

/**
 * One action on a selection. A selection inside a symbol grows to that symbol where whole code is asked for, since
 * models rewrite whole functions well and fragments badly. `onText` gets the answer as it streams. Rejects with a
 * `UserError` when there is nothing to act on or nothing usable came back, and with `AbortError` when cancelled.
 */
export async function runSelectionAction(
  request: SelectionRequest,
  ports: { model: LanguageModel; syntax: SyntaxService; choices?: SpanChoices },
  onText: (delta: string) => void,
  signal: AbortSignal,
): Promise<SelectionResult> {
  const { file, kind } = request;
  const symbol = await enclosingSymbol(request, ports.syntax, signal);
  const range = actionRange(request, symbol);
  const lines = file.text.split('\n');
  const oldText = lines
    .slice(range.startLine - 1, range.endLine)
    .join('\n')
    .replace(/\r$/, '');
  checkRequest(request, oldText);

  const around =
    symbol &&
    symbol.endLine - symbol.startLine > range.endLine - range.startLine &&
    symbol.end - symbol.start <= maxSurrounding
      ? symbol
      : undefined;
  const testPath = testPathFor(file.path);
  const { model, syntax, choices } = ports;
  const countTokens = (texts: string[]): Promise<number[]> => model.countTokens(texts);
  const shown = { file, range: around ?? range, problems: request.diagnostics };
  const counting = { syntax, countTokens, use: 'selection', choices } as const;
  const codeAround =
    kind === 'document' ? { definitions: [], uses: [] } : await definitionsFor(shown, counting, signal);
  const pinned = kind === 'document' ? [] : await pinnedFor({ choices, countTokens }, isShown(shown));
  const prompt = selectionPrompt({
    kind,
    instruction: request.instruction ?? '',
    path: file.path,
    languageId: file.languageId,
    code: oldText.replaceAll('\r\n', '\n'),
    problems: request.diagnostics.map((problem) => `line ${problem.line}: ${problem.message}`),
    surrounding: around && file.text.slice(around.start, around.end).replaceAll('\r\n', '\n'),
    ...codeAround,
    pinned: partsOf(pinned),
    testPath,
  });
  const prefill = kind === 'explain' ? '' : fenceOpening(file.languageId);
  const [size = 0] = await ports.model.countTokens([oldText]);
  const answer = await generate(ports.model, {
    prompt,
    prefill,
    maxTokens: answerTokens(kind, size),
    onText,
    signal,
  });

  if (kind === 'explain') return { kind: 'text', markdown: answer.text.trim() };
  if (!answer.complete) throw unusable('The model did not come to an end.');
  const code = answer.text.replace(/\s+$/, '');
  if (code === '') throw unusable('The model gave an empty answer.');
  if (kind === 'tests')
    return { kind: 'create', path: testPath, text: `${code}\n`.replaceAll('\n', file.format.eol) };
  const newText = reindent(code, oldText).replaceAll(/\r?\n/g, file.format.eol);
  if (newText === oldText) throw unusable('The model proposed the code as it is.');
  return { kind: 'edit', ...range, oldText, newText };
}

/** Whether lines of a file that are shown hold a span, or it them. */
function isShown({ file, range }: { file: FileSnapshot; range: LineRange }): (span: ContextSpan) => boolean {
  return ({ path, startLine, endLine }) =>
    path === file.path && startLine <= range.endLine && endLine >= range.startLine;
}

async function enclosingSymbol(
  request: SelectionRequest,
  syntax: SyntaxService,
  signal: AbortSignal,
): Promise<SymbolInfo | null> {
  const { path, languageId, text } = request.file;
  return syntax.request(
    'enclosing',
    { file: { path, languageId, text }, position: { line: request.startLine, column: 1 } },
    signal,
  );
}

/** The lines to act on: the selection, or the whole symbol for a cursor or a job that is done on a whole symbol. */
function actionRange(
  request: SelectionRequest,
  symbol: SymbolInfo | null,
): { startLine: number; endLine: number } {
  const { startLine, endLine } = request;
  const own = { startLine, endLine };
  if (!symbol || symbol.endLine < endLine) return own;
  const isCursor = startLine === endLine;
  const wholeSymbol =
    isCursor || request.kind === 'document' || request.kind === 'fix' || request.kind === 'tests';
  return wholeSymbol ? { startLine: symbol.startLine, endLine: symbol.endLine } : own;
}

function checkRequest(request: SelectionRequest, text: string): void {
  const kept = 'Nothing was changed.';
  if (text.trim() === '') {
    throw new UserError('selection-empty', 'There is no code in the selection.', {
      kept,
      next: 'Select the code, or put the cursor into a function.',
    });
  }
  if (text.length > maxSelection && request.kind !== 'explain') {
    throw new UserError(
      'selection-too-long',
      `The selection has ${text.length} characters; up to ${maxSelection} can be rewritten at once.`,
      {
        kept,
        next: 'Select one function.',
      },
    );
  }
  if (request.kind === 'fix' && request.diagnostics.length === 0) {
    throw new UserError('no-problems', 'There is no reported problem in the selection.', {
      kept,
      next: 'Use “Edit with Instruction” and say what to change.',
    });
  }
  if (request.kind === 'edit' && (request.instruction ?? '').trim() === '') {
    throw new UserError('no-instruction', 'There is no instruction.', { kept, next: 'Say what to change.' });
  }
}

function answerTokens(kind: SelectionKind, size: number): number {
  if (kind === 'explain') return 350;
  return kind === 'tests' ? 900 : Math.min(2000, 150 + 2 * size);
}

async function generate(
  model: LanguageModel,
  request: {
    prompt: string;
    prefill: string;
    maxTokens: number;
    onText: (delta: string) => void;
    signal: AbortSignal;
  },
): Promise<{ text: string; complete: boolean }> {
  let text = '';
  const stream = model.generate(
    {
      lane: 'chat',
      prompt: renderChat(
        model.profile.template,
        [
          { role: 'system', content: systemPrompt },
          { role: 'user', content: request.prompt },
        ],
        request.prefill,
      ),
      maxTokens: request.maxTokens,
      sampling: { ...model.profile.chatSampling, temperature: 0 },
      stop: request.prefill === '' ? model.profile.stop : [...model.profile.stop, fenceClosing],
      responsiveness: 'interactive',
    },
    request.signal,
  );
  for await (const event of stream) {
    if (event.type === 'text') {
      text += event.text;
      request.onText(event.text);
    } else if (event.type === 'failed') throw errorOf(event.error);
    else if (event.type === 'done') {
      request.signal.throwIfAborted();
      return { text, complete: event.reason !== 'length' };
    }
  }
  request.signal.throwIfAborted();
  throw unusable('The model’s answer broke off.');
}

function unusable(happened: string): UserError {
  return new UserError('no-usable-answer', happened, {
    kept: 'Nothing was changed.',
    next: 'Try again with a smaller selection or a clearer instruction.',
  });
}

/** Gives code the indentation as a whole that the old code has, tabs or spaces as they stand there. */
export function reindent(code: string, oldText: string): string {
  const wanted = leadingSpace(oldText);
  const lines = code.split('\n');
  const found = leadingSpace(code);
  if (wanted === found) return code;
  return lines
    .map((line) =>
      line.trim() === '' ? '' : line.startsWith(found) ? wanted + line.slice(found.length) : line,
    )
    .join('\n');
}

function leadingSpace(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
