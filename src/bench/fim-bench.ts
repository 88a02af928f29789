/**
 * `thimble bench fim`: how often the model writes the line that is missing, in each order of the prompt, and what the
 * gate shows of it. Each item is asked at the start of its line and once more within it, as people type.
 */
import { type CompletionResult, type Completer, createCompleter } from '../completion/completer';
import type { LanguageModel } from '../model/language-model';
import type { FillInTheMiddleOrder } from '../prompt/fill-in-the-middle';
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
  json: boolean;
  write: (line: string) => void;
}

/** What became of one question. `right`: the line that was missing, white space around it apart. */
interface Answer {
  right: boolean;
  passed?: boolean;
  shown: boolean;
  probabilities: readonly number[];
  text: string;
  ms: number;
}

/** Counts of items. */
export interface FimReport {
  model: string;
  items: number;
  exact: Record<FillInTheMiddleOrder, number>;
  passed?: Record<FillInTheMiddleOrder, number>;
  /** With filters and gate, at the start of a line and within one. */
  gated: Record<CursorPlace, GateCounts>;
  ms: number;
}

type CursorPlace = 'line' | 'within';

/** `right` of all answers, `shown` of all, and those that are both. */
interface GateCounts {
  asked: number;
  right: number;
  shown: number;
  shownRight: number;
}

const orders = ['suffix-first', 'prefix-first'] as const;

export async function benchFim(
  options: FimOptions,
  model: LanguageModel,
  items: readonly FimItem[],
  signal: AbortSignal,
): Promise<FimReport> {
  const started = performance.now();
  const asked = items.filter((_, index) => index % (options.every ?? 1) === 0);
  const exact = { 'suffix-first': 0, 'prefix-first': 0 };
  const passed = { 'suffix-first': 0, 'prefix-first': 0 };
  const gated = { line: noCounts(), within: noCounts() };
  for (const item of asked) {
    for (const order of orders) {
      const answer = await askRaw(createCompleter({ model, clock: systemClock, order }), item, signal);
      if (options.runTests) answer.passed = await passes(item, answer.text);
      exact[order] += Number(answer.right);
      passed[order] += Number(answer.passed ?? false);
      if (options.json) options.write(JSON.stringify({ id: item.id, order, ...answer }));
    }
    for (const place of placesIn(item.line)) {
      const answer = await askGated(createCompleter({ model, clock: systemClock }), item, place, signal);
      count(gated[place], answer);
      if (options.json) options.write(JSON.stringify({ id: item.id, place, ...answer }));
    }
  }
  return {
    model: model.name,
    items: asked.length,
    exact,
    ...(options.runTests ? { passed } : {}),
    gated,
    ms: Math.round(performance.now() - started),
  };
}

/** The report as lines for a terminal. */
export function formatFimReport(report: FimReport): string {
  const percent = (part: number, whole: number): string =>
    whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
  const orderLine = (order: FillInTheMiddleOrder): string =>
    `${order}: ${report.exact[order]} exact (${percent(report.exact[order], report.items)})` +
    (report.passed ? `, ${report.passed[order]} pass their tests` : '');
  const gateLine = (place: CursorPlace): string => {
    const { asked, right, shown, shownRight } = report.gated[place];
    return (
      `${place === 'line' ? 'at the start of a line' : 'within a line'}: ${right} of ${asked} right; ` +
      `${shown} shown, ${percent(shownRight, shown)} of them right (${percent(right, asked)} without the gate), ` +
      `${percent(right - shownRight, right)} of the right ones withheld`
    );
  };
  return [
    `${report.model}, ${report.items} items in ${Math.round(report.ms / 1000)} s`,
    ...orders.map(orderLine),
    gateLine('line'),
    gateLine('within'),
  ].join('\n');
}

function noCounts(): GateCounts {
  return { asked: 0, right: 0, shown: 0, shownRight: 0 };
}

function count(counts: GateCounts, { right, shown }: Answer): void {
  counts.asked++;
  counts.right += Number(right);
  counts.shown += Number(shown);
  counts.shownRight += Number(right && shown);
}

const extension = { python: 'py', javascript: 'js' } as const;

function requestOf(item: FimItem): { path: string; languageId: string; singleLine: true } {
  return { path: `main.${extension[item.language]}`, languageId: item.language, singleLine: true };
}

async function askRaw(completer: Completer, item: FimItem, signal: AbortSignal): Promise<Answer> {
  const result = await completer.complete(
    { ...requestOf(item), prefix: `${item.prefix}\n`, suffix: `\n${item.suffix}`, raw: true },
    signal,
  );
  return answerOf(result, firstLine(result.text) === item.line.trim());
}

async function askGated(
  completer: Completer,
  item: FimItem,
  place: CursorPlace,
  signal: AbortSignal,
): Promise<Answer> {
  const typed = place === 'line' ? indentOf(item.line) : item.line.slice(0, cursorWithin(item.line));
  const result = await completer.complete(
    { ...requestOf(item), prefix: `${item.prefix}\n${typed}`, suffix: `\n${item.suffix}` },
    signal,
  );
  return answerOf(result, (typed + result.text).trimEnd() === item.line.trimEnd());
}

function answerOf({ shown, probabilities, text, totalMs }: CompletionResult, right: boolean): Answer {
  return { right, shown, probabilities, text, ms: Math.round(totalMs) };
}

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
