import { UserError } from '../base/errors';
import type { Diagnostic, FileSnapshot, Workspace } from '../base/ports';
import { type CodeAround, definitionsFor, pinnedFor } from '../context/definitions-for';
import { type ContextPart, partsOf } from '../context/parts';
import type { SpanChoices } from '../context/span-choices';
import { askModel, unusable } from '../micro/ask-model';
import { docJobFor, documented } from '../micro/document';
import { explainError } from '../micro/explain-error';
import { requireJob, runMicroAgent } from '../micro/micro-agent';
import { testSubjectOf } from '../micro/test-subject';
import { writeTest } from '../micro/write-test';
import type { LanguageModel } from '../model/language-model';
import { fenceClosing, fenceOpening, pinnedExcerpts, systemPrompt } from '../prompt/agent-prompts';
import { selectionPrompt, type SelectionKind } from '../prompt/selection-prompts';
import { testPathFor } from '../prompt/test-path';
import type { ContextSpan, LineRange, SymbolInfo, ToldDefinition } from '../protocol/indexer';
import type { SyntaxService } from '../syntax/syntax-service';

export interface SelectionRequest {
  /** `document`, `tests` and `problem` (explaining what is reported) are done by micro-agents. */
  kind: SelectionKind | 'document' | 'tests' | 'problem';
  instruction?: string;
  file: FileSnapshot;
  /** 1-based, both inclusive. */
  startLine: number;
  endLine: number;
  diagnostics: readonly Diagnostic[];
}

export interface SelectionActionPorts {
  model: LanguageModel;
  syntax: SyntaxService;
  workspace: Pick<Workspace, 'exists' | 'read'>;
  /** What the user has pinned and dropped. */
  choices?: SpanChoices;
  /** What language services say within a moment about names on lines of a file. */
  definitions?: (path: string, range: LineRange) => Promise<readonly ToldDefinition[]>;
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
  ports: SelectionActionPorts,
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
  const action = { request, symbol, range, oldText };
  if (kind === 'document') return document(action, ports, onText, signal);
  if (kind === 'tests') return writeTests(action, ports, onText, signal);
  if (kind === 'problem') return explainProblem(action, ports, onText, signal);

  const shown = await surroundings(action, ports, signal);
  const prompt = selectionPrompt({
    kind,
    instruction: request.instruction ?? '',
    path: file.path,
    code: plainLines(oldText),
    problems: problemLines(request),
    ...shown,
  });
  const prefill = kind === 'explain' ? '' : fenceOpening(file.languageId);
  const [size = 0] = await ports.model.countTokens([oldText]);
  const answer = await askModel(
    ports.model,
    signal,
    onText,
  )({
    messages: [
      { role: 'system', content: systemPrompt },
      { role: 'user', content: prompt },
    ],
    prefill,
    stop: prefill === '' ? [] : [fenceClosing],
    maxTokens: kind === 'explain' ? 350 : Math.min(2000, 150 + 2 * size),
    temperature: 0,
  });

  if (kind === 'explain') return { kind: 'text', markdown: answer.text.trim() };
  if (!answer.complete) throw unusable('The model did not come to an end.');
  const code = answer.text.replace(/\s+$/, '');
  if (code === '') throw unusable('The model gave an empty answer.');
  const newText = reindent(code, oldText).replaceAll(/\r?\n/g, file.format.eol);
  if (newText === oldText) throw unusable('The model proposed the code as it is.');
  return { kind: 'edit', ...range, oldText, newText };
}

/** What is acted on: the lines, and the symbol around them. */
interface Action {
  request: SelectionRequest;
  symbol: SymbolInfo | null;
  range: LineRange;
  oldText: string;
}

async function document(
  { request: { file }, symbol, range, oldText }: Action,
  { model }: SelectionActionPorts,
  onText: (delta: string) => void,
  signal: AbortSignal,
): Promise<SelectionResult> {
  const { path, languageId, format } = file;
  const own = symbol && isWhole(symbol, range) ? symbol : undefined;
  const job = docJobFor({ path, languageId, text: oldText, eol: format.eol, symbol: own, note: '' });
  if (job.job === 'none') throw unusable(job.why);
  requireJob(model, job.job);
  const result = await documented(job, askModel(model, signal, onText));
  if (!result.ok) throw unusable(`The model’s documentation was not usable: ${result.problems.join('; ')}.`);
  return { kind: 'edit', ...range, oldText, newText: result.text };
}

async function writeTests(
  action: Action,
  ports: SelectionActionPorts,
  onText: (delta: string) => void,
  signal: AbortSignal,
): Promise<SelectionResult> {
  const { model, syntax, workspace } = ports;
  const { file } = action.request;
  requireJob(model, 'test');
  const { path, languageId, text } = file;
  const symbol = action.symbol && isWhole(action.symbol, action.range) ? action.symbol : undefined;
  const outline = symbol ? [] : await syntax.request('outline', { path, languageId, text }, signal);
  const about = await testSubjectOf({ file, range: action.range, symbol, outline }, workspace);
  const { definitions, pinned } = await surroundings(action, ports, signal);
  const related = [
    ...pinnedExcerpts(pinned),
    ...definitions.map((part) => ({ title: `${part.path}, used by it`, text: part.text })),
  ];
  const testPath = testPathFor(path);
  const input = { ...about, code: dedented(plainLines(action.oldText)), testPath, related, note: '' };
  const result = await runMicroAgent(writeTest, input, askModel(model, signal, onText));
  if (!result.ok) throw unusable(`The model’s tests were not usable: ${result.problems.join('; ')}.`);
  return { kind: 'create', path: testPath, text: result.value.replaceAll('\n', file.format.eol) };
}

async function explainProblem(
  { request, oldText }: Action,
  { model }: SelectionActionPorts,
  onText: (delta: string) => void,
  signal: AbortSignal,
): Promise<SelectionResult> {
  requireJob(model, 'explain-error');
  const excerpts =
    oldText.length > maxSurrounding ? [] : [{ title: request.file.path, text: plainLines(oldText) }];
  const error = problemLines(request).join('\n');
  const result = await runMicroAgent(explainError, { error, excerpts, note: '' }, askModel(model, signal));
  if (!result.ok) throw unusable(`The model’s explanation was not usable: ${result.problems.join('; ')}.`);
  // Shown when it has been checked, and not while it is written.
  onText(result.value);
  return { kind: 'text', markdown: result.value };
}

function isWhole(symbol: SymbolInfo, range: LineRange): boolean {
  return symbol.startLine === range.startLine && symbol.endLine === range.endLine;
}

/** What a prompt shows beside the code. */
interface Surroundings extends CodeAround {
  /** The symbol around it. */
  surrounding: string | undefined;
  pinned: ContextPart[];
}

/** The symbol around the code, what both use and who uses them, and what the user has pinned. */
async function surroundings(
  { request: { file, diagnostics }, symbol, range }: Action,
  { model, syntax, choices, definitions }: SelectionActionPorts,
  signal: AbortSignal,
): Promise<Surroundings> {
  const around =
    symbol &&
    symbol.endLine - symbol.startLine > range.endLine - range.startLine &&
    symbol.end - symbol.start <= maxSurrounding
      ? symbol
      : undefined;
  const countTokens = (texts: string[]): Promise<number[]> => model.countTokens(texts);
  const lines = around ?? range;
  const told = await definitions?.(file.path, lines);
  const shown = { file, range: lines, problems: diagnostics, told };
  const counting = { syntax, countTokens, use: 'selection', choices } as const;
  return {
    surrounding: around && plainLines(file.text.slice(around.start, around.end)),
    ...(await definitionsFor(shown, counting, signal)),
    pinned: partsOf(await pinnedFor({ choices, countTokens }, isShown(shown))),
  };
}

/** Whether lines of a file that are shown hold a span, or it them. */
function isShown({ file, range }: { file: FileSnapshot; range: LineRange }): (span: ContextSpan) => boolean {
  return ({ path, startLine, endLine }) =>
    path === file.path && startLine <= range.endLine && endLine >= range.startLine;
}

function problemLines({ diagnostics }: SelectionRequest): string[] {
  return diagnostics.map((problem) => `line ${problem.line}: ${problem.message}`);
}

function plainLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
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
  const wholeSymbol = isCursor || ['document', 'fix', 'tests', 'problem'].includes(request.kind);
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
  const onlyRead = request.kind === 'explain' || request.kind === 'problem';
  if (text.length > maxSelection && !onlyRead) {
    throw new UserError(
      'selection-too-long',
      `The selection has ${text.length} characters; up to ${maxSelection} can be rewritten at once.`,
      {
        kept,
        next: 'Select one function.',
      },
    );
  }
  if ((request.kind === 'fix' || request.kind === 'problem') && request.diagnostics.length === 0) {
    throw new UserError('no-problems', 'There is no reported problem in the selection.', {
      kept,
      next: 'Use “Edit with Instruction” and say what to change.',
    });
  }
  if (request.kind === 'edit' && (request.instruction ?? '').trim() === '') {
    throw new UserError('no-instruction', 'There is no instruction.', { kept, next: 'Say what to change.' });
  }
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

/** Code without the indentation of its first line. */
function dedented(code: string): string {
  return reindent(code, '');
}

function leadingSpace(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
