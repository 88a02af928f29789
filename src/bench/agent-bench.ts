/**
 * `thimble bench agent`: tasks as a user would give them, each in a folder of its own, carried out by the agent with
 * every approval given, and judged by commands and patterns that the agent does not see.
 */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentPorts } from '../agent/ports';
import { runAgent } from '../agent/run-agent';
import type { AgentEvent, Outcome } from '../protocol/agent';
import { agentParts, type BenchTask, changedFiles } from './agent-tasks';
import { runShell } from './run-program';
import { type TokenFigures, tokenFigures } from './token-figures';

export interface AgentBenchOptions {
  write: (line: string) => void;
  /** Results of an earlier run: what stands there is not asked again. */
  known: readonly AgentResultLine[];
  /** Keeps a result, at once. */
  keep: (result: AgentResultLine) => Promise<void>;
  timeLimitSeconds: number;
}

/** What came of one task. Tokens are the engine's. */
export interface AgentResultLine extends TokenFigures {
  id: string;
  part: string;
  passed: boolean;
  /** Something that worked before no longer does, or a file was changed that is none of the task's business. */
  harmed: boolean;
  outcome: Outcome;
  summary: string;
  changed: string[];
  seconds: number;
  steps: number;
  /** Why edits were refused. */
  refusedEdits: string[];
  /** Every event of the run but the progress of reading. */
  transcript: AgentEvent[];
}

/** Carries the tasks out one after the other. `portsFor` gives the ports of an agent in a folder. */
export async function benchAgent(
  options: AgentBenchOptions,
  tasks: readonly { task: BenchTask<string>; files: Record<string, string> }[],
  portsFor: (cwd: string) => AgentPorts,
  signal: AbortSignal,
): Promise<AgentResultLine[]> {
  const results: AgentResultLine[] = [];
  for (const { task, files } of tasks) {
    if (signal.aborted) break;
    const known = options.known.find(({ id }) => id === task.id);
    if (known) {
      results.push(known);
      continue;
    }
    const result = await carryOut(task, files, options.timeLimitSeconds, portsFor, signal);
    // A task that was cut short says nothing.
    if (result.outcome === 'stopped') break;
    await options.keep(result);
    options.write(formatResult(result));
    results.push(result);
  }
  return results;
}

async function carryOut(
  task: BenchTask<string>,
  files: Record<string, string>,
  timeLimitSeconds: number,
  portsFor: (cwd: string) => AgentPorts,
  signal: AbortSignal,
): Promise<AgentResultLine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'thimble-agent-'));
  try {
    await prepare(folder, task, files);
    const transcript: AgentEvent[] = [];
    const started = performance.now();
    const { outcome, summary } = await runAgent(
      {
        text: task.task,
        attachments: [],
        history: [],
        seed: 1,
        maxSteps: 40,
        timeLimitMs: timeLimitSeconds * 1000,
        commandTimeoutMs: 20_000,
        platform: process.platform,
      },
      portsFor(folder),
      (event) => {
        if (event.type !== 'reading') transcript.push(event);
      },
      signal,
      { runId: `bench-${task.id}-${Date.now().toString(36)}`, standing: { edits: true, commands: true } },
    );
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const after = await readFiles(folder);
    const changed = changedFiles(files, after);
    const harmed = await isHarmed(task, folder, changed);
    const passed = !harmed && (await isPassed(task, folder, changed, answerOf(transcript, summary)));
    return {
      ...{ id: task.id, part: task.part, passed, harmed, outcome, summary, changed, seconds },
      ...figuresOf(transcript),
      transcript,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fills the folder of a task; one of a repository gets its commit first, and the changes staged. */
async function prepare(
  folder: string,
  { committed }: BenchTask<string>,
  files: Record<string, string>,
): Promise<void> {
  if (committed) {
    await writeFiles(folder, committed);
    const commit = 'git -c user.name=bench -c user.email=bench@localhost commit -q -m first';
    await runShell(`git init -q && git add -A && ${commit}`, folder);
  }
  await writeFiles(folder, files);
  if (committed) await runShell('git add -A', folder);
}

async function isPassed(
  task: BenchTask<string>,
  folder: string,
  changed: readonly string[],
  answer: string,
): Promise<boolean> {
  const { judge } = task;
  if ('unchanged' in judge) return changed.length === 0;
  if ('facts' in judge) {
    const has = (fact: string): boolean => new RegExp(fact, 'i').test(answer);
    return changed.length === 0 && judge.facts.every(has) && !(judge.never ?? []).some(has);
  }
  await writeFiles(folder, judge.files);
  return runShell(judge.command, folder);
}

async function isHarmed(
  task: BenchTask<string>,
  folder: string,
  changed: readonly string[],
): Promise<boolean> {
  if (task.harm === undefined) return changed.length > 0;
  const { files, command, only } = task.harm;
  if (only.length > 0 && changed.some((file) => !only.includes(file))) return true;
  // A check that failed before the task, such as the very test to be mended, cannot be harmed.
  if (command === '' || task.part === 'c') return false;
  await writeFiles(folder, files);
  return !(await runShell(command, folder));
}

function answerOf(transcript: readonly AgentEvent[], summary: string): string {
  const said = transcript.flatMap((event) => (event.type === 'text' ? [event.delta] : []));
  return `${said.join('')}\n${summary}`;
}

function figuresOf(
  transcript: readonly AgentEvent[],
): TokenFigures & Pick<AgentResultLine, 'steps' | 'refusedEdits'> {
  const steps = transcript.flatMap((event) => (event.type === 'step' ? [event.step] : []));
  return {
    steps: new Set(steps.map(({ id }) => id)).size,
    ...tokenFigures(transcript),
    refusedEdits: steps
      .filter(({ tool, state }) => tool === 'edit' && state === 'failed')
      .map(({ result }) => result ?? ''),
  };
}

function formatResult(result: AgentResultLine): string {
  const verdict = result.harmed ? 'HARMED' : result.passed ? 'passed' : 'failed';
  return `${result.id}  ${verdict}  ${result.seconds} s, ${result.writtenTokens} tokens written, ${result.steps} steps  ${result.summary.split('\n', 1)[0] ?? ''}`;
}

/** The figures of each part, one line each. */
export function formatAgentReport(
  results: readonly AgentResultLine[],
  parts: readonly string[] = agentParts,
): string {
  return parts
    .flatMap((part) => {
      const of = results.filter((result) => result.part === part);
      if (of.length === 0) return [];
      const count = (test: (result: AgentResultLine) => boolean): number => of.filter(test).length;
      const total = (value: (result: AgentResultLine) => number): number =>
        Math.round(of.reduce((sum, result) => sum + value(result), 0));
      const times = of.map(({ seconds }) => seconds).sort((a, b) => a - b);
      return [
        `(${part}) passed ${count(({ passed }) => passed)} of ${of.length}, harmed ${count(({ harmed }) => harmed)}; ` +
          `${total(({ seconds }) => seconds)} s (median ${times[Math.floor(times.length / 2)] ?? 0} s), ` +
          `${total(({ promptTokens }) => promptTokens)} prompt tokens of which ${total(({ cachedTokens }) => cachedTokens)} cached, ` +
          `${total(({ evaluatedTokens }) => evaluatedTokens)} evaluated and ` +
          `${total(({ evaluatedAgainTokens }) => evaluatedAgainTokens)} of them again, ` +
          `${total(({ writtenTokens }) => writtenTokens)} written, ${total(({ steps }) => steps)} steps, ` +
          `${total(({ refusedEdits }) => refusedEdits.length)} edits refused`,
      ];
    })
    .join('\n');
}

async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function readFiles(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Record<string, string> = {};
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    files[path.relative(folder, file).replaceAll(path.sep, '/')] = await readFile(file, 'utf8');
  }
  return files;
}
