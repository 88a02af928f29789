import { confidence } from '../completion/gate';
import { type CursorPlace, type FilteredAnswer, type FimOrder, fimOrders, type FimResult } from './fim-bench';

/** Counts of answers. */
export interface FimReport {
  model: string;
  items: number;
  /** Items asked in each order, and those whose line came out. */
  asked: Record<FimOrder, number>;
  exact: Record<FimOrder, number>;
  /** Items whose tests pass, of `tested`. */
  passed: Record<FimOrder, number>;
  tested: number;
  places: Record<CursorPlace, PlaceCounts>;
  /** Both places together, by half of the problems. The gate was set on `set` alone. */
  halves: Record<Half, PlaceCounts>;
  /** What other thresholds would have let through, in both halves. */
  thresholds: { threshold: number; halves: Record<Half, PlaceCounts> }[];
}

/** `rawRight` of all that the model wrote; of what the filters left, `right`; of what the gate left, `shownRight`. */
export interface PlaceCounts {
  asked: number;
  rawRight: number;
  offered: number;
  right: number;
  shown: number;
  shownRight: number;
}

/** The half of the problems that the gate's threshold was chosen on, and the half that it is judged by. */
type Half = 'set' | 'judged';

const thresholds = [0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6];

/** Sums up the results of one model. */
export function fimReport(results: readonly FimResult[]): FimReport {
  const orderCounts = (count: (order: FimOrder) => number): Record<FimOrder, number> => ({
    'suffix-first': count('suffix-first'),
    'prefix-first': count('prefix-first'),
  });
  const answersAt = (place: CursorPlace): FilteredAnswer[] =>
    results.flatMap(({ places }) => places[place] ?? []);
  const answersOf = (half: Half): FilteredAnswer[] =>
    results.filter(({ id }) => halfOf(id) === half).flatMap(({ places }) => Object.values(places));
  const halves = (isShown: (answer: FilteredAnswer) => boolean): Record<Half, PlaceCounts> => ({
    set: countAnswers(answersOf('set'), isShown),
    judged: countAnswers(answersOf('judged'), isShown),
  });
  return {
    model: results[0]?.model ?? '',
    items: results.length,
    asked: orderCounts((order) => results.filter(({ orders }) => orders[order] !== undefined).length),
    exact: orderCounts((order) => results.filter(({ orders }) => orders[order]?.right).length),
    passed: orderCounts((order) => results.filter(({ orders }) => orders[order]?.passed).length),
    tested: results.filter(({ orders }) => Object.values(orders).some(({ passed }) => passed !== undefined))
      .length,
    places: { line: countAnswers(answersAt('line')), within: countAnswers(answersAt('within')) },
    halves: halves(({ shown }) => shown),
    thresholds: thresholds.map((threshold) => ({
      threshold,
      halves: halves(({ probabilities }) => confidence(probabilities) >= threshold),
    })),
  };
}

/** Lines of one problem are alike, so they are of one half. */
export function halfOf(id: string): Half {
  let sum = 0;
  for (const character of id.replace(/-L\d+$/, '')) sum = (sum * 31 + character.charCodeAt(0)) % 65_521;
  return sum % 2 === 0 ? 'set' : 'judged';
}

function countAnswers(
  answers: readonly FilteredAnswer[],
  isShown: (answer: FilteredAnswer) => boolean = ({ shown }) => shown,
): PlaceCounts {
  const offered = answers.filter(({ reason }) => reason === 'ok' || reason === 'low-confidence');
  const shown = offered.filter(isShown);
  const right = (some: readonly FilteredAnswer[]): number => some.filter((answer) => answer.right).length;
  return {
    asked: answers.length,
    rawRight: answers.filter(({ raw }) => raw.right).length,
    offered: offered.length,
    right: right(offered),
    shown: shown.length,
    shownRight: right(shown),
  };
}

/** The report as lines for a terminal. */
export function formatFimReport(report: FimReport): string {
  const { items, tested } = report;
  const orderLine = (order: FimOrder): string =>
    `${order}: ${report.exact[order]} exact (${percent(report.exact[order], report.asked[order])})` +
    (tested === 0 ? '' : `, ${report.passed[order]} of ${tested} pass their tests`);
  return [
    `${report.model}, ${items} items`,
    ...fimOrders.filter((order) => report.asked[order] > 0).map(orderLine),
    `at the start of a line: ${placeLine(report.places.line)}`,
    `within a line: ${placeLine(report.places.within)}`,
    `half that the gate was set on: ${placeLine(report.halves.set)}`,
    `other half: ${placeLine(report.halves.judged)}`,
    'other thresholds, on the first and the other half:',
    ...report.thresholds.map(
      ({ threshold, halves }) =>
        `  ${threshold.toFixed(2)}: ${gateText(halves.set)} | ${gateText(halves.judged)}`,
    ),
  ].join('\n');
}

function placeLine(counts: PlaceCounts): string {
  const { asked, rawRight, offered, right } = counts;
  return `of ${asked} raw ${rawRight} right, filtered ${right} right of ${offered} left; ${gateText(counts)}`;
}

/** Right among the shown, that over right among the offered, and right ones withheld. */
function gateText({ offered, right, shown, shownRight }: PlaceCounts): string {
  const gain = shown === 0 || right === 0 ? '–' : (shownRight / shown / (right / offered)).toFixed(2);
  return (
    `${shown} shown, ${percent(shownRight, shown)} of them right (× ${gain}), ` +
    `${percent(right - shownRight, right)} of the right withheld`
  );
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}
