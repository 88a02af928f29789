/** The conversation behind the panel. Knows nothing of VS Code, so that it is tested in plain Node as well. */
import type { AgentPorts, EditorContext } from '../agent/ports';
import { runAgent } from '../agent/run-agent';
import { isAbort, reportOf } from '../base/errors';
import type { Disposable } from '../base/lifecycle';
import { SerialQueue } from '../base/queue';
import type { LanguageModel } from '../model/language-model';
import { profiles } from '../model/profiles';
import { createAbsentModel } from '../model/relay-model';
import type { AgentEvent } from '../protocol/agent';
import type { ChatSummary, HostMessage, PanelMessage, PanelState, PromptView } from '../protocol/panel';
import { lastCommandOf } from '../protocol/transcript';
import { type ChatStore, newChat } from '../session/chat-store';
import { type ApprovalMode, type Approvals, createApprovals } from './approvals';
import { type ChatRecord, createChatRecord } from './chat-record';
import { createLastPrompt } from './last-prompt';
import { finishFailed } from './finish-failed';
import type { MentionCompletion } from './mention-completion';
import { type RestoreTarget, restoreFiles, restorePlan } from './restore';
import { createTaskQueue } from './task-queue';

/** Something that goes along with a message: `label` for the person, `text` for the model. */
export interface Attachment {
  label: string;
  text: string;
}

/** What of the panel's state comes from elsewhere. */
export type Surroundings = Pick<PanelState, 'model' | 'models' | 'trusted' | 'hasWorkspace' | 'suggestions'>;

export interface ChatControllerPorts {
  chats: ChatStore;
  /** The chat that was open last, over window reloads. */
  lastChat: { get(): string | undefined; set(id: string): void };
  agent: Omit<AgentPorts, 'model' | 'approve'>;
  /** The model, loaded first where needed. */
  model(signal: AbortSignal): Promise<LanguageModel>;
  limits(): { maxSteps: number; timeLimitMs: number; commandTimeoutMs: number };
  approvals(): ApprovalMode;
  attach(what: 'file' | 'selection' | 'problems'): Promise<Attachment | undefined>;
  /** Files and symbols for the list under the input. */
  complete: MentionCompletion;
  surroundings(): Surroundings;
  post(message: HostMessage): void;
  /** A task began or ended. */
  onRunning?(running: boolean): void;
  /** Milliseconds since the epoch. */
  wallTime: () => number;
  platform: NodeJS.Platform;
}

export interface ChatController extends Disposable {
  /** Opens the last chat; later calls do nothing. */
  open(): Promise<void>;
  state(): PanelState;
  /** A task runs or waits. */
  readonly running: boolean;
  /** False for a message that is not about the conversation. */
  handle(message: PanelMessage): Promise<boolean>;
  send(text: string): void;
  /** Shows the answer of something else than the agent as a turn of the conversation. */
  present(
    title: string,
    work: (onText: (delta: string) => void, signal: AbortSignal) => Promise<void>,
  ): Promise<void>;
  /** The prompt of the last turn; null before the first. */
  lastPrompt(): Promise<PromptView | null>;
  /** Tells something outside of a task. */
  notice(level: 'info' | 'warning' | 'error', report: ReturnType<typeof reportOf>): void;
  /** Runs what changes a file outside of a task, with a checkpoint of the chat. Rejects as `work` does. */
  changeFile(path: string, label: string, work: () => Promise<void>): Promise<void>;
  /** Restores the newest checkpoint of the chat; false when there is none. */
  restoreLast(): Promise<boolean>;
  /** Sends the surroundings again. */
  refresh(): void;
  /** Resolves when nothing runs and all is on disk. */
  idle(): Promise<void>;
}

export function createChatController(ports: ChatControllerPorts): ChatController {
  let approvals: Approvals;
  let record: ChatRecord;
  let chats: ChatSummary[] = [];
  let attachments: (Attachment & { id: string })[] = [];
  let opening: Promise<void> | undefined;
  let serial = 0;
  let wasRunning = false;
  const prompts = createLastPrompt();
  const switches = new SerialQueue();
  const settled = new Set<() => void>();

  const patch = (part: Partial<Omit<PanelState, 'transcript'>>): void =>
    ports.post({ type: 'patch', patch: part });
  const shownQueue = (): PanelState['queued'] => queue.waiting().map(({ id, text }) => ({ id, text }));
  const shownAttachments = (): PanelState['attachments'] =>
    attachments.map(({ id, label }) => ({ id, label }));
  const postState = (): void => ports.post({ type: 'state', state: state() });
  const nextId = (kind: string): string =>
    `${kind}-${ports.wallTime().toString(36)}-${(serial++).toString(36)}`;

  const queue = createTaskQueue(() => {
    patch({ queued: shownQueue() });
    if (queue.running !== wasRunning) ports.onRunning?.((wasRunning = queue.running));
    if (!queue.running) for (const resolve of settled) resolve();
  });

  const startChat = (chat = newChat(ports.agent.clock, ports.wallTime())): void => {
    approvals = createApprovals(ports.approvals(), () => patch({ approvals: approvals.mode }));
    record = createChatRecord(chat, ports.chats, ports.wallTime, (happened) =>
      ports.post({
        type: 'event',
        event: {
          type: 'notice',
          level: 'warning',
          report: {
            code: 'chat-not-saved',
            happened,
            kept: 'The conversation goes on, but is not kept on disk.',
          },
        },
      }),
    );
    ports.lastChat.set(chat.id);
  };
  startChat();
  const startNew = (): Promise<void> => {
    startChat();
    return Promise.resolve();
  };

  function state(): PanelState {
    return {
      ...ports.surroundings(),
      chatId: record.id,
      transcript: record.transcript,
      chats,
      queued: shownQueue(),
      attachments: shownAttachments(),
      approvals: approvals.mode,
    };
  }

  /** Events go to the chat in which their task began, also when another one is open by then. */
  const emitterFor =
    (target: ChatRecord) =>
    (event: AgentEvent): void => {
      prompts.note(target.id, event);
      // Too large for the page, which asks for it, and for the record.
      if (event.type === 'prompt') return;
      target.add(event);
      if (target === record) ports.post({ type: 'event', event });
    };

  /** The editor's, but the last command of the chat itself is the one that `@terminal` means. */
  const editorFor = (target: ChatRecord): EditorContext => {
    const { editor } = ports.agent;
    return { ...editor, terminal: () => lastCommandOf(target.transcript) ?? editor?.terminal?.() };
  };

  const refreshChats = async (): Promise<void> => {
    chats = await ports.chats.list().catch(() => chats);
    patch({ chats });
  };

  const runTask = async (
    id: string,
    text: string,
    along: Attachment[],
    signal: AbortSignal,
  ): Promise<void> => {
    const target = record;
    const emit = emitterFor(target);
    const own = approvals;
    try {
      const model = await ports.model(signal).catch((error: unknown) => {
        if (isAbort(error) || signal.aborted) throw error;
        // What rules can find is still told, and how to get a model.
        return createAbsentModel(reportOf(error), profiles['qwen2.5-coder']);
      });
      queue.started(id);
      prompts.use(model);
      const standing = own.standing();
      const result = await runAgent(
        {
          text,
          attachments: along,
          history: target.messages,
          ...ports.limits(),
          platform: ports.platform,
        },
        { ...ports.agent, model, approve: own.approve, editor: editorFor(target) },
        emit,
        signal,
        { runId: id, standing, at: ports.wallTime() },
      );
      own.take(standing);
      target.setMessages(result.messages);
    } catch (error) {
      // Stopped before there was a model: runAgent tells its own ends. The message stays in the conversation.
      queue.started(id);
      emit({
        type: 'run-started',
        runId: id,
        text,
        attachments: along.map(({ label }) => label),
        at: ports.wallTime(),
      });
      finishFailed(id, error, signal, emit);
    }
    await target.flush();
    await refreshChats();
  };

  const changeChat = (change: () => Promise<void>): Promise<void> =>
    switches.run(async () => {
      const taken = queue.clear();
      await queue.stop();
      await record.flush();
      await change();
      await refreshChats();
      postState();
      // What was not sent yet is not lost with its chat.
      if (taken.length > 0)
        ports.post({ type: 'focus-input', text: taken.map(({ text }) => text).join('\n\n') });
      else ports.post({ type: 'focus-input' });
    });

  const notice: ChatController['notice'] = (level, report) =>
    emitterFor(record)({ type: 'notice', level, report });

  const restore = async (target: RestoreTarget): Promise<void> => {
    if (queue.running) await queue.stop();
    const plan = restorePlan(record.transcript, target);
    try {
      if (plan) await restoreFiles(plan, ports.agent.checkpoints, nextId('restore'), emitterFor(record));
    } catch (error) {
      notice('error', reportOf(error));
    }
  };

  const send = (text: string): void => {
    if (text.trim() === '') return;
    const along = attachments.map(({ label, text: content }) => ({ label, text: content }));
    attachments = [];
    patch({ attachments: [] });
    const id = nextId('run');
    queue.add({ id, text, run: (signal) => runTask(id, text, along, signal) });
  };

  const attach = async (what: 'file' | 'selection' | 'problems'): Promise<void> => {
    const found = await ports.attach(what);
    if (!found) return;
    attachments = [
      ...attachments.filter(({ label }) => label !== found.label),
      { ...found, id: nextId('attachment') },
    ];
    patch({ attachments: shownAttachments() });
  };

  const controller: ChatController = {
    open: () =>
      (opening ??= (async () => {
        const id = ports.lastChat.get();
        const newest = (chats = await ports.chats.list().catch(() => []))[0]?.id;
        const wanted = chats.some((chat) => chat.id === id) ? id : newest;
        const chat = wanted === undefined ? undefined : await ports.chats.load(wanted).catch(() => undefined);
        // A message that was sent meanwhile belongs to the new chat, which then stays open.
        if (chat && record.isEmpty && queue.waiting().length === 0 && !queue.running) startChat(chat);
      })()),
    state,
    get running() {
      return queue.running;
    },
    send,
    notice,
    lastPrompt: () => prompts.view(record),
    handle: async (message) => {
      switch (message.type) {
        case 'ready':
          await controller.open();
          postState();
          return true;
        case 'send':
          send(message.text);
          return true;
        case 'unqueue':
          queue.takeBack(message.id);
          return true;
        case 'stop':
          await queue.stop();
          return true;
        case 'approve':
          approvals.answer(message);
          return true;
        case 'new-chat':
          await changeChat(startNew);
          return true;
        case 'open-chat':
          await changeChat(async () => {
            const chat = await ports.chats.load(message.id);
            if (chat) startChat(chat);
          });
          return true;
        case 'delete-chat':
          if (message.id === record.id) await changeChat(startNew);
          await ports.chats.remove(message.id).catch((error: unknown) => notice('error', reportOf(error)));
          await refreshChats();
          return true;
        case 'restore':
          await restore({ checkpointId: message.checkpointId });
          return true;
        case 'restore-step':
          await restore({ stepId: message.stepId });
          return true;
        case 'set-approvals':
          approvals.setMode(message.value);
          return true;
        case 'attach':
          await attach(message.what);
          return true;
        case 'complete': {
          const items = await ports.complete(message.kind, message.query);
          ports.post({ type: 'completions', request: message.request, items });
          return true;
        }
        case 'show-prompt':
          ports.post({ type: 'prompt', view: await prompts.view(record) });
          return true;
        case 'detach':
          attachments = attachments.filter(({ id }) => id !== message.id);
          patch({ attachments: shownAttachments() });
          return true;
        default:
          return false;
      }
    },
    present: (title, work) =>
      new Promise((resolve) => {
        const id = nextId('run');
        const run = async (signal: AbortSignal): Promise<void> => {
          const target = record;
          const emit = emitterFor(target);
          const started = ports.agent.clock.now();
          queue.started(id);
          emit({ type: 'run-started', runId: id, text: title, attachments: [], at: ports.wallTime() });
          try {
            await work((delta) => emit({ type: 'text', delta }), signal);
            emit({
              type: 'run-finished',
              runId: id,
              outcome: 'done',
              summary: '',
              ms: ports.agent.clock.now() - started,
            });
          } catch (error) {
            finishFailed(id, error, signal, emit);
          }
          await target.flush();
          await refreshChats();
        };
        queue.add({ id, text: title, run: (signal) => run(signal).finally(resolve) });
      }),
    changeFile: async (path, label, work) => {
      const into = ports.agent.checkpoints.begin(nextId('restore'));
      await into.note(path);
      await work();
      emitterFor(record)({ type: 'checkpoint', id: into.id, label, files: into.files() });
    },
    restoreLast: async () => {
      const last = record.transcript.items.findLast((item) => item.kind === 'checkpoint');
      if (last) await restore({ checkpointId: last.id });
      return last !== undefined;
    },
    refresh: () => patch(ports.surroundings()),
    idle: async () => {
      while (queue.running) {
        await new Promise<void>((resolve) => {
          const once = (): void => {
            settled.delete(once);
            resolve();
          };
          settled.add(once);
        });
      }
      await record.flush();
    },
    dispose: () => {
      queue.dispose();
      void record.flush();
    },
  };
  return controller;
}
