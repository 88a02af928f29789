/**
 * The words of a message that the program understands: a slash command at its beginning, and mentions (`@…`) of things
 * that go along. Pure, so that the panel, the host and the command line read a message alike.
 */

export const slashCommands = ['explain', 'fix', 'tests', 'doc', 'review', 'commit'] as const;
export type SlashCommandName = (typeof slashCommands)[number];

/** What stands behind `@`; `file` and `symbol` are chosen by name. */
export const mentionKinds = ['file', 'symbol', 'selection', 'problems', 'terminal', 'diff'] as const;
export type MentionKind = (typeof mentionKinds)[number];

export interface SlashCommand {
  name: SlashCommandName;
  /** What stands behind the command, without white space around it. */
  argument: string;
}

/** The command that a message begins with; undefined for any other message, one about `/usr/bin` included. */
export function slashCommandOf(text: string): SlashCommand | undefined {
  const match = /^\s*\/([a-z]+)(?=\s|$)/.exec(text);
  const name = slashCommands.find((command) => command === match?.[1]);
  return name && match ? { name, argument: text.slice(match[0].length).trim() } : undefined;
}

/** A mention and where it stands: offsets in UTF-16 units, `end` exclusive. */
export type Mention = { start: number; end: number } & (
  | { kind: Exclude<MentionKind, 'file' | 'symbol'> }
  | {
      kind: 'file';
      path: string;
      /** 1-based, both inclusive. */
      lines?: { start: number; end: number };
      /** Nothing but a file can be meant: an uncertain one, such as a decorator, that does not exist is just a word. */
      certain: boolean;
    }
  /** Without a path the symbol is looked for in the whole workspace. */
  | { kind: 'symbol'; name: string; path?: string }
);

/** Characters of a mention without quotes. */
const plain = String.raw`[^\s@"'\x60<>()[\]{},;!?]`;
const token = new RegExp(String.raw`(?<![\w@\x60/.])@(?:"([^"\n]{1,400})"|(${plain}{1,400}))`, 'gu');
const codeSpan = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

/** All mentions of a message in their order. What stands in a code span is code: decorators, addresses. */
export function mentionsIn(text: string): Mention[] {
  if (!text.includes('@')) return [];
  const code = [...text.matchAll(codeSpan)].map(
    ({ index, 0: span }) => [index, index + span.length] as const,
  );
  const mentions: Mention[] = [];
  for (const { index, 0: whole, 1: quoted, 2: bare } of text.matchAll(token)) {
    if (code.some(([start, end]) => index >= start && index < end)) continue;
    const body = quoted ?? bare?.replace(/[.:]+$/, '') ?? '';
    if (body === '') continue;
    const end = quoted === undefined ? index + 1 + body.length : index + whole.length;
    mentions.push({ start: index, end, ...mentionOf(body, quoted !== undefined) });
  }
  return mentions;
}

type Meaning<T = Mention> = T extends Mention ? Omit<T, 'start' | 'end'> : never;

function mentionOf(body: string, quoted: boolean): Meaning {
  const kind = mentionKinds.find((name) => name === body);
  if (kind !== undefined && kind !== 'file' && kind !== 'symbol') return { kind };
  const [, prefix, rest] = /^(file|symbol):(.+)$/s.exec(body) ?? [];
  const name = rest ?? body;
  const hash = name.indexOf('#');
  if (hash > 0) return { kind: 'symbol', path: asPath(name.slice(0, hash)), name: name.slice(hash + 1) };
  if (prefix === 'symbol') return { kind: 'symbol', name };
  const [, before = '', start, end = start] = /^(.+?):(\d{1,7})(?:[-–](\d{1,7}))?$/.exec(name) ?? [];
  const path = asPath(start === undefined ? name : before);
  const certain = quoted || prefix !== undefined || start !== undefined || /\.[A-Za-z]\w{0,9}$/.test(path);
  if (start === undefined) return { kind: 'file', path, certain };
  const range = [Number(start), Number(end)].sort((a, b) => a - b);
  return { kind: 'file', path, certain, lines: { start: range[0] ?? 1, end: range[1] ?? 1 } };
}

function asPath(name: string): string {
  return name.replaceAll('\\', '/').replace(/^\.\//, '');
}

/** How a file, or a place or symbol in it, is mentioned: in quotes where the name would end too early. */
export function mentionText(
  path: string,
  place: { symbol?: string; line?: number; endLine?: number } = {},
): string {
  const { symbol, line, endLine } = place;
  const behind =
    symbol !== undefined
      ? `#${symbol}`
      : line === undefined
        ? ''
        : `:${line}${endLine === undefined ? '' : `-${endLine}`}`;
  const body = path + behind;
  const isPlain = new RegExp(`^${plain}+$`, 'u').test(body) && !/[.:]$/.test(body);
  // A file that is called like a kind of mention needs its prefix.
  if (mentionKinds.some((kind) => kind === body)) return `@file:${body}`;
  return isPlain ? `@${body}` : `@"${body.replaceAll('"', '')}"`;
}

/** One row of the list under the input, as the host finds it. */
export interface CompletionItem {
  kind: 'file' | 'symbol';
  /** Such as `stats.py`, `Stats.median`. */
  label: string;
  /** Such as the folder, or the kind of symbol and its file. */
  detail: string;
  /** The whole mention that takes the place of what was typed. */
  insert: string;
}
