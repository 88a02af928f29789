import { median, percentile } from './engine-figures';
import type { TypingResult, TypingSide } from './typing-bench';

/** Figures of one side; times in milliseconds, shares from 0 to 1. */
export interface TypingFigures {
  side: TypingSide;
  model: string;
  sessions: number;
  keys: number;
  /** Of all keys: what is on screen when the next one comes. */
  rightOnScreen: number;
  wrongOnScreen: number;
  /** Of all keys: a right continuation came, or was there already. */
  everRight: number;
  /** Time to right continuations that were not on screen already. */
  rightMs: { count: number; median: number; p90: number };
  /** Per key. */
  uncached: { median: number; p90: number; mean: number };
  requests: number;
  generated: number;
  /** Processor time per key. */
  processorMs?: number;
}

export function typingFigures(results: readonly TypingResult[]): TypingFigures[] {
  const sides = [...new Set(results.map(({ side }) => side))];
  return sides.map((side) => figuresOf(results.filter((result) => result.side === side)));
}

function figuresOf(results: readonly TypingResult[]): TypingFigures {
  const keys = results.flatMap((result) => result.keys);
  const share = (count: number): number => count / Math.max(1, keys.length);
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const came = keys.flatMap(({ rightMs, isKept }) => (rightMs === undefined || isKept ? [] : [rightMs]));
  const uncached = keys.map((key) => key.uncached);
  const processor = results.map((result) => result.processorMs);
  const first = results[0];
  return {
    side: first?.side ?? 'idle',
    model: first?.model ?? '',
    sessions: results.length,
    keys: keys.length,
    rightOnScreen: share(keys.filter(({ onScreen }) => onScreen === 'right').length),
    wrongOnScreen: share(keys.filter(({ onScreen }) => onScreen === 'wrong').length),
    everRight: share(keys.filter(({ rightMs }) => rightMs !== undefined).length),
    rightMs: { count: came.length, median: median(came), p90: percentile(came, 0.9) },
    uncached: { median: median(uncached), p90: percentile(uncached, 0.9), mean: share(sum(uncached)) },
    requests: share(sum(keys.map((key) => key.requests))),
    generated: share(sum(keys.map((key) => key.generated))),
    ...(processor.includes(undefined)
      ? {}
      : { processorMs: share(sum(processor.filter((ms) => ms !== undefined))) }),
  };
}

/** The figures as a table for a terminal. */
export function formatTypingFigures(figures: readonly TypingFigures[]): string {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const rows: [name: string, value: (of: TypingFigures) => string][] = [
    ['sessions, keys', (of) => `${of.sessions}, ${of.keys}`],
    ['right on screen at the next key', (of) => percent(of.rightOnScreen)],
    ['wrong on screen at the next key', (of) => percent(of.wrongOnScreen)],
    ['right at some time', (of) => percent(of.everRight)],
    [
      'time to right text, median / 90 %',
      ({ rightMs }) => `${whole(rightMs.median)} / ${whole(rightMs.p90)} ms (${rightMs.count})`,
    ],
    [
      'uncached tokens a key, median / 90 % / mean',
      ({ uncached }) => `${uncached.median} / ${uncached.p90} / ${uncached.mean.toFixed(1)}`,
    ],
    ['requests a key', (of) => of.requests.toFixed(2)],
    ['generated tokens a key', (of) => of.generated.toFixed(1)],
    ['processor time a key', (of) => (of.processorMs === undefined ? '–' : `${whole(of.processorMs)} ms`)],
  ];
  const header = ['', ...figures.map(({ side, model }) => `${side} (${model})`)];
  const table = [header, ...rows.map(([name, value]) => [name, ...figures.map(value)])];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function whole(value: number): string {
  return Number.isNaN(value) ? '–' : String(Math.round(value));
}
