import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ChatMessage } from '../protocol/chat';
import { applyEvent, emptyTranscript, lastCommandOf } from '../protocol/transcript';
import { UserError } from '../base/errors';
import { type Standing, runAgent } from '../agent/run-agent';
import type { AgentResult, LargerModel } from '../agent/ports';
import { isRemoteSpec } from '../model/remote/address';
import type { ApprovalRule } from '../tools/approval-rules';
import { type Prompter, type StandingYes, askApproval } from './ask';
import type { Core, ModelOptions } from './compose';
import type { Interrupts } from './interrupts';
import { exitCode } from './output-port';
import { createTerminalView } from './terminal-view';

export interface RunOptions extends ModelOptions {
  cwd: string;
  yes: StandingYes;
  rules: readonly ApprovalRule[];
  /** A server that repairs go to which the model did not manage. */
  handOver?: string;
  json: boolean;
  maxSteps: number;
  timeLimitSeconds: number;
  commandTimeoutSeconds: number;
}

/** How a command talks: `people` text or JSON lines go to `write`; `prompter` is missing where nobody can answer. */
export interface RunSurface {
  write(text: string): void;
  colours: boolean;
  prompter: Prompter | undefined;
}

const exitCodes = { done: exitCode.done, failed: exitCode.failed, stopped: exitCode.failed };

/** `thimble run`: one task, then the exit code of its outcome. */
export async function runCommand(
  core: Core,
  task: string,
  options: RunOptions,
  surface: RunSurface,
  signal: AbortSignal,
): Promise<number> {
  const session = await openSession(core, options, surface, signal);
  const result = await session.turn(task, signal);
  if (signal.aborted) return exitCode.interrupted;
  return session.refused() && result.outcome !== 'done' ? exitCode.refused : exitCodes[result.outcome];
}

const chatHelp =
  'Write what to do. A line that ends with \\ goes on; Ctrl-C stops a task; /exit or Ctrl-D ends the chat.';

/** `thimble chat`: tasks until the end of the input. */
export async function chatCommand(
  core: Core,
  options: RunOptions,
  surface: RunSurface,
  interrupts: Interrupts,
): Promise<number> {
  const { signal } = interrupts;
  const session = await openSession(core, options, surface, signal);
  if (surface.prompter?.interactive) surface.write(`${session.modelName}. ${chatHelp}\n`);
  for (;;) {
    const text = await surface.prompter?.message('\n> ', signal);
    if (text === undefined || /^\/?(exit|quit)$/.test(text.trim()))
      return signal.aborted ? exitCode.interrupted : exitCode.done;
    if (text.trim() !== '') await interrupts.during((turn) => session.turn(text, turn));
  }
}

/** The server of `--hand-over`; the address is checked before anything begins. */
function largerOf(
  core: Core,
  { handOver }: Pick<RunOptions, 'handOver'>,
  cwd: string,
  prompter: Prompter | undefined,
): LargerModel | undefined {
  if (handOver === undefined) return undefined;
  if (!isRemoteSpec(handOver)) {
    throw new UserError('usage', `--hand-over does not take “${handOver}”.`, {
      next: 'Write remote: or remote:URL/MODEL.',
    });
  }
  const askLine = prompter ? { askLine: prompter.line.bind(prompter) } : {};
  return {
    name: handOver.replace(/^remote:/, '') || 'the remote server',
    afterFailedRepair: true,
    model: (signal) =>
      core.loadModel({ model: handOver, cwd, ...askLine }, { chat: true, completion: false }, signal),
  };
}

interface Session {
  modelName: string;
  turn(text: string, signal: AbortSignal): Promise<AgentResult>;
  /** Something was refused, by the user or because nobody could be asked. */
  refused(): boolean;
}

async function openSession(
  core: Core,
  options: RunOptions,
  surface: RunSurface,
  signal: AbortSignal,
): Promise<Session> {
  const cwd = path.resolve(options.cwd);
  if (!existsSync(cwd)) {
    throw new UserError('folder-missing', `There is no folder ${cwd}.`, {
      next: 'Name an existing folder with --cwd.',
    });
  }
  const { prompter } = surface;
  // The index is made while the model loads.
  core
    .indexed(cwd)
    .request('indexStatus', null)
    .catch(() => undefined);
  const model = await core.loadModel(
    { ...options, cwd, ...(prompter ? { askLine: prompter.line.bind(prompter) } : {}) },
    { chat: true, completion: false },
    signal,
  );
  const view = createTerminalView((text) => surface.write(text), surface.colours);
  let refused = false;
  const ports = core.agentPorts(model, cwd, async (request, approvalSignal) => {
    if (!options.json) view.approval(request);
    const answer = !surface.prompter
      ? { answer: 'no' as const, note: 'Nobody can be asked here.' }
      : await askApproval(request, surface.prompter, approvalSignal);
    refused ||= answer.answer === 'no';
    return answer;
  });
  const policy = ports.policy && { policy: { ...ports.policy, rules: () => options.rules } };
  const larger = largerOf(core, options, cwd, prompter);
  const standing: Standing = { edits: options.yes.edit, commands: options.yes.run };
  let history: ChatMessage[] = [];
  let transcript = emptyTranscript;
  let runs = 0;
  return {
    modelName: model.name,
    refused: () => refused,
    turn: async (text, turnSignal) => {
      // Whatever the user did meanwhile.
      if (runs > 0) core.indexed(cwd).changed(['']);
      const result = await runAgent(
        {
          text,
          attachments: [],
          history,
          maxSteps: options.maxSteps,
          timeLimitMs: options.timeLimitSeconds * 1000,
          commandTimeoutMs: options.commandTimeoutSeconds * 1000,
          platform: process.platform,
          ...(options.seed === undefined ? {} : { seed: options.seed }),
          ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
        },
        { ...ports, ...policy, larger, editor: { terminal: () => lastCommandOf(transcript) } },
        (event) => {
          transcript = applyEvent(transcript, event);
          if (!options.json) view.event(event);
          // A prompt repeats what the other lines tell, at many times their size.
          else if (event.type !== 'prompt') surface.write(`${JSON.stringify(event)}\n`);
        },
        turnSignal,
        { runId: `run-${Date.now().toString(36)}-${runs++}`, standing, at: Date.now() },
      );
      history = result.messages;
      return result;
    },
  };
}
