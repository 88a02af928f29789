import type { ApprovalAnswer, Taken } from '../protocol/agent';
import type { Approval } from '../tools/tool-types';
import { type Asked, isGuarded, judge, readsOnly, type Verdict } from '../tools/approval-rules';
import type { Run } from './ports';

/** `by` names the rule or the standing answer that decided; left out when the user did. */
export type Permission =
  | ({ answer: 'yes'; by?: string; readsOnly?: boolean } & Taken)
  | { answer: 'no'; by?: string; note?: string };

/**
 * Whether a call may be carried out: the user's rules first, then what stands for this task or chat, then the list of
 * commands that only read, then the user's answer now. `waiting` is called when the user is asked.
 */
export async function permission(
  run: Run,
  request: Approval | undefined,
  stepId: string,
  waiting: (why: string | undefined) => void,
): Promise<Permission> {
  if (!request) return { answer: 'yes' };
  const judged = askedOf(run, request).map((asked) => ({
    asked,
    verdict: judge(asked, run.ports.policy?.rules() ?? []),
  }));
  const denied = judged.find(({ verdict }) => verdict?.answer === 'deny');
  if (denied) return { answer: 'no', by: `Denied: ${denied.verdict?.by ?? ''}` };
  // A change of several files passes where each of them does.
  const reasons = judged.map(({ asked, verdict }) => allowedBy(run, asked, verdict));
  const [by] = reasons;
  if (by !== undefined && !reasons.includes(undefined)) return { answer: 'yes', by };
  const [first] = judged;
  if (first && judged.length === 1 && first.verdict === undefined) {
    const reads = await readsInside(run, first.asked);
    if (reads !== undefined) return { answer: 'yes', by: reads, readsOnly: true };
  }
  const mustAsk = judged
    .map(({ asked, verdict }) => (verdict?.answer === 'ask' ? verdict.by : reasonToAsk(asked)))
    .find((reason) => reason !== undefined);
  waiting(mustAsk);
  const answer: ApprovalAnswer & Taken = await run.ports.approve(
    { ...request, stepId, ...(mustAsk === undefined ? {} : { mustAsk }) },
    run.signal,
  );
  run.signal.throwIfAborted();
  if (answer.answer === 'no')
    return answer.note === undefined ? { answer: 'no' } : { answer: 'no', note: answer.note };
  for (const { asked } of judged) remember(run, asked, answer.answer === 'session');
  const { hunks, files } = answer;
  return { answer: 'yes', ...(hunks ? { hunks } : {}), ...(files ? { files } : {}) };
}

/**
 * True if an edit of a file or a command may be carried out now without asking: a standing answer or a rule allows it,
 * and none forbids it.
 */
export function isAllowedNow(run: Run, what: { path: string } | { command: string }): boolean {
  const shell = run.ports.policy?.shell ?? 'posix';
  const asked: Asked =
    'path' in what
      ? { kind: 'edit', path: withoutDots(what.path) }
      : { kind: 'run', command: what.command, shell };
  const verdict = judge(asked, run.ports.policy?.rules() ?? []);
  return verdict?.answer !== 'deny' && allowedBy(run, asked, verdict) !== undefined;
}

/**
 * True if the program may run a command of its own making, in POSIX form, to learn something: where the user lets all
 * commands run, and no rule forbids this one or has it asked about.
 */
export function mayProbe(run: Run, command: string): boolean {
  return run.standing.commands === 'all' && run.task.platform !== 'win32' && isAllowedNow(run, { command });
}

/** The standing answer or the rule that allows a call; undefined where the user is to be asked. */
function allowedBy(run: Run, asked: Asked, verdict: Verdict): string | undefined {
  const standing = standingAnswer(run, asked);
  // A rule that asks is answered by a yes to this very command, not by one to commands as such.
  const holds = standing !== undefined && (verdict?.answer !== 'ask' || standing.exact);
  if (holds) return standing.by;
  return verdict?.answer === 'allow' ? verdict.by : undefined;
}

/** What is asked about: one command, or each file of a change. */
function askedOf(run: Run, request: Approval): Asked[] {
  if (request.kind === 'run')
    return [{ kind: 'run', command: request.command ?? '', shell: run.ports.policy?.shell ?? 'posix' }];
  const diffs = request.diffs ?? (request.diff ? [request.diff] : []);
  return diffs.map(({ path }) => ({ kind: 'edit', path: withoutDots(path) }));
}

/** A path as it is written to: a model may write `docs/../.vscode/tasks.json`. */
function withoutDots(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function reasonToAsk(asked: Asked): string | undefined {
  return asked.kind === 'edit' && isGuarded(asked.path)
    ? 'this file decides what programs run or what Thimble may do'
    : undefined;
}

/** A yes that was given earlier; `exact` when it was to this very command. */
function standingAnswer({ standing }: Run, asked: Asked): { by: string; exact: boolean } | undefined {
  const { commands } = standing;
  if (asked.kind === 'edit') {
    // Where every command may run, a file that makes one run adds nothing.
    const covered = standing.edits && (commands === 'all' || !isGuarded(asked.path));
    return covered ? { by: 'edits allowed in this chat', exact: false } : undefined;
  }
  if (commands === 'all') return { by: 'commands allowed in this chat', exact: false };
  return commands.has(asked.command) ? { by: 'allowed earlier in this task', exact: true } : undefined;
}

/** The entry of the read-only list, when what the command opens lies in the workspace, links followed. */
async function readsInside(run: Run, asked: Asked): Promise<string | undefined> {
  const found = run.ports.policy ? readsOnly(asked) : undefined;
  if (!found) return undefined;
  try {
    const { workspace } = run.ports;
    const [root] = workspace.roots;
    const inRoot = workspace.roots.length > 1 && root ? `${root.name}/` : '';
    for (const path of found.paths) await workspace.exists(inRoot + path);
    return found.by;
  } catch {
    // Outside by a link, or a path that cannot be told: then the user is asked.
    return undefined;
  }
}

function remember({ standing }: Run, asked: Asked, isForChat: boolean): void {
  if (asked.kind === 'edit') standing.edits ||= isForChat;
  else if (isForChat) standing.commands = 'all';
  else if (standing.commands !== 'all') standing.commands.add(asked.command);
}
