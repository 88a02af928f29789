import type { Step } from '../protocol/agent';
import { plainOutput } from '../base/terminal-text';
import { type ErrorReport, isAbort, reportOf } from '../base/errors';
import { type PreparedTool, type ToolCall, prepareTool } from '../tools/prepare-tool';
import { createLiveOutput } from './live-output';
import { permission } from './permission';
import type { Run } from './ports';

/** What came of a call: `forModel` goes into the conversation. */
export interface ToolStepResult {
  ok: boolean;
  refused: boolean;
  forModel: string;
  /** Exit code of a command, when it was one that ran to its end. */
  exitCode?: number | null;
  output?: string;
  /** Of a change of several files, those that were written. */
  changed?: string[];
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
  if (prepared.ok) return preparedStep(run, prepared, id, started);
  const { tool, verb, object } = prepared.step;
  const ms = run.ports.clock.now() - started;
  const result = prepared.report.happened;
  run.emit({ type: 'step', step: { id, tool, verb, object, state: 'failed', result, ms } });
  return { ok: false, refused: false, forModel: prepared.forModel };
}

/** The same for what is prepared already; `started` is when that began, in the clock's milliseconds. */
export async function preparedStep(
  run: Run,
  prepared: PreparedTool,
  id: string,
  started: number,
): Promise<ToolStepResult> {
  const row: Step = { id, ...prepared.step, state: 'running' };
  const waiting = (why: string | undefined): void => {
    const asks = why === undefined ? {} : { result: `Asks: ${why}` };
    run.emit({ type: 'step', step: { ...row, state: 'waiting', ...asks, ...detailOf(prepared) } });
  };
  const allowed = await permission(run, prepared.approval, id, waiting);
  if (allowed.answer === 'no') {
    const why = allowed.by === undefined ? {} : { result: allowed.by };
    run.emit({
      type: 'step',
      step: { ...row, state: 'refused', ms: elapsed(), ...why, ...detailOf(prepared) },
    });
    const who = allowed.by === undefined ? 'The user refused' : 'The user’s settings forbid';
    const note = allowed.note === undefined ? '' : ` The user says: ${allowed.note}`;
    return {
      ok: false,
      refused: true,
      forModel: `${who} this ${prepared.step.tool}.${note} Do not try it again.`,
    };
  }
  if (allowed.by !== undefined) row.allowedBy = allowed.by;
  run.emit({ type: 'step', step: { ...row, ...detailOf(prepared) } });
  const live = createLiveOutput(run.ports.clock, (delta) => run.emit({ type: 'step-output', id, delta }));
  try {
    const { hunks, files } = allowed;
    for (const { path } of prepared.writes)
      if (files?.includes(path) ?? true) await run.checkpoint.note(path, id);
    const mayChange = prepared.approval?.kind === 'run' && !allowed.readsOnly;
    const result = await watched(run, mayChange ? id : undefined, () =>
      prepared.execute(
        {
          commandTimeoutMs: run.task.commandTimeoutMs,
          onOutput: (text) => live.add(text),
          ...(hunks ? { hunks } : {}),
          ...(files ? { files } : {}),
        },
        run.signal,
      ),
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
    const { detail } = result;
    const command = detail.kind === 'command' ? detail : undefined;
    return {
      ok: result.ok,
      refused: false,
      forModel: result.forModel,
      ...(command ? { exitCode: command.exitCode, output: command.output } : {}),
      ...(detail.kind === 'diffs' ? { changed: detail.diffs.map(({ path }) => path) } : {}),
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

/**
 * Runs a command with what it changes kept in the checkpoint, also when it is stopped on the way. Where nothing can be
 * kept (a full disk), it does not run. Without a step's name nothing is kept.
 */
export async function watched<T>(
  run: Run,
  stepId: string | undefined,
  execute: () => Promise<T>,
): Promise<T> {
  if (stepId === undefined) return execute();
  const settle = await run.checkpoint.watch(stepId);
  try {
    return await execute();
  } finally {
    const tell = (report: ErrorReport): void => run.emit({ type: 'notice', level: 'warning', report });
    await settle().then(
      ({ lost }) => {
        if (lost.length > 0) tell(notKept(lost));
      },
      // What was kept before the command is still there: restoring compares it again.
      (error: unknown) => tell(reportOf(error)),
    );
  }
}

function notKept(paths: readonly string[]): ErrorReport {
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return {
    code: 'not-kept',
    happened: `The command changed ${paths.slice(0, 5).join(', ')}${more}, of which no copy could be kept: too large, or too many files.`,
    kept: 'All other changes can be put back.',
  };
}

/** What the row shows before there is a result. */
function detailOf(prepared: PreparedTool, output = ''): Pick<Step, 'detail'> {
  const { diff, diffs, command, cwd } = prepared.approval ?? {};
  if (diff) return { detail: { kind: 'diff', diff } };
  if (diffs) return { detail: { kind: 'diffs', diffs } };
  if (command === undefined) return {};
  const place = cwd === undefined ? {} : { cwd };
  return { detail: { kind: 'command', command, ...place, output, exitCode: null, timedOut: false } };
}
