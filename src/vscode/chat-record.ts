import { reportOf } from '../base/errors';
import { type AgentEvent, diffsOf } from '../protocol/agent';
import type { ChatMessage } from '../protocol/chat';
import { applyEvent, emptyTranscript, type Transcript } from '../protocol/transcript';
import { type Chat, type ChatStore, compactEvents, passing, titleOf } from '../session/chat-store';

/** Time between two writes of a chat that goes on. Milliseconds. */
const saveAfter = 400;

/** The open chat: what is shown, what the model gets, and its record on disk, which follows both. */
export interface ChatRecord {
  readonly id: string;
  readonly transcript: Transcript;
  readonly messages: readonly ChatMessage[];
  readonly isEmpty: boolean;
  add(event: AgentEvent): void;
  setMessages(messages: ChatMessage[]): void;
  /** Resolves when everything added so far is on disk. */
  flush(): Promise<void>;
}

/** `onSaveError` is told once per chat: a full disk must not fill the transcript. */
export function createChatRecord(
  chat: Chat,
  store: ChatStore,
  wallTime: () => number,
  onSaveError: (happened: string) => void,
): ChatRecord {
  let events = compactEvents([...chat.events, ...endOfInterrupted(chat.events)]);
  let transcript = events.reduce(applyEvent, emptyTranscript);
  let { title, messages } = chat;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let saving = Promise.resolve();
  let failed = false;

  const save = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    events = compactEvents(events);
    const snapshot: Chat = { id: chat.id, title, updatedAt: wallTime(), events, messages };
    saving = store.save(snapshot).catch((error: unknown) => {
      if (!failed) onSaveError(reportOf(error).happened);
      failed = true;
    });
    return saving;
  };

  return {
    id: chat.id,
    get transcript() {
      return transcript;
    },
    get messages() {
      return messages;
    },
    get isEmpty() {
      return events.length === 0;
    },
    add: (event) => {
      events.push(event);
      transcript = applyEvent(transcript, event);
      if (passing.has(event.type)) return;
      if (event.type === 'run-started') {
        if (title === '') title = titleOf(event.text);
        // At once: a message that was sent is never lost.
        void save();
      } else timer ??= setTimeout(() => void save(), saveAfter);
    },
    setMessages: (next) => {
      messages = next;
      timer ??= setTimeout(() => void save(), saveAfter);
    },
    flush: async () => {
      if (timer !== undefined) await save();
      else await saving;
    },
  };
}

/** The way back from a run that could not tell it: the files that its edits and commands may have changed. */
function checkpointOf(
  started: Extract<AgentEvent, { type: 'run-started' }>,
  items: Transcript['items'],
): AgentEvent[] {
  const steps = items
    .slice(items.findIndex(({ id }) => id === started.runId) + 1)
    .flatMap((item) =>
      item.kind === 'step' && item.step.state !== 'waiting' && item.step.state !== 'refused'
        ? [item.step]
        : [],
    );
  const files = steps.flatMap((step) => diffsOf(step).map(({ path }) => path));
  const hasChanged = files.length > 0 || steps.some(({ tool }) => tool === 'run');
  return hasChanged
    ? [{ type: 'checkpoint', id: started.runId, label: started.text, files: [...new Set(files)] }]
    : [];
}

/** What ends a run that the window's end cut off: its open steps, then itself. */
export function endOfInterrupted(events: readonly AgentEvent[]): AgentEvent[] {
  const { items, running } = events.reduce(applyEvent, emptyTranscript);
  if (!running) return [];
  const started = events.findLast((event) => event.type === 'run-started');
  const steps = items.flatMap((item): AgentEvent[] =>
    item.kind === 'step' && (item.step.state === 'running' || item.step.state === 'waiting')
      ? [{ type: 'step', step: { ...item.step, state: 'failed', result: 'interrupted' } }]
      : [],
  );
  return [
    ...steps,
    ...(started ? checkpointOf(started, items) : []),
    {
      type: 'run-finished',
      runId: started?.runId ?? 'run',
      outcome: 'stopped',
      summary: 'Interrupted: the window was closed or reloaded. What was written until then is kept.',
      ms: 0,
    },
  ];
}
