import * as v from 'valibot';
import { UserError } from '../base/errors';
import type { Tolerance } from '../edit/edit-types';
import { languageIdOf } from '../syntax/languages';
import type { SyntaxService } from '../syntax/syntax-service';
import { applyChecked, outlineBoth } from '../tools/checked-edit';
import { type CommandStreams, serveJsonLines } from './json-lines';

const text = (name: string): v.StringSchema<string> => v.string(`“${name}” must be a string.`);
const line = (name: string): v.GenericSchema<unknown, number> =>
  v.pipe(v.number(`“${name}” must be a whole number.`), v.integer(`“${name}” must be a whole number.`));

const editSchema = v.variant(
  'type',
  [
    v.object({
      type: v.literal('replace'),
      old: text('old'),
      new: text('new'),
      near_line: v.optional(line('near_line')),
    }),
    v.object({
      type: v.literal('symbol'),
      name: text('name'),
      new: text('new'),
      delete: v.optional(v.boolean('“delete” must be true or false.')),
    }),
    v.object({ type: v.literal('lines'), start: line('start'), end: line('end'), new: text('new') }),
    v.object({ type: v.literal('insert'), line: line('line'), new: text('new') }),
    v.object({ type: v.literal('file'), new: text('new') }),
  ],
  '“edit” must have the type replace, symbol, lines, insert or file.',
);

const requestSchema = v.object(
  { path: text('path'), content: text('content'), edit: editSchema },
  'A request needs “path”, “content” and “edit”.',
);

/** The answer as it is printed; the names are the command line's contract. */
export type ApplyAnswer =
  { result: 'applied'; content: string; tolerances: Tolerance[] } | { result: 'refused'; reason: string };

/** `thimble apply`: one edit of one text a line. Nothing is read from or written to a file. */
export async function applyCommand(
  streams: CommandStreams,
  syntax: SyntaxService,
  signal: AbortSignal,
): Promise<void> {
  await serveJsonLines(streams, (request) => answerApply(request, syntax, signal));
}

/** @throws UserError `bad-request` */
export async function answerApply(
  request: Record<string, unknown>,
  syntax: SyntaxService,
  signal: AbortSignal,
): Promise<ApplyAnswer> {
  const parsed = v.safeParse(requestSchema, request);
  if (!parsed.success) throw new UserError('bad-request', parsed.issues[0].message);
  const { path, content, edit } = parsed.output;
  // A byte order mark is no part of the first line, and stays whatever the edit does.
  const mark = content.startsWith('\ufeff') ? '\ufeff' : '';
  const file = { path, languageId: languageIdOf(path), text: content.slice(mark.length) };
  const stated = { ...edit, new: mark === '' ? edit.new : edit.new.replace(/^\ufeff/, '') };
  const known = await outlineBoth(file, stated.new, syntax, signal);
  const result = await applyChecked(file, withoutUndefined(stated), known, syntax, signal);
  return result.result === 'applied'
    ? { ...result, content: mark + result.content }
    : { result: 'refused', reason: result.reason };
}

type StatedEdit = v.InferOutput<typeof editSchema>;

/** Options that were not given are left out rather than undefined. */
function withoutUndefined(edit: StatedEdit): Parameters<typeof applyChecked>[1] {
  if (edit.type === 'replace') {
    const { near_line: nearLine, ...rest } = edit;
    return nearLine === undefined ? rest : { ...rest, near_line: nearLine };
  }
  if (edit.type === 'symbol') {
    const { delete: remove, ...rest } = edit;
    return remove === undefined ? rest : { ...rest, delete: remove };
  }
  return edit;
}
