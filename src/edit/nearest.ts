import { foldLookAlikes } from './fold';
import { isBlank, lineTexts } from './lines';

/** The passage that comes closest to one that was not found. Lines are 1-based. */
export interface Nearest {
  startLine: number;
  lines: string[];
}

/** Lines that are shown at most. */
const shownLines = 12;
/** Share of words that two lines must have in common to be called near. */
const leastLikeness = 0.3;

/** Where the file comes closest to `old`: most equal lines, else the line with most words in common. */
export function findNearest(text: string, old: string): Nearest | undefined {
  const fileLines = lineTexts(text);
  const fileKeys = fileLines.map((line) => foldLookAlikes(line).trim());
  const oldKeys = lineTexts(old).map((line) => foldLookAlikes(line).trim());
  const start = startByEqualLines(fileKeys, oldKeys) ?? startByWords(fileKeys, oldKeys);
  if (start === undefined) return undefined;
  const from = Math.max(0, Math.min(start, fileLines.length - 1));
  const count = Math.min(Math.max(oldKeys.length, 1), shownLines);
  return { startLine: from + 1, lines: fileLines.slice(from, from + count) };
}

/** Each equal line votes for where the passage would begin; lines that are everywhere do not count. */
function startByEqualLines(fileKeys: readonly string[], oldKeys: readonly string[]): number | undefined {
  const places = new Map<string, number[]>();
  const wanted = new Set(oldKeys.filter((key) => key.length > 3));
  fileKeys.forEach((key, index) => {
    if (wanted.has(key)) places.set(key, [...(places.get(key) ?? []).slice(0, 20), index]);
  });
  const votes = new Map<number, number>();
  oldKeys.forEach((key, offset) => {
    for (const index of places.get(key) ?? []) {
      votes.set(index - offset, (votes.get(index - offset) ?? 0) + 1);
    }
  });
  return best(votes);
}

function startByWords(fileKeys: readonly string[], oldKeys: readonly string[]): number | undefined {
  const lead = oldKeys.findIndex((key) => wordsOf(key).size > 1);
  const offset = lead < 0 ? oldKeys.findIndex((key) => !isBlank(key)) : lead;
  const wanted = wordsOf(oldKeys[offset] ?? '');
  if (wanted.size === 0) return undefined;
  const likeness = new Map<number, number>();
  fileKeys.forEach((key, index) => {
    const words = wordsOf(key);
    const shared = [...words].filter((word) => wanted.has(word)).length;
    const share = shared / (words.size + wanted.size - shared);
    if (share >= leastLikeness) likeness.set(index - offset, share);
  });
  return best(likeness);
}

function wordsOf(line: string): Set<string> {
  return new Set(line.match(/[\p{L}\p{N}_]+/gu));
}

function best(scores: ReadonlyMap<number, number>): number | undefined {
  let found: number | undefined;
  let top = 0;
  for (const [start, score] of scores) {
    if (score > top) {
      top = score;
      found = start;
    }
  }
  return found;
}

/** The candidates most like a name that was not found, best first; for “did you mean”. */
export function nearestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, score: nameLikeness(wanted, candidate.toLowerCase()) }))
    .filter(({ score }) => score >= 0.5)
    .sort((a, b) => b.score - a.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Share of common letter pairs (Dice's coefficient); 1 for equal names. */
function nameLikeness(a: string, b: string): number {
  if (a === b) return 1;
  const pairs = (text: string): string[] =>
    Array.from({ length: text.length - 1 }, (_, i) => text.slice(i, i + 2));
  if (a.length < 2 || b.length < 2) return 0;
  const left = pairs(a);
  const right = pairs(b);
  const free = [...right];
  let shared = 0;
  for (const pair of left) {
    const at = free.indexOf(pair);
    if (at < 0) continue;
    free.splice(at, 1);
    shared++;
  }
  return (2 * shared) / (left.length + right.length);
}
