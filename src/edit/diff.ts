/** Differences of two versions of a file, as they are shown and approved hunk by hunk. Exact in line ends. */
import type { DiffHunk, DiffLine, FileDiff } from '../protocol/agent';
import { diffLineRuns, type LineRun } from './line-diff';
import { linesOf } from './lines';

/** Unchanged lines shown on either side of a change. */
const contextLines = 3;

/** The difference for a person; null stands for a file that does not exist. */
export function diffTexts(
  path: string,
  languageId: string,
  oldText: string | null,
  newText: string | null,
  symbol?: string,
): FileDiff {
  const oldLines = rawLines(oldText ?? '');
  const newLines = rawLines(newText ?? '');
  const runs = diffLineRuns(oldLines, newLines);
  const changes = runs.filter((run) => !run.equal);
  return {
    path,
    ...(symbol === undefined ? {} : { symbol }),
    languageId,
    kind: oldText === null ? 'create' : newText === null ? 'delete' : 'change',
    added: changes.reduce((sum, run) => sum + run.newCount, 0),
    removed: changes.reduce((sum, run) => sum + run.oldCount, 0),
    hunks: groupRuns(runs).map((group) => hunkOf(group, oldLines, newLines)),
  };
}

/**
 * The text with only some hunks of {@link diffTexts} of the same two texts applied (`keep` holds their indices).
 * All hunks give `newText`, none gives `oldText`, byte for byte.
 */
export function applyHunks(oldText: string, newText: string, keep: readonly number[]): string {
  const oldLines = rawLines(oldText);
  const newLines = rawLines(newText);
  const runs = diffLineRuns(oldLines, newLines);
  const kept = new Set(
    groupRuns(runs)
      .filter((_, index) => keep.includes(index))
      .flatMap((group) => group.filter((run) => !run.equal)),
  );
  return runs
    .flatMap((run) =>
      kept.has(run)
        ? newLines.slice(run.newStart, run.newStart + run.newCount)
        : oldLines.slice(run.oldStart, run.oldStart + run.oldCount),
    )
    .join('');
}

/** Lines with their line ends, so that a changed line end is a change. */
function rawLines(text: string): string[] {
  return linesOf(text).map((line) => line.text + line.eol);
}

/** Runs that belong into one hunk: changes with at most twice the context between them. */
function groupRuns(runs: readonly LineRun[]): LineRun[][] {
  const groups: LineRun[][] = [];
  let group: LineRun[] = [];
  runs.forEach((run, index) => {
    const outer = index === 0 || index === runs.length - 1;
    if (!run.equal || (!outer && run.oldCount <= 2 * contextLines)) group.push(run);
    else if (group.length > 0) {
      groups.push(group);
      group = [];
    }
  });
  return group.length > 0 ? [...groups, group] : groups;
}

function hunkOf(group: readonly LineRun[], oldLines: string[], newLines: string[]): DiffHunk {
  const first = group[0];
  const last = group.at(-1);
  if (!first || !last) return { oldStart: 1, newStart: 1, lines: [] };
  const before = Math.min(contextLines, first.oldStart, first.newStart);
  const oldEnd = last.oldStart + last.oldCount;
  const show = (kind: DiffLine['kind'], lines: string[], start: number, count: number): DiffLine[] =>
    lines.slice(start, start + count).map((line) => ({ kind, text: line.replace(/\r?\n$/, '') }));
  return {
    oldStart: first.oldStart - before + 1,
    newStart: first.newStart - before + 1,
    lines: [
      ...show('context', oldLines, first.oldStart - before, before),
      ...group.flatMap((run) =>
        run.equal
          ? show('context', oldLines, run.oldStart, run.oldCount)
          : [
              ...show('removed', oldLines, run.oldStart, run.oldCount),
              ...show('added', newLines, run.newStart, run.newCount),
            ],
      ),
      ...show('context', oldLines, oldEnd, contextLines),
    ],
  };
}
