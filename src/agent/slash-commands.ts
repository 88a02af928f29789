import { UserError } from '../base/errors';
import { slashCommandOf } from '../protocol/panel-composer';
import { type Place, placeOfSelection } from './mentions';
import type { ProgramResult, Run } from './ports';
import { explainPlace, fixPlace } from './programs/act-on-place';
import { documentPlace } from './programs/document-place';
import { explainError, isErrorText } from './programs/explain-error';
import { nameChanges, review } from './programs/from-diff';
import { testPlace } from './programs/test-place';
import type { RunInContext } from './with-context';

/** What a slash command came to, or the request in plain words that the usual programs are to carry out. */
export type CommandResult = { result: ProgramResult } | { request: string };

/**
 * Carries out a slash command; undefined when the message begins with none. Acts on the first place that the message
 * mentions, else on the selection or the definition around the cursor. Rejects with a `UserError` when there is
 * nothing to act on.
 */
export async function runSlashCommand({
  run,
  rest,
  places,
}: RunInContext): Promise<CommandResult | undefined> {
  const command = slashCommandOf(rest);
  if (!command) return undefined;
  const { name, argument } = command;
  if (name === 'review') return { result: await review(run, argument, places) };
  if (name === 'commit') return { result: await nameChanges(run, argument) };

  if (name === 'explain') {
    const error = errorIn(run, argument);
    if (error) return { result: await explainError(run, { ...error, places }) };
  }
  const place = places[0] ?? (await selectedPlace(run));
  const request = slashCommandOf(run.task.text)?.argument ?? '';
  if (!place) {
    // Without code a question and a repair can still be carried out.
    if (name === 'explain' && request !== '') return { request: `Explain ${request}` };
    if (name === 'fix') return { request: request === '' ? 'Fix the failing tests' : `Fix ${request}` };
    throw new UserError('nothing-to-act-on', `/${name} was told of no code, and none is selected.`, {
      kept: 'Nothing was changed.',
      next: `Select code, or mention it: /${name} @file or /${name} @file#symbol.`,
    });
  }
  if (name === 'explain') return { result: await explainPlace(run, place, argument) };
  requireTrust(run);
  if (name === 'doc') return { result: await documentPlace(run, place, argument) };
  if (name === 'tests') return { result: await testPlace(run, place, argument) };
  const result = await fixPlace(run, place, argument);
  return result ? { result } : { request: `Fix ${request || placeInWords(place)}` };
}

/** The error that is to be explained: in the user's own words, or what the terminal or the problems say. */
function errorIn(run: Run, argument: string): { error: string; note: string } | undefined {
  if (isErrorText(argument)) return { error: argument, note: '' };
  const reported = run.task.attachments.filter(({ isReport }) => isReport).map(({ text }) => text);
  return reported.length === 0 ? undefined : { error: reported.join('\n'), note: argument };
}

/** The place that is selected in the editor, with a row that tells which, since the message does not. */
async function selectedPlace(run: Run): Promise<Place | undefined> {
  const selection = run.ports.editor?.selection?.();
  const place = selection && (await placeOfSelection(run, selection));
  if (place) tellPlace(run, place);
  return place;
}

function tellPlace(run: Run, { file, startLine, endLine }: Place): void {
  run.emit({
    type: 'step',
    step: {
      id: run.step(),
      tool: 'read',
      verb: 'Read',
      object: `${file.path}, lines ${startLine}–${endLine}`,
      state: 'done',
      detail: { kind: 'location', path: file.path, startLine, endLine },
    },
  });
}

function placeInWords({ file, symbol }: Place): string {
  return symbol ? `\`${symbol.name}\` in ${file.path}` : file.path;
}

function requireTrust(run: Run): void {
  if (run.ports.workspace.trusted) return;
  throw new UserError('untrusted', 'This workspace is not trusted: nothing is written or run in it.', {
    kept: 'Nothing was changed.',
    next: 'Trust the workspace first.',
  });
}
