/** The texts that reach the model with the user's uncommitted changes: a review, and the line that names a commit. */

/** Asks for findings about a change; `note` is what the user wants looked at. */
export function reviewPrompt(diff: string, note: string): string {
  const focus = note === '' ? '' : ` ${note}`;
  return `Changes that are not committed yet:\n${diff}\n\nReview these changes.${focus} List mistakes that they bring in: wrong results, unhandled cases, things left behind. One short item each, with the file and why it is wrong. If you find none, say so in one sentence.`;
}

/** A changed file as a line of facts, such as `stats.py: +1 −1 lines, in def median(values):`. */
export interface ChangedFile {
  path: string;
  added: number;
  removed: number;
  isNew: boolean;
  isDeleted: boolean;
  headings: readonly string[];
}

/** Asks for the first line of a commit message; `refused` is a line that was not usable, with why. */
export function commitPrompt(
  diff: string,
  files: readonly ChangedFile[],
  note: string,
  refused: { line: string; problem: string } | undefined,
): string {
  const facts = files.map(factsOf).join('\n');
  const about = note === '' ? '' : `\n${note}\n`;
  const not = refused ? `\nNot “${refused.line}”: ${refused.problem}.` : '';
  return `${diff}\n\nChanged:\n${facts}\n${about}\nWrite one line that names this change for a commit message: a verb in the imperative first (such as Fix, Add, Rename), then what. At most 60 characters, no full stop. Answer with the line alone.${not}`;
}

function factsOf({ path, added, removed, isNew, isDeleted, headings }: ChangedFile): string {
  const kind = isNew ? 'new, ' : isDeleted ? 'deleted, ' : '';
  const inside = headings.length > 0 ? `, in ${headings.slice(0, 3).join('; ')}` : '';
  return `${path}: ${kind}+${added} −${removed} lines${inside}`;
}
