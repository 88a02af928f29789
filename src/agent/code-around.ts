import type { Diagnostic, FileSnapshot } from '../base/ports';
import { type CodeAround, definitionsFor } from '../context/definitions-for';
import type { LineRange } from '../protocol/indexer';
import type { Run } from './ports';

/** What lines of a file use and who uses them, with the definitions that the problems reported there name. */
export async function codeAround(run: Run, file: FileSnapshot, range: LineRange): Promise<CodeAround> {
  const { model, syntax, choices, editor } = run.ports;
  const countTokens = (texts: string[]): Promise<number[]> => model.countTokens(texts);
  const problems = problemsAt(run, file.path, range);
  const told = await editor?.definitions?.(file.path, range);
  return definitionsFor(
    { file, range, problems, told },
    { syntax, countTokens, use: 'agent', choices },
    run.signal,
  );
}

/** Errors and warnings that are reported on lines of a file. */
export function problemsAt(run: Run, path: string, { startLine, endLine }: LineRange): Diagnostic[] {
  const all = run.ports.editor?.diagnostics?.(path) ?? [];
  return all.filter(
    ({ line, endLine: end, severity }) =>
      line <= endLine && end >= startLine && (severity === 'error' || severity === 'warning'),
  );
}
