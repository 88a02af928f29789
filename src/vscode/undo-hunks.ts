/** Taking back single changes of a file that a task has made. Pure. */
import { applyHunks, diffTexts } from '../edit/diff';
import { hunksAt, type LineSpan } from './proposal-hunks';

/** A file before a task and as it is now; null where it was not there. */
export interface FileStates {
  path: string;
  before: string | null;
  now: string | null;
}

/** The file with some of its changes taken back, and how many there were; undefined where the selection has none. */
export function withoutHunksAt(
  { path, before, now }: FileStates,
  side: 'old' | 'new',
  spans: readonly LineSpan[],
): { text: string | null; undone: number; of: number } | undefined {
  const diff = diffTexts(path, '', before, now);
  const undone = hunksAt(diff, side, spans);
  if (undone.length === 0) return undefined;
  const of = diff.hunks.length;
  if (undone.length === of) return { text: before, undone: of, of };
  const kept = diff.hunks.map((_, index) => index).filter((index) => !undone.includes(index));
  return { text: applyHunks(before ?? '', now ?? '', kept), undone: undone.length, of };
}
