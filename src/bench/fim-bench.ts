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
  /** The orders of the prompt to ask in; only the first is asked with filters. */
  orders: readonly FimOrder[];
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
  orders: Partial<Record<FimOrder, RawAnswer>>;
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
    const result = known ?? (await askItem(options, model, item, signal));
    if (!known) await options.keep(result);
    results.push(result);
  }
  return results;
}

async function askItem(
  { orders, runTests }: Pick<FimOptions, 'orders' | 'runTests'>,
  model: LanguageModel,
  item: FimItem,
  signal: AbortSignal,
): Promise<FimResult> {
  const result: FimResult = { model: model.name, id: item.id, orders: {}, places: {} };
  // The order with the filters comes last: its prompt is in the cache then.
  for (const order of [...orders].reverse())
    result.orders[order] = await askRaw({ model, order, runTests }, item, signal);
  for (const place of placesIn(item.line))
    result.places[place] = await askFiltered({ model, order: orders[0] }, item, place, signal);
  return result;
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

/** At the beginning of the line, as the data has it. */
async function askRaw(
  { model, order, runTests }: { model: LanguageModel; order: FimOrder; runTests: boolean },
  item: FimItem,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const completer = createCompleter({ model, clock: systemClock, order });
  const { text } = await completer.complete({ ...requestOf(item, ''), raw: true }, signal);
  const answer = { text, right: isRight(item, text) };
  return runTests ? { ...answer, passed: await passes(item, text) } : answer;
}

async function askFiltered(
  { model, order }: { model: LanguageModel; order: FimOrder | undefined },
  item: FimItem,
  place: CursorPlace,
  signal: AbortSignal,
): Promise<FilteredAnswer> {
  const typed = place === 'line' ? indentOf(item.line) : item.line.slice(0, cursorWithin(item.line));
  const completer = createCompleter({ model, clock: systemClock, ...(order ? { order } : {}) });
  const result = await completer.complete(requestOf(item, typed), signal);
  const { text, written, shown, reason, probabilities, totalMs } = result;
  return {
    raw: { text: written, right: isRight(item, typed + written) },
    text,
    right: isRight(item, typed + text),
    shown,
    reason,
    probabilities,
    ms: Math.round(totalMs),
  };
}

function isRight(item: FimItem, text: string): boolean {
  return firstLine(text) === item.line.trim();
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
