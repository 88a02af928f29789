import {
  createFilePrompt,
  fenceClosing,
  fenceOpening,
  systemPrompt,
  type PromptExcerpt,
} from '../../prompt/agent-prompts';
import { codeAround } from '../code-around';
import { locateNamed, qualifiedName, type Target } from '../locate';
import { modelTurn } from '../model-turn';
import type { ProgramResult, Run } from '../ports';
import { toolStep } from '../tool-step';
import { writeSymbol } from '../write-symbol';
import { languageIdOf } from '../../syntax/languages';
import { ended } from './report';

const maxTries = 3;

/**
 * Changes the one symbol that the request names. Answers undefined when it names none, or several: then the free
 * loop takes over.
 */
export async function editNamedSymbol(
  run: Run,
  paths: readonly string[],
): Promise<ProgramResult | undefined> {
  const { text, attachments } = run.task;
  const [target, other] = await locateNamed(run, text, paths);
  if (!target || (other && other.score >= target.score)) return undefined;
  const name = qualifiedName(target.symbol);
  await toolStep(run, {
    name: 'read_file',
    arguments: {
      path: target.file.path,
      start_line: target.symbol.startLine,
      end_line: target.symbol.endLine,
    },
  });
  const tried: string[] = [];
  let last: { code: string; outcome: string } | undefined;
  const related = [
    ...attachments.map(({ label, text: body }) => ({ title: label, text: body })),
    ...(await excerptsAround(run, target)),
  ];
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const draft = await writeSymbol(run, {
      ...{ target, request: text, related, failure: undefined, examples: [], tried, last },
      temperature: attempt * 0.5,
    });
    if (draft.edit === undefined) break;
    const edit = await toolStep(run, { name: 'edit_file', arguments: draft.edit.arguments });
    if (edit.refused) return ended(run, 'stopped', 'You refused the change, so nothing was changed.');
    if (edit.ok) return ended(run, 'done', `Changed \`${name}\` in ${target.file.path}. No check was run.`);
    tried.push(draft.edit.code);
    last = { code: draft.edit.code, outcome: edit.forModel };
  }
  return ended(
    run,
    'failed',
    `The model proposed no usable change of \`${name}\`. ${target.file.path} is as before.`,
  );
}

/**
 * Definitions that the code uses, since a small model makes up the parameters of what it does not see, and code that uses
 * it, which says what is expected of it.
 */
async function excerptsAround(run: Run, { file, symbol }: Target): Promise<PromptExcerpt[]> {
  const { startLine, endLine } = symbol;
  const { definitions, uses } = await codeAround(run, file, { startLine, endLine });
  return [
    ...definitions.map(({ path, text }) => ({ title: `${path}, used by it`, text })),
    ...uses.map(({ path, text }) => ({ title: `${path}, where it is used`, text })),
  ];
}

/** Writes the new file that the request names. */
export async function createFile(run: Run, path: string): Promise<ProgramResult> {
  const prefill = fenceOpening(languageIdOf(path));
  const turn = await modelTurn(run, {
    messages: [
      { role: 'system', content: systemPrompt },
      ...run.task.history,
      {
        role: 'user',
        content: createFilePrompt(
          run.task.text,
          path,
          run.task.attachments.map(({ label, text }) => ({ title: label, text })),
        ),
      },
    ],
    prefill,
    maxTokens: 1500,
    stop: [fenceClosing],
  });
  if (turn.reason === 'length') {
    return ended(
      run,
      'failed',
      `${path} became too long to write in one go. Nothing was written; ask for a smaller part.`,
    );
  }
  const edit = await toolStep(run, {
    name: 'edit_file',
    arguments: { path, new_text: `${turn.text.trimEnd()}\n` },
  });
  if (edit.refused) return ended(run, 'stopped', 'You refused the new file, so nothing was written.');
  return edit.ok
    ? ended(run, 'done', `Wrote ${path}. No check was run.`)
    : ended(run, 'failed', `${path} was not written: ${edit.forModel}`);
}
