/** Taking back what tasks of a chat have done to files. Pure but for the checkpoints that it is given. */
import { UserError } from '../base/errors';
import type { AgentEvent } from '../protocol/agent';
import type { Transcript } from '../protocol/transcript';
import type { Checkpoints } from '../session/checkpoints';

/** Where to go back to: before a task, or before one of its steps. */
export type RestoreTarget = { checkpointId: string } | { stepId: string };

interface Plan {
  /** The task itself and, before it, those that came later: newest first. */
  checkpoints: string[];
  /** The steps of the last of them that are taken back; left out, all. */
  from?: string[];
}

/** What has to be taken back, and in which order; undefined when the chat knows of no such task. */
export function restorePlan(transcript: Transcript, target: RestoreTarget): Plan | undefined {
  const { items } = transcript;
  const known = items.filter((item) => item.kind === 'checkpoint').map(({ id }) => id);
  let wanted = 'checkpointId' in target ? target.checkpointId : undefined;
  let from: string[] | undefined;
  if ('stepId' in target) {
    const at = items.findIndex((item) => item.kind === 'step' && item.step.id === target.stepId);
    wanted = items.slice(0, Math.max(at, 0)).findLast((item) => item.kind === 'user')?.id;
    // A step that changed nothing has left no trace in the checkpoint: the next one that did is meant.
    from = items.slice(Math.max(at, 0)).flatMap((item) => (item.kind === 'step' ? [item.step.id] : []));
  }
  if (wanted === undefined) return undefined;
  const start = known.indexOf(wanted);
  // A task of which the chat shows no checkpoint may have one all the same; nothing later is touched for it.
  const checkpoints = start < 0 ? [wanted] : known.slice(start).reverse();
  return { checkpoints, ...(from ? { from } : {}) };
}

/**
 * Carries a plan out and tells it. The files as they are before it become a checkpoint of their own, so that the user's
 * later changes are not lost and this can be taken back as well. Rejects with the checkpoints' `UserError`.
 */
export async function restoreFiles(
  plan: Plan,
  checkpoints: Checkpoints,
  newId: string,
  emit: (event: AgentEvent) => void,
): Promise<void> {
  const into = checkpoints.begin(newId);
  const files = new Set<string>();
  try {
    for (const [index, id] of plan.checkpoints.entries()) {
      const isLast = index === plan.checkpoints.length - 1;
      const from = isLast && plan.from !== undefined ? { from: plan.from } : {};
      const restored = await checkpoints.restore(id, { into, ...from }).catch((error: unknown) => {
        // A later task that was cut off before it changed anything has none, and stands in nobody's way.
        if (!isLast && error instanceof UserError && error.code === 'checkpoint-missing') return [];
        throw error;
      });
      for (const file of restored) files.add(file);
    }
  } finally {
    // Also when a later one fails: what was put back until then can be taken back.
    const kept = into.files();
    if (kept.length > 0) emit({ type: 'checkpoint', id: newId, label: 'Restore', files: kept });
  }
  const happened =
    files.size > 0
      ? `Put back as before: ${[...files].join(', ')}.`
      : 'Nothing had been changed from there on.';
  emit({
    type: 'notice',
    level: 'info',
    report: { code: 'restored', happened, kept: 'How the files were until now is kept as well.' },
  });
}
