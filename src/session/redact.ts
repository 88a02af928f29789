/** A chat as it may go into a bug report: what happened, without the words and the code that it was about. */
import type { Chat } from './chat-store';

/** Fields whose texts the program has chosen from a list of its own. */
const kept: ReadonlySet<string> = new Set([
  'type',
  'kind',
  'state',
  'tool',
  'verb',
  'level',
  'code',
  'outcome',
  'role',
  'languageId',
  'allowedBy',
  'id',
  'runId',
]);

/** Fields that name files; each file gets a number and keeps its ending. */
const paths: ReadonlySet<string> = new Set(['path', 'files', 'cwd']);

/** Results of steps that only count something. */
const counting = /^(exit -?\d+|\d+ (lines?|matches|files)|empty|interrupted)$/;

export interface RedactedChat {
  id: string;
  updatedAt: number;
  events: unknown[];
  messages: unknown[];
}

/** Numbers, states, tools and error codes stay; every other text becomes its length, every path a number. */
export function redactChat(chat: Chat): RedactedChat {
  const names = new Map<string, string>();
  const fileName = (path: string): string => {
    const known = names.get(path);
    if (known !== undefined) return known;
    const ending = /\.[A-Za-z0-9]{1,8}$/.exec(path)?.[0] ?? '';
    const name = `file-${names.size + 1}${ending}`;
    names.set(path, name);
    return name;
  };
  const redact = (value: unknown, field: string): unknown => {
    if (typeof value === 'string') {
      if (paths.has(field)) return fileName(value);
      const stays = kept.has(field) || (field === 'result' && counting.test(value));
      return stays ? value : `‹${value.length} characters›`;
    }
    if (Array.isArray(value)) return value.map((item) => redact(item, field));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redact(item, name)]));
  };
  return {
    id: chat.id,
    updatedAt: chat.updatedAt,
    events: chat.events.map((event) => redact(event, '')),
    messages: chat.messages.map((message) => redact(message, '')),
  };
}
