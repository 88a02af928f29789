import { UserError } from '../base/errors';
import type { CommandResult, CommandRunner } from '../base/ports';

/** `staged`: what the next commit takes; `all`: everything that differs from the last commit. */
export type DiffScope = 'staged' | 'all';

const timeLimitMs = 15_000;

/** Reads only: takes no lock, and starts no program that the repository's own settings name. */
const git =
  'git --no-pager --no-optional-locks -c core.fsmonitor=false diff --no-color --no-ext-diff --no-textconv';

/**
 * The user's changes as `git diff` tells them; empty when there are none. Rejects with a `UserError` where there is no
 * repository or no git.
 */
export async function gitDiff(
  commands: CommandRunner,
  scope: DiffScope,
  signal: AbortSignal,
): Promise<string> {
  const run = (argument: string): Promise<CommandResult> =>
    commands.run({ command: `${git} ${argument}`, cwd: '', timeoutMs: timeLimitMs }, signal);
  let result = await run(scope === 'staged' ? '--cached' : 'HEAD');
  // Before the first commit there is no HEAD; then all that is staged is new.
  if (result.exitCode !== 0 && /ambiguous argument 'HEAD'|bad revision/i.test(result.output)) {
    result = await run('--cached');
  }
  if (result.exitCode !== 0) throw failure(result);
  return result.output
    .split('\n')
    .filter((line) => !line.startsWith('warning: '))
    .join('\n')
    .trim();
}

function failure({ exitCode, output, timedOut }: CommandResult): UserError {
  if (timedOut) return noDiff(`git took longer than ${timeLimitMs / 1000} seconds.`);
  if (/not a git repository/i.test(output)) return noDiff('This folder is no git repository.');
  // 127 and 9009 are the shells' codes for a program that is not there.
  if (
    exitCode === 127 ||
    exitCode === 9009 ||
    /git['"]? is not recognized|git: (?:command )?not found/i.test(output)
  ) {
    return noDiff('There is no git on this computer, or it is not on the PATH.');
  }
  const [first = ''] = output.trim().split('\n');
  return noDiff(`git failed: ${first || `exit ${exitCode ?? 'by a signal'}`}`);
}

function noDiff(happened: string): UserError {
  return new UserError('no-diff', happened, {
    kept: 'Nothing was changed.',
    next: 'Without git, mention the files that you mean.',
  });
}

/** One file's part of a diff. */
export interface DiffFile {
  path: string;
  text: string;
  isNew: boolean;
  isDeleted: boolean;
  /** Lines. */
  added: number;
  removed: number;
  /** What git shows behind a hunk's place: the beginnings of the definitions around the changes. */
  headings: string[];
}

/** A diff taken apart by its files. */
export function filesOfDiff(diff: string): DiffFile[] {
  return diff
    .split(/^(?=diff --git )/m)
    .filter((text) => text.startsWith('diff --git '))
    .map((text) => {
      const added = /^\+\+\+ (?:"?b\/)(.*?)"?\t?$/m.exec(text)?.[1];
      const removed = /^--- (?:"?a\/)(.*?)"?\t?$/m.exec(text)?.[1];
      const named = / b\/(.*?)"?$/m.exec(text.split('\n', 1)[0] ?? '')?.[1];
      const hunks = text.slice(Math.max(0, text.search(/^@@ /m))).split('\n');
      const headings = hunks.map((line) => /^@@ .*? @@ (.+)$/.exec(line)?.[1]?.trim() ?? '').filter(Boolean);
      return {
        path: added ?? removed ?? named ?? '',
        text,
        isNew: /^new file mode/m.test(text),
        isDeleted: /^deleted file mode/m.test(text),
        added: hunks.filter((line) => /^\+(?!\+\+ )/.test(line)).length,
        removed: hunks.filter((line) => /^-(?!-- )/.test(line)).length,
        headings: [...new Set(headings)],
      };
    });
}
