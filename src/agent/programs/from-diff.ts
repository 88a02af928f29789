import { reviewPrompt } from '../../prompt/diff-prompts';
import { systemPrompt } from '../../prompt/agent-prompts';
import { lengthOf, longestLine } from '../../micro/commit-message';
import { askIn } from '../ask-in-run';
import { commitLineFor, fittedDiff } from '../commit-line';
import { type DiffScope, filesOfDiff, gitDiff } from '../git-diff';
import type { Place } from '../mentions';
import { modelTurn } from '../model-turn';
import type { ProgramResult, Run } from '../ports';
import { reportedSteps } from './report';

/** Answers about the user's changes, or about those to the files that are mentioned; changes nothing. */
export async function review(run: Run, note: string, places: readonly Place[]): Promise<ProgramResult> {
  const wanted = new Set(places.map(({ file }) => file.path));
  const whole = await shownDiff(run, 'all');
  const files = filesOfDiff(whole).filter(({ path }) => wanted.size === 0 || wanted.has(path));
  if (files.length === 0)
    return ended(run, 'There is nothing to review: nothing differs from the last commit.');
  const diff = await fitted(run, files.map(({ text }) => text).join(''));
  const turn = await modelTurn(run, {
    messages: [
      { role: 'system', content: systemPrompt },
      { role: 'user', content: reviewPrompt(diff, note) },
    ],
    maxTokens: 600,
    onText: (delta) => {
      run.emit({ type: 'text', delta });
      return undefined;
    },
  });
  const answer = turn.text.trim();
  const summary = `Read the changes to ${filesNamed(files)}. Nothing was changed.`;
  return { outcome: 'done', summary, messages: reportedSteps(run.task.text, answer || summary) };
}

/** Writes one line for a commit message from what is staged, or from all changes while nothing is; to be copied. */
export async function nameChanges(run: Run, note: string): Promise<ProgramResult> {
  const staged = await shownDiff(run, 'staged');
  const diff = staged || (await shownDiff(run, 'all'));
  if (diff === '') return ended(run, 'There is nothing to commit: nothing differs from the last commit.');
  const { line, refused, cuts } = await commitLineFor(diff, note, run.ports.model, askIn(run));
  for (const report of cuts) run.emit({ type: 'notice', level: 'info', report });
  const what = staged ? 'what is staged' : 'all changes, since nothing is staged';
  if (refused.length === 0) return named(run, line, `Names ${what}. Nothing was committed.`);
  const why = refused.join(', ');
  return named(
    run,
    line,
    `The model’s lines were not usable (${why}), so this one was made from the names of the files. Nothing was committed.`,
  );
}

/** The line in a fence, which the panel gives a button to copy it. */
function named(run: Run, message: string, summary: string): ProgramResult {
  run.emit({ type: 'text', delta: `\`\`\`\n${message}\n\`\`\`\n` });
  const evidence = `One line of ${lengthOf(message)} characters, at most ${longestLine}`;
  return { outcome: 'done', summary, evidence, messages: reportedSteps(run.task.text, message) };
}

/** The diff, with a row that tells of it. */
async function shownDiff(run: Run, scope: DiffScope): Promise<string> {
  const id = run.step();
  const started = run.ports.clock.now();
  const object = scope === 'staged' ? 'what is staged' : 'what differs from the last commit';
  const step = { id, tool: 'read' as const, verb: 'Read', object };
  run.emit({ type: 'step', step: { ...step, state: 'running' } });
  try {
    const diff = await gitDiff(run.ports.commands, scope, run.signal);
    const result = diff === '' ? 'nothing' : filesNamed(filesOfDiff(diff));
    const ms = run.ports.clock.now() - started;
    const detail = diff === '' ? {} : { detail: { kind: 'text' as const, text: diff } };
    run.emit({ type: 'step', step: { ...step, state: 'done', result, ms, ...detail } });
    return diff;
  } catch (error) {
    run.emit({ type: 'step', step: { ...step, state: 'failed' } });
    throw error;
  }
}

async function fitted(run: Run, diff: string): Promise<string> {
  const { text, cuts } = await fittedDiff(diff, run.ports.model);
  for (const report of cuts) run.emit({ type: 'notice', level: 'info', report });
  return text;
}

/** The one file, or how many there are. */
function filesNamed(files: readonly { path: string }[]): string {
  return files.length === 1 ? (files[0]?.path ?? '') : `${files.length} files`;
}

function ended(run: Run, summary: string): ProgramResult {
  return { outcome: 'done', summary, messages: reportedSteps(run.task.text, summary) };
}
