import type { ApprovalAnswer, Step } from '../protocol/agent';
import { plainOutput } from '../base/terminal-text';
import { isAbort, reportOf } from '../base/errors';
import { type PreparedTool, type ToolCall, prepareTool } from '../tools/prepare-tool';
import { createLiveOutput } from './live-output';
import type { Run } from './ports';

/** What came of a call: `forModel` goes into the conversation. */
export interface ToolStepResult {
  ok: boolean;
  refused: boolean;
  forModel: string;
  /** Exit code of a command, when it was one that ran to its end. */
  exitCode?: number | null;
  output?: string;
}

/**
 * One tool call from its preparation to its result: asked for where it changes something, kept in the checkpoint
 * before it writes, told as one row of the transcript. Bad input becomes an answer for the model, never an error.
 */
export async function toolStep(run: Run, call: ToolCall, rowId?: string): Promise<ToolStepResult> {
  run.signal.throwIfAborted();
  const id = rowId ?? run.step();
  const started = run.ports.clock.now();
  const prepared = await prepareTool(call, run.ports, run.signal);
  if (!prepared.ok) {
    const { tool, verb, object } = prepared.step;
    run.emit({
      type: 'step',
      step: { id, tool, verb, object, state: 'failed', result: prepared.report.happened, ms: elapsed() },
    });
    return { ok: false, refused: false, forModel: prepared.forModel };
  }

  const row: Step = { id, ...prepared.step, state: 'running' };
  const allowed = await permission(run, prepared, row);
  if (allowed.answer === 'no') {
    run.emit({ type: 'step', step: { ...row, state: 'refused', ms: elapsed(), ...detailOf(prepared) } });
    const note = allowed.note === undefined ? '' : ` The user says: ${allowed.note}`;
    return {
      ok: false,
      refused: true,
      forModel: `The user refused this ${prepared.step.tool}.${note} Do not try it again.`,
    };
  }
  if (allowed.by !== undefined) row.allowedBy = allowed.by;
  run.emit({ type: 'step', step: { ...row, ...detailOf(prepared) } });
  const live = createLiveOutput(run.ports.clock, (delta) => run.emit({ type: 'step-output', id, delta }));
  try {
    for (const write of prepared.writes) await run.checkpoint.note(write.path);
    const result = await prepared.execute(
      {
        commandTimeoutMs: run.task.commandTimeoutMs,
        onOutput: (text) => live.add(text),
        ...(allowed.hunks === undefined ? {} : { hunks: allowed.hunks }),
      },
      run.signal,
    );
    live.end();
    run.emit({
      type: 'step',
      step: {
        ...row,
        state: result.ok ? 'done' : 'failed',
        detail: result.detail,
        ms: elapsed(),
        ...(result.result === undefined ? {} : { result: result.result }),
      },
    });
    const command = result.detail.kind === 'command' ? result.detail : undefined;
    return {
      ok: result.ok,
      refused: false,
      forModel: result.forModel,
      ...(command ? { exitCode: command.exitCode, output: command.output } : {}),
    };
  } catch (error) {
    live.end();
    if (isAbort(error) || run.signal.aborted) {
      const stopped = detailOf(prepared, plainOutput(live.text));
      run.emit({
        type: 'step',
        step: { ...row, ...stopped, state: 'failed', result: 'stopped', ms: elapsed() },
      });
      throw error;
    }
    const report = reportOf(error);
    run.emit({ type: 'step', step: { ...row, state: 'failed', result: report.happened, ms: elapsed() } });
    return {
      ok: false,
      refused: false,
      forModel: `Failed: ${report.happened} ${report.next ?? ''}`.trimEnd(),
    };
  }

  function elapsed(): number {
    return run.ports.clock.now() - started;
  }
}

type Permission = { answer: 'yes'; by?: string; hunks?: number[] } | { answer: 'no'; note?: string };

/** Whether the call may run: by its nature, by a standing answer, or by the user's answer now. */
async function permission(run: Run, prepared: PreparedTool, row: Step): Promise<Permission> {
  const request = prepared.approval;
  if (!request) return { answer: 'yes' };
  const { standing } = run;
  if (request.kind === 'edit' && standing.edits) return { answer: 'yes', by: 'edits allowed in this chat' };
  if (request.kind === 'run') {
    if (standing.commands === 'all') return { answer: 'yes', by: 'commands allowed in this chat' };
    if (standing.commands.has(request.command ?? ''))
      return { answer: 'yes', by: 'allowed earlier in this task' };
  }
  run.emit({ type: 'step', step: { ...row, state: 'waiting', ...detailOf(prepared) } });
  const answer: ApprovalAnswer & { hunks?: number[] } = await run.ports.approve(
    { ...request, stepId: row.id },
    run.signal,
  );
  run.signal.throwIfAborted();
  if (answer.answer === 'no')
    return answer.note === undefined ? { answer: 'no' } : { answer: 'no', note: answer.note };
  if (request.kind === 'edit') standing.edits ||= answer.answer === 'session';
  else if (answer.answer === 'session') standing.commands = 'all';
  else if (standing.commands !== 'all') standing.commands.add(request.command ?? '');
  return { answer: 'yes', ...(answer.hunks === undefined ? {} : { hunks: answer.hunks }) };
}

/** What the row shows before there is a result. */
function detailOf(prepared: PreparedTool, output = ''): Pick<Step, 'detail'> {
  const { diff, command, cwd } = prepared.approval ?? {};
  if (diff) return { detail: { kind: 'diff', diff } };
  if (command === undefined) return {};
  const place = cwd === undefined ? {} : { cwd };
  return { detail: { kind: 'command', command, ...place, output, exitCode: null, timedOut: false } };
}
