/** The figures of `thimble bench context` as a table. */
import { budgets, type ContextResult } from './context-bench';

/** Means over items, from 0 to 1. */
interface Means {
  items: number;
  imported: number;
  unmentioned: number;
  body: number;
  useful: number;
}

export interface ContextReportRow extends Means {
  /** A half of the repositories, or a language of the held-out half. */
  group: string;
  method: string;
  budget: number;
}

/** Rows for both halves of the repositories at each budget, and for each language of the held-out one at 1,024. */
export function contextReport(results: readonly ContextResult[]): ContextReportRow[] {
  const heldOut = results.filter(({ half }) => half === 'held-out');
  const groups: [string, readonly ContextResult[], readonly number[]][] = [
    ['held-out', heldOut, budgets],
    ['training', results.filter(({ half }) => half === 'training'), budgets],
    ...[...new Set(heldOut.map(({ language }) => language))].map(
      (language): [string, readonly ContextResult[], readonly number[]] => [
        language,
        heldOut.filter((result) => result.language === language),
        [1024],
      ],
    ),
  ];
  const methods = [...new Set(results.map(({ method }) => method))];
  return groups.flatMap(([group, of, at]) =>
    at.flatMap((budget) =>
      methods.map((method) => ({
        group,
        method,
        budget,
        ...meansOf(of.filter((result) => result.budget === budget && result.method === method)),
      })),
    ),
  );
}

function meansOf(results: readonly ContextResult[]): Means {
  const mean = (of: readonly ContextResult[], value: (result: ContextResult) => number): number =>
    of.length === 0 ? 0 : of.reduce((sum, result) => sum + value(result), 0) / of.length;
  const split = (name: ContextResult['split']): readonly ContextResult[] =>
    results.filter((result) => result.split === name);
  return {
    items: results.length,
    imported: mean(split('imported'), ({ signature }) => signature),
    unmentioned: mean(split('unmentioned'), ({ signature }) => signature),
    body: mean(results, ({ body }) => body),
    useful: mean(results, ({ useful }) => useful),
  };
}

export function formatContextReport(rows: readonly ContextReportRow[]): string {
  const cells = rows.map((row) => [
    row.group,
    String(row.budget),
    row.method,
    String(row.items),
    ...[row.imported, row.unmentioned, row.body, row.useful].map((value) => value.toFixed(3)),
  ]);
  const head = ['group', 'tokens', 'method', 'items', 'imported', 'unmentioned', 'body', 'useful'];
  const widths = head.map((name, at) => Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)));
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
