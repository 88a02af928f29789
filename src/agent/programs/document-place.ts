import type { FileSnapshot } from '../../base/ports';
import { lineEndOffset, linesOf } from '../../edit/lines';
import { docJobFor, documented } from '../../micro/document';
import { requireJob } from '../../micro/micro-agent';
import type { LineRange } from '../../protocol/indexer';
import { askIn } from '../ask-in-run';
import { codeAt, lengthProblem, nameOf } from '../code-at-place';
import { sameCode } from '../code-only';
import type { Place } from '../mentions';
import type { ProgramResult, Run } from '../ports';
import { toolStep } from '../tool-step';
import { ended } from './report';

/**
 * Documents the code at a place, or adds what its documentation lacks. The model writes what the comment says and the
 * program puts it into the code, of which no line changes.
 */
export async function documentPlace(run: Run, place: Place, note: string): Promise<ProgramResult> {
  const code = await codeAt(run, place, { whole: true, alone: true });
  const tooLong = lengthProblem(code);
  if (tooLong !== undefined) return ended(run, 'failed', tooLong);
  const { path, languageId, symbol, file } = code;
  const span = spanOf(file, code);
  const text = file.text.slice(span.start, span.end);
  const job = docJobFor({ path, languageId, text, eol: file.format.eol, symbol, note });
  if (job.job === 'none')
    return ended(run, job.complete ? 'done' : 'failed', `${job.why} Nothing was changed.`);
  requireJob(run.ports.model, job.job);
  const name = nameOf(code);
  const result = await documented(job, askIn(run));
  const problems = result.ok
    ? sameCode(text, result.text)
      ? []
      : ['it would have changed more than the documentation']
    : result.problems;
  if (!result.ok || problems.length > 0) {
    const why = problems.join('; ');
    return ended(
      run,
      'failed',
      `The model wrote no usable documentation of \`${name}\`: ${why}. ${path} is as before.`,
    );
  }
  const edit = await toolStep(run, {
    name: 'edit_file',
    arguments: { path, ...editOf(file, span, result.text) },
  });
  if (edit.refused) return ended(run, 'stopped', 'You refused the change, so nothing was changed.');
  return edit.ok
    ? ended(run, 'done', `Documented \`${name}\` in ${path}.`, 'Only documentation differs')
    : ended(run, 'failed', `${path} was not written: ${edit.forModel}`);
}

/** The place of some lines in a file, without the last one's end: offsets in UTF-16 units. */
function spanOf(file: FileSnapshot, { startLine, endLine }: LineRange): { start: number; end: number } {
  const lines = linesOf(file.text);
  const last = lines[endLine - 1];
  const end = last ? lineEndOffset(last) - last.eol.length : file.text.length;
  return { start: lines[startLine - 1]?.start ?? 0, end };
}

/** The passage that is replaced; the whole file where it stands there twice. */
function editOf(
  file: FileSnapshot,
  { start, end }: { start: number; end: number },
  text: string,
): { old_text: string; new_text: string } {
  const before = file.text.slice(start, end);
  return file.text.indexOf(before) === file.text.lastIndexOf(before)
    ? { old_text: before, new_text: text }
    : { old_text: file.text, new_text: file.text.slice(0, start) + text + file.text.slice(end) };
}
