import { explainError as explainErrorAgent } from '../../micro/explain-error';
import { requireJob, runMicroAgent } from '../../micro/micro-agent';
import type { PromptExcerpt } from '../../prompt/agent-prompts';
import { askIn } from '../ask-in-run';
import { codeAt, nameOf } from '../code-at-place';
import { shortenFailure } from '../failure';
import { locateFailure, qualifiedName, symbolText } from '../locate';
import type { Place } from '../mentions';
import type { ProgramResult, Run } from '../ports';
import { ended, reportedSteps } from './report';

/** Longest text of an error that is shown, and longest code beside it, in UTF-16 units. */
const longestError = 1200;
const longestCode = 2500;
const mostExcerpts = 2;
const mostPaths = 5000;

/** What runtimes, compilers and linters begin their errors with. */
const errorForms =
  /\b[A-Z]\w*(?:Error|Exception):|^(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\s*$|^Traceback \(most recent|^panic(?:ked at|: )|\bpanicked at\b|^\s*error(?:\[\w+\])?: |\berror (?:TS|CS)\d+: |\b[Ss]egmentation fault\b|^npm ERR!/m;

/** True for a text that a program wrote because something went wrong. */
export function isErrorText(text: string): boolean {
  return errorForms.test(text);
}

/**
 * Explains what a program or a tool reported, with the code that it points at (or that `places` name). An explanation that
 * names nothing of it is not shown.
 */
export async function explainError(
  run: Run,
  { error, note, places }: { error: string; note: string; places: readonly Place[] },
): Promise<ProgramResult> {
  requireJob(run.ports.model, 'explain-error');
  const shown = shortenFailure(error, longestError) || error.slice(0, longestError);
  const code = places.length > 0 ? await mentioned(run, places) : await pointedAt(run, error);
  const excerpts = code.filter(({ text }) => text.length <= longestCode).slice(0, mostExcerpts);
  const result = await runMicroAgent(explainErrorAgent, { error: shown, excerpts, note }, askIn(run));
  if (!result.ok) {
    const where =
      code.length === 0 ? '' : ` The error points at ${code.map(({ title }) => title).join('; ')}.`;
    return ended(
      run,
      'failed',
      `The model gave no usable explanation: ${result.problems.join('; ')}.${where}`,
    );
  }
  run.emit({ type: 'text', delta: result.value });
  return { outcome: 'done', summary: '', messages: reportedSteps(run.task.text, result.value) };
}

async function mentioned(run: Run, places: readonly Place[]): Promise<PromptExcerpt[]> {
  const codes = await Promise.all(places.map((place) => codeAt(run, place, { whole: true, alone: true })));
  return codes.map((code) => ({ title: `${code.path}, ${nameOf(code)}`, text: code.text }));
}

async function pointedAt(run: Run, error: string): Promise<PromptExcerpt[]> {
  if (run.ports.workspace.roots.length === 0) return [];
  const { paths } = await run.ports.workspace.list('', { limit: mostPaths });
  const targets = await locateFailure(run, '', error, paths);
  return targets.slice(0, mostExcerpts).map((target) => ({
    title: `${target.file.path}, ${target.symbol.kind} ${qualifiedName(target.symbol)}`,
    text: symbolText(target).replaceAll('\r\n', '\n'),
  }));
}
