import { fitExcerpts } from './fit-excerpts';
import { type Place, resolveMentions } from './mentions';
import type { Run } from './ports';

/** The part of the context that may be filled with what goes along; the rest is for the conversation and the answer. */
const shareOfContext = 0.5;

export interface RunInContext {
  run: Run;
  /** The message without its mentions. */
  rest: string;
  /** The files, symbols and selections that were mentioned. */
  places: Place[];
}

/**
 * The run with what its message mentions and carries, cut to what the model's context has room for; what is missing
 * or cut is told.
 */
export async function withContext(run: Run): Promise<RunInContext> {
  const { task, ports } = run;
  const { request, rest, sources, places, missing } = await resolveMentions(run);
  for (const report of missing) run.emit({ type: 'notice', level: 'warning', report });
  const all = [...task.attachments, ...sources];
  if (all.length === 0) return { run: { ...run, task: { ...task, text: request } }, rest, places };
  const budget = Math.floor(ports.model.contextSize('chat') * shareOfContext);
  const { excerpts, cuts } = await fitExcerpts(all, budget, ports.model);
  for (const report of cuts) run.emit({ type: 'notice', level: 'info', report });
  return { run: { ...run, task: { ...task, text: request, attachments: excerpts } }, rest, places };
}
