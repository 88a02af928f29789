import type { AgentPorts } from '../agent/ports';
import type { Standing } from '../agent/run-agent';
import type { PanelMessage, PanelState } from '../protocol/panel';

export type ApprovalMode = PanelState['approvals'];
type Answer = Awaited<ReturnType<AgentPorts['approve']>>;

/** Questions that wait for the user's answer, and what the user has allowed for the whole chat. */
export interface Approvals {
  readonly mode: ApprovalMode;
  setMode(mode: ApprovalMode): void;
  /** For the agent, which writes back what was allowed while it ran. */
  standing(): Standing;
  take(standing: Standing): void;
  approve: AgentPorts['approve'];
  /** False when no such question waits (any more). */
  answer(message: Extract<PanelMessage, { type: 'approve' }>): boolean;
}

export function createApprovals(initial: ApprovalMode, changed: () => void): Approvals {
  const pending = new Map<
    string,
    { kind: 'edit' | 'run'; mustAsk: boolean; resolve: (answer: Answer) => void }
  >();
  let standing = standingOf(initial);

  const take = (next: Standing): void => {
    const before = modeOf(standing);
    standing = { ...next };
    if (modeOf(standing) !== before) changed();
  };

  return {
    get mode() {
      return modeOf(standing);
    },
    setMode: (mode) => {
      standing = standingOf(mode);
      // A question that the new mode answers need not be asked any longer.
      for (const question of pending.values()) {
        if (!question.mustAsk && allows(standing, question.kind)) question.resolve({ answer: 'once' });
      }
      changed();
    },
    standing: () => ({ ...standing }),
    take,
    approve: (request, signal) =>
      new Promise((resolve) => {
        const finish = (answer: Answer): void => {
          pending.delete(request.stepId);
          signal.removeEventListener('abort', refuse);
          resolve(answer);
        };
        const refuse = (): void => finish({ answer: 'no' });
        const mustAsk = request.mustAsk !== undefined;
        if (signal.aborted) refuse();
        else if (!mustAsk && allows(standing, request.kind)) finish({ answer: 'once' });
        else {
          pending.set(request.stepId, { kind: request.kind, mustAsk, resolve: finish });
          signal.addEventListener('abort', refuse, { once: true });
        }
      }),
    answer: ({ stepId, answer, note, hunks, files }) => {
      const question = pending.get(stepId);
      if (!question) return false;
      if (answer === 'session') {
        take({
          edits: standing.edits || question.kind === 'edit',
          commands: standing.commands || question.kind === 'run',
        });
      }
      if (answer === 'no') question.resolve(note === undefined ? { answer } : { answer, note });
      else question.resolve({ answer, ...(hunks ? { hunks } : {}), ...(files ? { files } : {}) });
      return true;
    },
  };
}

function standingOf(mode: ApprovalMode): Standing {
  return { edits: mode !== 'ask', commands: mode === 'allow-all' };
}

function modeOf(standing: Standing): ApprovalMode {
  if (!standing.edits) return 'ask';
  return standing.commands ? 'allow-all' : 'allow-edits';
}

function allows(standing: Standing, kind: 'edit' | 'run'): boolean {
  return kind === 'edit' ? standing.edits : standing.commands;
}
