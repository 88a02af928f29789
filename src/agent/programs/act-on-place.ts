import { fenceClosing, fenceOpening, systemPrompt } from '../../prompt/agent-prompts';
import { selectionPrompt, type SelectionKind } from '../../prompt/selection-prompts';
import { type Code, codeAt, editedPlace, fittedCode, lengthProblem, nameOf } from '../code-at-place';
import { problemsAt } from '../code-around';
import type { Place } from '../mentions';
import { modelTurn } from '../model-turn';
import type { ProgramResult, Run } from '../ports';
import { toolStep } from '../tool-step';
import { ended, reportedSteps } from './report';

/** Temperatures of the tries: careful first, then wider, since a small model repeats itself. */
const temperatures = [0, 0.5, 0.8];
/** Time that language services get to look at a change. Milliseconds. */
const problemsWaitMs = 3000;

/** Explains the code at a place; `note` is the user's own question about it. */
export async function explainPlace(run: Run, place: Place, note: string): Promise<ProgramResult> {
  const code = await fittedCode(run, await codeAt(run, place, { whole: false }));
  const question = note === '' ? '' : `\n\n${note}`;
  const turn = await modelTurn(run, {
    messages: [
      { role: 'system', content: systemPrompt },
      { role: 'user', content: promptFor('explain', code, []) + question },
    ],
    maxTokens: 350,
    onText: (delta) => {
      run.emit({ type: 'text', delta });
      return undefined;
    },
  });
  const answer = turn.text.trim();
  return answer === ''
    ? ended(run, 'failed', 'The model gave an empty answer.')
    : { outcome: 'done', summary: '', messages: reportedSteps(run.task.text, answer) };
}

/** Rewrites the code at a place so that its reported problems go away; undefined when none are reported. */
export async function fixPlace(run: Run, place: Place, note: string): Promise<ProgramResult | undefined> {
  const code = await codeAt(run, place, { whole: true });
  const problems = problemsAt(run, code.path, code);
  if (problems.length === 0) return undefined;
  const lines = problems.map(({ line, message }) => `line ${line}: ${message}`);
  const result = await rewrite(run, code, withNote(promptFor('fix', code, lines), note));
  if (result.outcome !== 'done') return result;
  const left = await problemsAfter(run, code, problems.length);
  return {
    ...result,
    outcome: left < problems.length ? 'done' : 'failed',
    evidence: `Problems reported there: ${problems.length} before, ${left} after`,
  };
}

function promptFor(kind: SelectionKind, code: Code, problems: readonly string[]): string {
  const { path, text, surrounding, definitions, uses } = code;
  return selectionPrompt({
    kind,
    instruction: '',
    path,
    code: text,
    problems,
    surrounding,
    definitions,
    uses,
  });
}

function withNote(prompt: string, note: string): string {
  return note === '' ? prompt : `${prompt}\n${note}`;
}

/** Asks for the code anew until a draft is new, and writes that draft. */
async function rewrite(run: Run, code: Code, prompt: string): Promise<ProgramResult> {
  const name = nameOf(code);
  const tooLong = lengthProblem(code);
  if (tooLong !== undefined) return ended(run, 'failed', tooLong);
  const problems: string[] = [];
  const [size = 0] = await run.ports.model.countTokens([code.text]);
  for (const temperature of temperatures) {
    run.step();
    const turn = await modelTurn(run, {
      messages: [
        { role: 'system', content: systemPrompt },
        { role: 'user', content: prompt },
      ],
      prefill: fenceOpening(code.languageId),
      maxTokens: Math.min(2000, 150 + 2 * size),
      stop: [fenceClosing],
      temperature,
    });
    const draft = withEmptyLines(turn.text.trimEnd(), code.text);
    const problem =
      turn.reason === 'length' || draft === ''
        ? 'it was not complete'
        : draft.trim() === code.text.trim()
          ? 'it was the code as it is'
          : undefined;
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    const edit = await toolStep(run, {
      name: 'edit_file',
      arguments: { path: code.path, ...editedPlace(code), new_text: draft },
    });
    if (edit.refused) return ended(run, 'stopped', 'You refused the change, so nothing was changed.');
    if (edit.ok) return ended(run, 'done', `Changed \`${name}\` in ${code.path}.`);
    problems.push(edit.forModel);
  }
  const why = [...new Set(problems)].join('; ');
  return ended(
    run,
    'failed',
    `The model proposed no usable change of \`${name}\`: ${why}. ${code.path} is as before.`,
  );
}

/** Models fill empty lines with indentation; where the code has none such, neither gets the file. */
function withEmptyLines(draft: string, code: string): string {
  return /^[ \t]+$/m.test(code) ? draft : draft.replace(/^[ \t]+$/gm, '');
}

/** How many problems are left, once the language services have told of a change or their time is over. */
async function problemsAfter(run: Run, code: Code, before: number): Promise<number> {
  const { clock } = run.ports;
  const started = clock.now();
  let left = before;
  while (left >= before && clock.now() - started < problemsWaitMs) {
    await clock.sleep(300, run.signal);
    left = problemsAt(run, code.path, code).length;
  }
  return left;
}
