import type { AgentEvent } from '../protocol/agent';
import { isAbort, reportOf } from '../base/errors';
import { questionTools, toolDefinitions } from '../tools/definitions';
import { detectCommand } from './detect-command';
import { runSlashCommand } from './slash-commands';
import { withHandOver } from './hand-over';
import { loadInstructions } from './instructions';
import { commandIn, intentOf, pathsIn } from './intent';
import {
  type AgentPorts,
  type AgentResult,
  type AgentTask,
  type ProgramResult,
  type Run,
  StepLimit,
} from './ports';
import { answerFromIndex } from './programs/answer-from-index';
import { createFile, editNamedSymbol } from './programs/edit';
import { findImplementation, implement } from './programs/implement';
import { loadPinned } from './pinned';
import { rename } from './programs/rename';
import { repair } from './programs/repair';
import { ended } from './programs/report';
import { toolLoop } from './programs/tool-loop';
import { answerWithoutModel, isModelGone } from './without-model';
import { type RunInContext, withContext } from './with-context';

/** Paths that the rules look at; in a larger workspace the rest is found by searching. */
const maxPaths = 5000;

/** What a chat allows beyond one task. */
export interface Standing {
  edits: boolean;
  commands: boolean;
}

/**
 * Carries out one task and tells it as events. Never rejects: what goes wrong is an outcome, with what was done
 * until then. Everything written is in a checkpoint named after the run.
 */
export async function runAgent(
  task: AgentTask,
  ports: AgentPorts,
  emit: (event: AgentEvent) => void,
  signal: AbortSignal,
  options: { runId: string; standing?: Standing; at?: number } = { runId: 'run' },
): Promise<AgentResult> {
  const started = ports.clock.now();
  const run = createRun(task, ports, emit, signal, options, started);
  const { standing } = options;
  emit({
    type: 'run-started',
    runId: run.id,
    text: task.text,
    attachments: task.attachments.map((attachment) => attachment.label),
    at: options.at ?? 0,
  });
  const result = await guarded(run);
  if (standing) {
    standing.edits = run.standing.edits;
    standing.commands = run.standing.commands === 'all';
  }
  await run.checkpoint.close();
  const files = run.checkpoint.files();
  if (files.length > 0) emit({ type: 'checkpoint', id: run.checkpoint.id, label: task.text, files });
  emit({
    type: 'run-finished',
    runId: run.id,
    outcome: result.outcome,
    summary: result.summary,
    ...(result.evidence === undefined ? {} : { evidence: result.evidence }),
    ms: ports.clock.now() - started,
  });
  return {
    messages: [...task.history, ...result.messages],
    outcome: result.outcome,
    summary: result.summary,
  };
}

function createRun(
  task: AgentTask,
  ports: AgentPorts,
  emit: (event: AgentEvent) => void,
  signal: AbortSignal,
  options: { runId: string; standing?: Standing },
  started: number,
): Run {
  let steps = 0;
  let generations = 0;
  const baseSeed = task.seed ?? Math.floor(Math.random() * 2 ** 31);
  return {
    id: options.runId,
    task,
    ports,
    signal,
    emit,
    checkpoint: ports.checkpoints.begin(options.runId),
    standing: {
      edits: options.standing?.edits ?? false,
      commands: options.standing?.commands ? 'all' : new Set<string>(),
    },
    step: () => {
      signal.throwIfAborted();
      if (steps >= task.maxSteps) throw new StepLimit(`the limit of ${task.maxSteps} steps`);
      if (ports.clock.now() - started > task.timeLimitMs) {
        throw new StepLimit(`the time limit of ${Math.round(task.timeLimitMs / 1000)} seconds`);
      }
      steps++;
      return `${options.runId}-${steps}`;
    },
    nextSeed: () => (baseSeed + generations++ * 7919) % 2 ** 31,
  };
}

/** Runs the program and turns every way of failing into a result. */
async function guarded(run: Run): Promise<ProgramResult> {
  try {
    return await withHandOver(run, runProgram);
  } catch (error) {
    const changed = run.checkpoint.files();
    const kept = changed.length > 0 ? ` Changed so far: ${changed.join(', ')}.` : ' Nothing was changed.';
    if (isAbort(error) || run.signal.aborted) return ended(run, 'stopped', `Stopped.${kept}`);
    if (error instanceof StepLimit) return ended(run, 'failed', `Stopped at ${error.limit}.${kept}`);
    const report = reportOf(error);
    run.emit({ type: 'notice', level: 'error', report });
    const failed = ended(run, 'failed', `${report.happened}${kept}`);
    if (!isModelGone(report)) return failed;
    await answerWithoutModel(run);
    // A model that comes later shall not read that there was none.
    return changed.length > 0 ? failed : { ...failed, messages: [] };
  }
}

/** What a message mentions is fetched first; then its slash command or its intent decides which program runs. */
async function runProgram(asked: Run): Promise<ProgramResult> {
  const { workspace } = asked.ports;
  const inContext = await withContext(asked);
  const paths = workspace.roots.length > 0 ? (await workspace.list('', { limit: maxPaths })).paths : [];
  const instructions = await loadInstructions(inContext.run, filesInWork(inContext, paths), paths);
  const pinned = await loadPinned(asked);
  const run = { ...inContext.run, pinned, ...(instructions === undefined ? {} : { instructions }) };
  const command = await runSlashCommand({ ...inContext, run });
  if (command && 'result' in command) return command.result;
  return runIntent(command ? { ...run, task: { ...run.task, text: command.request } } : run, paths);
}

/** Files that a task is about, the surest first: mentioned, named in its words, open in the editor. */
function filesInWork({ run, places }: RunInContext, paths: readonly string[]): string[] {
  const named = pathsIn(run.task.text).filter((path) => paths.includes(path));
  const open = run.ports.editor?.selection?.()?.path;
  return [...places.map(({ file }) => file.path), ...named, ...(open === undefined ? [] : [open])];
}

/** The intent decides which program runs; a program that finds nothing to hold on to leaves the task to the loop. */
async function runIntent(run: Run, paths: readonly string[]): Promise<ProgramResult> {
  const { workspace } = run.ports;
  if (workspace.roots.length === 0) return toolLoop(run, [], []);
  const intent = intentOf(run.task.text, paths);
  const canEdit = run.ports.model.profile.abilities.edit && workspace.trusted;
  if (canEdit && (intent.kind === 'repair' || intent.kind === 'edit')) {
    const command = commandIn(run.task.text) ?? (await detectCommand(run, paths, pathsIn(run.task.text)));
    const task = command === undefined ? undefined : await findImplementation(run, command, paths);
    if (task) return implement(run, task, paths);
  }
  switch (intent.kind) {
    case 'small-talk':
      return toolLoop(run, [], paths);
    case 'repair': {
      const command = intent.command ?? (await detectCommand(run, paths, pathsIn(run.task.text)));
      const result = canEdit && command !== undefined ? await repair(run, command, paths) : undefined;
      return result ?? (await editNamedOrLoop(run, paths, canEdit));
    }
    case 'rename': {
      const command = (): Promise<string | undefined> => detectCommand(run, paths, pathsIn(run.task.text));
      const result = canEdit ? await rename(run, intent, command) : undefined;
      // A rewrite of the definition alone would leave its callers behind.
      if (result === 'unsafe') return toolLoop(run, toolDefinitions, paths);
      return result ?? editNamedOrLoop(run, paths, canEdit);
    }
    case 'edit':
      return editNamedOrLoop(run, paths, canEdit);
    case 'create':
      return createFile(run, intent.path);
    case 'question': {
      // Models that edit nothing do not find their way with tools either.
      const { edit } = run.ports.model.profile.abilities;
      return (edit ? undefined : await answerFromIndex(run, paths)) ?? toolLoop(run, questionTools, paths);
    }
    case 'command':
    case 'open':
      return toolLoop(run, toolDefinitions, paths);
  }
}

async function editNamedOrLoop(run: Run, paths: readonly string[], canEdit: boolean): Promise<ProgramResult> {
  const result = canEdit ? await editNamedSymbol(run, paths) : undefined;
  return result ?? toolLoop(run, canEdit ? toolDefinitions : questionTools, paths);
}
