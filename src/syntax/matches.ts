import type { QueryMatch } from 'web-tree-sitter';

/** A node that a query named. Offsets in UTF-16 units, the end exclusive. */
export interface Capture {
  name: string;
  start: number;
  end: number;
}

/** What a query found, as plain data: it outlives its tree. */
export interface Match {
  /** Of several that match one name, the lowest counts. */
  pattern: number;
  captures: readonly Capture[];
}

/** The matches in an order that depends on nothing but the text. */
export function plainMatches(matches: readonly QueryMatch[]): Match[] {
  return inOrder(
    matches.map(({ patternIndex, captures }) => ({
      pattern: patternIndex,
      captures: captures.map(({ name, node: { startIndex: start, endIndex: end } }) => ({
        name,
        start,
        end,
      })),
    })),
  );
}

export function inOrder(matches: Match[]): Match[] {
  return matches
    .map((match) => ({ match, start: startOf(match), last: match.captures.at(-1)?.start ?? 0 }))
    .sort((a, b) => a.start - b.start || a.last - b.last || a.match.pattern - b.match.pattern)
    .map(({ match }) => match);
}

/** Where the first of a match's nodes begins. */
export function startOf({ captures }: Match): number {
  return captures.reduce((least, { start }) => Math.min(least, start), Infinity);
}

/** Where the last of a match's nodes ends. */
export function endOf({ captures }: Match): number {
  return captures.reduce((most, { end }) => Math.max(most, end), 0);
}
