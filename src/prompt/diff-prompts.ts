/** The texts that reach the model with the user's uncommitted changes: a review, and the line that names a commit. */

/** Asks for findings about a change; `note` is what the user wants looked at. */
export function reviewPrompt(diff: string, note: string): string {
  const focus = note === '' ? '' : ` ${note}`;
  return `Changes that are not committed yet:\n${diff}\n\nReview these changes.${focus} List mistakes that they bring in: wrong results, unhandled cases, things left behind. One short item each, with the file and why it is wrong. If you find none, say so in one sentence.`;
}

/** Asks for the first line of a commit message. */
export function commitPrompt(diff: string, files: readonly string[], note: string): string {
  const about = note === '' ? '' : `\n${note}`;
  return `Changed files: ${files.join(', ')}\n\n${diff}\n${about}\nWrite one line that names this change for a commit message: a verb in the imperative first (such as Add, Fix, Rename), then what. At most 60 characters, no full stop. Answer with the line alone.`;
}
