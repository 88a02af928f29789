import { isAbort, reportOf } from '../base/errors';
import type { AgentEvent } from '../protocol/agent';

/** Tells how a run ended that did not come to its end. */
export function finishFailed(
  runId: string,
  error: unknown,
  signal: AbortSignal,
  emit: (event: AgentEvent) => void,
): void {
  const stopped = isAbort(error) || signal.aborted;
  const report = reportOf(error);
  if (!stopped) emit({ type: 'notice', level: 'error', report });
  const summary = stopped ? 'Stopped. Nothing was changed.' : `${report.happened} Nothing was changed.`;
  emit({ type: 'run-finished', runId, outcome: stopped ? 'stopped' : 'failed', summary, ms: 0 });
}
