/**
 * `thimble bench fim`: how often the model writes the line that is missing, in each order of the prompt, and what the
 * filters and the gate make of it. Each item is asked at the start of its line and once more within it, as people type.
 */
import { type CompletionRequest, createCompleter } from '../completion/completer';
import type { LanguageModel } from '../model/language-model';
import { systemClock } from '../node/clock';
import { runProgram } from './run-program';

/** A place where one line is missing; see the data's own page. */
export interface FimItem {
  id: string;
  language: 'python' | 'javascript';
  /** Up to the end of the line before, without its newline. */
  prefix: string;
  /** From the start of the line after. */
  suffix: string;
  line: string;
  tests: string;
}

export interface FimOptions {
  /** Ask every n-th item only; 1 by default. */
  every?: number;
  /** Run the items' tests as well. This runs what the model wrote. */
  runTests: boolean;
  /** Results of earlier runs, which are not asked for again. */
  known: readonly FimResult[];
  /** Called with each new result. */
  keep: (result: FimResult) => Promise<void>;
}

/** Where the cursor stands: at the indentation of an empty line, or behind the first part of the line. */
export type CursorPlace = 'line' | 'within';

/** What was written unfiltered. `right`: the line that was missing, white space around it apart. */
export interface RawAnswer {
  text: string;
  right: boolean;
  /** Whether the program ran its tests with it, where they were run. */
  passed?: boolean;
}

/** What the editor would get, beside the unfiltered answer at the same place. */
export interface FilteredAnswer {
  raw: RawAnswer;
  text: string;
  right: boolean;
  shown: boolean;
  /** As the completer says it: `ok`, `low-confidence`, or the filter that left nothing. */
  reason: string;
  probabilities: readonly number[];
  ms: number;
}

/** One item on one model. */
export interface FimResult {
  model: string;
  id: string;
  orders: Record<FimOrder, RawAnswer>;
  places: Partial<Record<CursorPlace, FilteredAnswer>>;
}

/** The orders that are compared. */
export const fimOrders = ['suffix-first', 'prefix-first'] as const;
export type FimOrder = (typeof fimOrders)[number];

/** Asks what is not known yet; gives the results of all items that were chosen. */
export async function benchFim(
  options: FimOptions,
  model: LanguageModel,
  items: readonly FimItem[],
  signal: AbortSignal,
): Promise<FimResult[]> {
  const results: FimResult[] = [];
  for (const item of items.filter((_, index) => index % (options.every ?? 1) === 0)) {
    const known = options.known.find(({ id, model: name }) => id === item.id && name === model.name);
    const result = known ?? (await askItem(options.runTests, model, item, signal));
    if (!known) await options.keep(result);
    results.push(result);
  }
  return results;
}

async function askItem(
  runTests: boolean,
  model: LanguageModel,
  item: FimItem,
  signal: AbortSignal,
): Promise<FimResult> {
  const inOrder = (order: FimOrder): Promise<RawAnswer> =>
    askRaw({ model, order, runTests }, item, '', signal);
  const places: FimResult['places'] = {};
  const orders = {
    'prefix-first': await inOrder('prefix-first'),
    'suffix-first': await inOrder('suffix-first'),
  };
  for (const place of placesIn(item.line)) places[place] = await askFiltered(model, item, place, signal);
  return { model: model.name, id: item.id, orders, places };
}

const extension = { python: 'py', javascript: 'js' } as const;

/** The item with the first part of its line typed. */
function requestOf(item: FimItem, typed: string): CompletionRequest {
  return {
    path: `main.${extension[item.language]}`,
    languageId: item.language,
    prefix: `${item.prefix}\n${typed}`,
    suffix: `\n${item.suffix}`,
    singleLine: true,
  };
}

async function askRaw(
  { model, order, runTests }: { model: LanguageModel; order?: FimOrder; runTests: boolean },
  item: FimItem,
  typed: string,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const completer = createCompleter({ model, clock: systemClock, ...(order ? { order } : {}) });
  const { text } = await completer.complete({ ...requestOf(item, typed), raw: true }, signal);
  const answer = { text, right: isRight(item, typed, text) };
  return runTests ? { ...answer, passed: await passes(item, typed + text) } : answer;
}

async function askFiltered(
  model: LanguageModel,
  item: FimItem,
  place: CursorPlace,
  signal: AbortSignal,
): Promise<FilteredAnswer> {
  const typed = place === 'line' ? indentOf(item.line) : item.line.slice(0, cursorWithin(item.line));
  const raw = await askRaw({ model, runTests: false }, item, typed, signal);
  const completer = createCompleter({ model, clock: systemClock });
  const result = await completer.complete(requestOf(item, typed), signal);
  const { text, shown, reason, probabilities, totalMs } = result;
  const ms = Math.round(totalMs);
  return { raw, text, right: isRight(item, typed, text), shown, reason, probabilities, ms };
}

function isRight(item: FimItem, typed: string, text: string): boolean {
  return firstLine(typed + text) === item.line.trim();
}

/** The first line that is not empty, without the white space around it. */
function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0]?.trimEnd() ?? '';
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? '';
}

/** Less is left of a line that is shorter than this than anybody would want completed; in UTF-16 units. */
const shortLine = 8;

function placesIn(line: string): CursorPlace[] {
  return line.trim().length < shortLine ? ['line'] : ['line', 'within'];
}

/** A place in the line's middle, which may be the middle of a word. */
function cursorWithin(line: string): number {
  const indent = indentOf(line).length;
  return indent + Math.floor((line.trimEnd().length - indent) * 0.4);
}

async function passes(item: FimItem, generated: string): Promise<boolean> {
  const program = `${item.prefix}\n${generated}\n${item.suffix}\n${item.tests}`;
  return runProgram(item.language, program);
}
