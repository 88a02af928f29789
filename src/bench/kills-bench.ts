/**
 * `thimble bench kills`: the engine is killed at random moments while the panel's own conversation works with it. What
 * counts is what was lost, and how soon the engine is there again.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngineSupervisor, type EngineSupervisor, type ModelSpec } from '../model/engine-supervisor';
import { systemClock } from '../node/clock';
import { createCommandRunner } from '../node/command-runner';
import { createFileStore } from '../node/file-store';
import { createNodeWorkspace } from '../node/workspace';
import type { AgentEvent } from '../protocol/agent';
import { createChatStore, type ChatStore } from '../session/chat-store';
import { createCheckpoints } from '../session/checkpoints';
import type { SyntaxService } from '../syntax/syntax-service';
import { type ChatController, createChatController } from '../vscode/chat-controller';
import { median, percentile } from './engine-figures';

/** How the engine is ended; SIGSTOP halts it, so that nothing but its silence tells. */
const ways = ['SIGKILL', 'SIGABRT', 'SIGSEGV', 'SIGSTOP'] as const;
export type KillWay = (typeof ways)[number];

/** One kill and what came of the message that was under way. */
export interface KillResult {
  kill: number;
  way: KillWay;
  /** What the engine was doing: the supervisor's state. */
  state: string;
  /** From the kill until the model was loaded again, in milliseconds. */
  readyMs: number;
  /** What is wrong with the message or its edit; undefined when all is there. */
  lost?: string;
  /** For a slow one: what supervisor and engine said since the kill, with the process's clock in milliseconds. */
  log?: string[];
}

export interface KillsBenchOptions {
  enginePath: string;
  spec: ModelSpec;
  syntax: SyntaxService;
  /** Kills in this run; `from` is the number of the first, which decides the moments. */
  count: number;
  from: number;
  /** What every answer must be, where the model is a machine that says one thing. */
  expected?: string;
  report(result: KillResult): Promise<void> | void;
}

/** A message that makes the model write: an answer, or a file. */
const messagesPerChat = 20;

/** A recovery that is looked into. */
const slowMs = 5000;

/** Kills once per message. Rejects with a `UserError` when the model does not load at all. */
export async function benchKills(
  options: KillsBenchOptions,
  signal: AbortSignal,
): Promise<{ results: KillResult[]; hostDelayMs: number }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-kills-'));
  const said: { at: number; line: string }[] = [];
  const supervisor = createEngineSupervisor({
    enginePath: options.enginePath,
    log: (line) => said.push({ at: performance.now(), line }),
  });
  const states = supervisor.onState((state) => said.push({ at: performance.now(), line: `state ${state}` }));
  const delays = monitorEventLoopDelay({ resolution: 5 });
  try {
    await supervisor.load(options.spec, undefined, signal);
    const session = openSession(folder, supervisor, options);
    const usualMs = await usualTime(session);
    const results: KillResult[] = [];
    delays.enable();
    for (let kill = options.from; kill < options.from + options.count && !signal.aborted; kill++) {
      said.length = 0;
      const result = await killOnce(session, supervisor, kill, usualMs);
      if (result.readyMs > slowMs) result.log = said.map(({ at, line }) => `${Math.round(at)} ${line}`);
      results.push(result);
      await options.report(result);
    }
    session.controller.dispose();
    return { results, hostDelayMs: delays.max / 1e6 };
  } finally {
    delays.disable();
    states.dispose();
    supervisor.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Session {
  controller: ChatController;
  chats: ChatStore;
  folder: string;
  expected: string | undefined;
}

function openSession(folder: string, supervisor: EngineSupervisor, options: KillsBenchOptions): Session {
  const work = path.join(folder, 'work');
  const workspace = createNodeWorkspace({ folders: [folder], trusted: true });
  const chats = createChatStore(createFileStore(path.join(folder, '.sessions')));
  let last: string | undefined;
  const controller = createChatController({
    chats,
    lastChat: { get: () => last, set: (id) => (last = id) },
    agent: {
      workspace,
      commands: createCommandRunner({ folders: [folder], trusted: true }),
      syntax: options.syntax,
      clock: systemClock,
      checkpoints: createCheckpoints(createFileStore(path.join(folder, '.sessions')), workspace),
    },
    model: () => supervisor.load(options.spec),
    limits: () => ({ maxSteps: 30, timeLimitMs: 120_000, commandTimeoutMs: 30_000 }),
    approvals: () => 'allow-edits',
    attach: () => Promise.resolve(undefined),
    complete: () => Promise.resolve([]),
    surroundings: () => ({
      model: { name: options.spec.name, label: options.spec.name, state: 'ready' },
      models: [],
      trusted: true,
      hasWorkspace: true,
      suggestions: [],
    }),
    post: () => undefined,
    wallTime: () => Date.now(),
    platform: process.platform,
  });
  return { controller, chats, folder: work, expected: options.expected };
}

/** Milliseconds that an answer takes when nobody disturbs it. */
async function usualTime({ controller }: Session): Promise<number> {
  const started = performance.now();
  for (const text of ['Thanks, nice', 'Write the file work/first.txt']) {
    controller.send(text);
    await controller.idle();
  }
  return (performance.now() - started) / 2;
}

async function killOnce(
  session: Session,
  supervisor: EngineSupervisor,
  kill: number,
  usualMs: number,
): Promise<KillResult> {
  const { controller } = session;
  const way = ways[kill % ways.length] ?? 'SIGKILL';
  if (kill % messagesPerChat === 0) await controller.handle({ type: 'new-chat' });
  const file = Math.floor(kill / ways.length) % 2 === 0 ? `n${kill}.txt` : undefined;
  const text = file === undefined ? `Thanks, nice, number ${kill}` : `Write the file work/${file}`;
  controller.send(text);
  // Golden-ratio steps spread the moments evenly over the time of a message, and a little beyond its end.
  await sleep(((kill * 0.618034) % 1) * usualMs * 1.1);
  const { pid, state } = supervisor;
  const started = performance.now();
  const again = readyAgain(supervisor, pid);
  if (pid !== undefined) process.kill(pid, way);
  const readyMs = (await again) - started;
  await controller.idle();
  const lost = await whatIsLost(session, text, file);
  return { kill, way, state, readyMs, ...(lost === undefined ? {} : { lost }) };
}

/** When another process than `pid` has the model loaded. */
function readyAgain(supervisor: EngineSupervisor, pid: number | undefined): Promise<number> {
  return new Promise((resolve) => {
    const subscription = supervisor.onState((state) => {
      if ((state !== 'ready' && state !== 'busy') || supervisor.pid === pid) return;
      subscription.dispose();
      resolve(performance.now());
    });
  });
}

/** Reads from the disk what became of a message, as a window that opens now would. */
async function whatIsLost(
  { controller, chats, folder, expected }: Session,
  text: string,
  file: string | undefined,
): Promise<string | undefined> {
  const chat = await chats.load(controller.state().chatId);
  const start = chat?.events.findLastIndex((event) => event.type === 'run-started') ?? -1;
  const events = chat?.events.slice(start) ?? [];
  const [first] = events;
  if (first?.type !== 'run-started' || first.text !== text) return 'the message';
  const end = events.at(-1);
  if (end?.type !== 'run-finished') return 'the end of the task';
  const failure = events.find(isEngineFailure);
  if (failure) return `the answer: ${failure.report.happened}`;
  if (file === undefined) {
    const answer = events.map((event) => (event.type === 'text' ? event.delta : '')).join('');
    return expected === undefined || answer === expected
      ? undefined
      : `part of the answer: ${answer.slice(0, 80)}`;
  }
  if (end.outcome !== 'done') return expected === undefined ? undefined : `the edit: ${end.summary}`;
  const written = await readFile(path.join(folder, file), 'utf8').catch(() => undefined);
  if (written === undefined) return 'the edit: no file';
  const wanted = expected === undefined ? written : `${expected.split('\n```')[0]?.trimEnd() ?? ''}\n`;
  return written === wanted ? undefined : `part of the edit: ${written.slice(0, 80)}`;
}

type NoticeEvent = Extract<AgentEvent, { type: 'notice' }>;

function isEngineFailure(event: AgentEvent): event is NoticeEvent {
  return event.type === 'notice' && event.report.code.startsWith('engine-');
}

/** The table: what was lost, and the times until the engine was there again. */
export function formatKills(results: readonly KillResult[]): string {
  const rows = [...ways, undefined].flatMap((way) => {
    const own = results.filter((result) => way === undefined || result.way === way);
    if (own.length === 0) return [];
    const times = own.map(({ readyMs }) => readyMs);
    const lost = own.filter((result) => result.lost !== undefined).length;
    const cell = (ms: number): string => `${Math.round(ms)} ms`.padStart(9);
    return [
      `${(way ?? 'all').padEnd(8)} ${String(own.length).padStart(5)} ${String(lost).padStart(5)} ${cell(median(times))} ${cell(percentile(times, 0.95))} ${cell(Math.max(...times))}`,
    ];
  });
  const lost = results.flatMap(({ kill, way, lost: what }) =>
    what === undefined ? [] : [`kill ${kill} (${way}) lost ${what}`],
  );
  return [`signal   kills  lost    median       95 %   longest`, ...rows, ...lost].join('\n');
}
