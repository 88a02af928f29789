import type { AgentEvent } from '../protocol/agent';
import type { ChatMessage } from '../protocol/chat';
import type { ChatSummary } from '../protocol/panel';
import type { Clock, Store } from '../base/ports';
import { SerialQueue } from '../base/queue';

/** A chat as it is kept: what the person saw, and what the model gets next time. */
export interface Chat {
  id: string;
  title: string;
  updatedAt: number;
  events: AgentEvent[];
  messages: ChatMessage[];
}

/** Chats on disk. Every write is atomic and waits its turn, so that a crash leaves the chat as of the last write. */
export interface ChatStore {
  /** Newest first. A record that cannot be read is left out, never deleted. */
  list(): Promise<ChatSummary[]>;
  load(id: string): Promise<Chat | undefined>;
  save(chat: Chat): Promise<void>;
  /** With the checkpoints of its tasks. */
  remove(id: string): Promise<void>;
  /** Tasks whose checkpoints can still be asked for; undefined while a chat cannot be read that may know of more. */
  runIds(): Promise<Set<string> | undefined>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function createChatStore(store: Store): ChatStore {
  const queue = new SerialQueue();
  const key = (id: string): string => `chats/${id}.json`;
  const read = async (name: string): Promise<Chat | undefined> => {
    const bytes = await store.read(name);
    return bytes && parseChat(decoder.decode(bytes));
  };
  return {
    list: async () => {
      const chats = await Promise.all((await store.keys('chats/')).map(read));
      return chats
        .filter((chat) => chat !== undefined)
        .map(({ id, title, updatedAt }) => ({ id, title, updatedAt }))
        .sort((a, b) => b.updatedAt - a.updatedAt);
    },
    load: (id) => read(key(id)),
    save: (chat) => {
      // Taken now: the caller goes on changing its lists while the write waits.
      const bytes = encoder.encode(JSON.stringify(chat));
      return queue.run(() => store.write(key(chat.id), bytes));
    },
    remove: (id) =>
      queue.run(async () => {
        const chat = await read(key(id));
        await store.delete(key(id));
        for (const run of chat ? runIdsOf(chat) : [])
          for (const record of await store.keys(`checkpoints/${run}/`)) await store.delete(record);
      }),
    runIds: async () => {
      const chats = await Promise.all((await store.keys('chats/')).map(read));
      const readable = chats.filter((chat) => chat !== undefined);
      return readable.length < chats.length ? undefined : new Set(readable.flatMap(runIdsOf));
    },
  };
}

/** Tasks and restores of a chat; each may have a checkpoint of that name. */
function runIdsOf({ events }: Chat): string[] {
  return events.flatMap((event) =>
    event.type === 'run-started' ? [event.runId] : event.type === 'checkpoint' ? [event.id] : [],
  );
}

function parseChat(text: string): Chat | undefined {
  try {
    const value = JSON.parse(text) as Partial<Chat> | null;
    if (typeof value?.id !== 'string' || !Array.isArray(value.events) || !Array.isArray(value.messages))
      return undefined;
    return {
      id: value.id,
      title: value.title ?? '',
      updatedAt: value.updatedAt ?? 0,
      events: value.events,
      messages: value.messages,
    };
  } catch {
    return undefined;
  }
}

/** A new, empty chat; the identifier sorts by time. */
export function newChat(clock: Pick<Clock, 'now'>, wallTime: number): Chat {
  const id = `${wallTime.toString(36)}-${Math.floor(clock.now()).toString(36)}`;
  return { id, title: '', updatedAt: wallTime, events: [], messages: [] };
}

/** The first line of the first message, shortened, as a chat's title. */
export function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** Events that only matter while they happen: what they tell stands in a later one too. */
export const passing: ReadonlySet<AgentEvent['type']> = new Set([
  'reading',
  'step-delta',
  'step-output',
  'prompt',
]);

/**
 * Events with neighbouring text deltas joined, and without those that only matter while they happen, so that a
 * chat of thousands of tokens is a short record.
 */
export function compactEvents(events: readonly AgentEvent[]): AgentEvent[] {
  const compact: AgentEvent[] = [];
  for (const event of events) {
    const last = compact.at(-1);
    if (passing.has(event.type)) continue;
    if ((event.type === 'text' || event.type === 'reasoning') && last?.type === event.type) {
      compact[compact.length - 1] = { type: event.type, delta: last.delta + event.delta };
    } else compact.push(event);
  }
  return compact;
}
