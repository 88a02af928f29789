import { type ChangedFile, commitPrompt } from '../prompt/diff-prompts';
import { checkCommitMessage, contradiction } from './commit-message';
import type { MicroAgent } from './micro-agent';

export interface CommitInput {
  /** As much of the diff as the model's context has room for. */
  diff: string;
  /** All files of the whole diff. */
  files: readonly ChangedFile[];
  /** What the user says about the change; may be empty. */
  note: string;
}

/** Names a commit: one line that keeps to the rules of `commit-message.ts` and that the counts of lines do not deny. */
export const nameCommit: MicroAgent<CommitInput, string> = {
  job: 'commit',
  prompt: ({ diff, files, note }, refused) =>
    commitPrompt(diff, files, note, refused && { line: refused.answer, problem: refused.problem }),
  prefill: () => '',
  stop: ['\n\n'],
  maxTokens: () => 40,
  check: ({ text }, { files }) => {
    const checked = checkCommitMessage(text);
    if (!checked.ok) return checked;
    const lines = (key: 'added' | 'removed'): number => files.reduce((sum, file) => sum + file[key], 0);
    const problem = contradiction(checked.message, lines('added'), lines('removed'));
    return problem === undefined ? { ok: true, value: checked.message } : { ok: false, problem };
  },
};
