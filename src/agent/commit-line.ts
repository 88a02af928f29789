import type { ErrorReport } from '../base/errors';
import { plainCommitMessage } from '../micro/commit-message';
import { type AskModel, offersJob, runMicroAgent } from '../micro/micro-agent';
import { nameCommit } from '../micro/name-commit';
import type { LanguageModel } from '../model/language-model';
import { fitExcerpts } from './fit-excerpts';
import { filesOfDiff } from './git-diff';

/** The part of the context that the diff may fill. */
const shareOfContext = 0.6;

/** A line for a commit message. */
export interface CommitLine {
  line: string;
  /** Why the model's lines were not usable; then the line was made from the names of the files. */
  refused: readonly string[];
  /** What of the diff the model did not see. */
  cuts: ErrorReport[];
}

/** Names a diff, with the model where it can, and always. Rejects with a `UserError` when the model cannot answer. */
export async function commitLineFor(
  diff: string,
  note: string,
  model: LanguageModel,
  ask: AskModel,
): Promise<CommitLine> {
  const files = filesOfDiff(diff);
  const plain = plainCommitMessage(files);
  if (!offersJob(model.profile, 'commit')) {
    return { line: plain, refused: [`${model.name} fails at naming commits too often`], cuts: [] };
  }
  const { text, cuts } = await fittedDiff(diff, model);
  const result = await runMicroAgent(nameCommit, { diff: text, files, note }, ask);
  return result.ok
    ? { line: result.value, refused: [], cuts }
    : { line: plain, refused: result.problems, cuts };
}

/** As much of a diff as a model's context has room for, and what was cut. */
export async function fittedDiff(
  diff: string,
  model: LanguageModel,
): Promise<{ text: string; cuts: ErrorReport[] }> {
  const budget = Math.floor(model.contextSize('chat') * shareOfContext);
  const hint = 'Mention single files, or commit in smaller parts.';
  const { excerpts, cuts } = await fitExcerpts([{ label: 'the diff', text: diff, hint }], budget, model);
  return { text: excerpts[0]?.text ?? '', cuts };
}
