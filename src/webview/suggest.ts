/** The list under the input while a command or a mention is being written: pure, so that it is tested without a page. */
import {
  type CompletionItem,
  type MentionKind,
  mentionKinds,
  type SlashCommandName,
  slashCommands,
} from '../protocol/panel-composer';
import type { StringKey } from './strings';

/** A command or mention that the cursor is in: from `start` to `end` (UTF-16 units) stands `/query` or `@query`. */
export interface Trigger {
  kind: 'command' | 'mention';
  start: number;
  end: number;
  /** What is typed behind the sign, without an opening quote. */
  query: string;
  /** What the host is asked for. */
  wanted: 'file' | 'symbol' | 'any';
}

export interface Suggestion {
  id: string;
  icon: string;
  label: string;
  /** A text of the panel, or one that came from the host. */
  detail: { key: StringKey } | { text: string };
  /** Takes the place of the trigger. */
  insert: string;
  /** The list goes on with what is inserted, since a name must follow. */
  goesOn: boolean;
}

/** What is being written at the cursor, if it is a command or a mention. */
export function triggerAt(text: string, cursor: number): Trigger | undefined {
  const before = text.slice(0, cursor);
  const command = /^\/([a-z]*)$/.exec(before);
  if (command) {
    return { kind: 'command', start: 0, end: wordEnd(text, cursor), query: command[1] ?? '', wanted: 'any' };
  }
  const mention = /(?:^|[\s(])@("[^"\n]*|[^\s@"]*)$/.exec(before);
  const body = mention?.[1];
  if (body === undefined) return undefined;
  const start = cursor - body.length - 1;
  const [, prefix, name] = /^"?(file|symbol):(.*)$/s.exec(body) ?? [];
  const wanted = prefix === 'file' || prefix === 'symbol' ? prefix : 'any';
  return {
    kind: 'mention',
    start,
    end: wordEnd(text, cursor),
    query: (name ?? body).replace(/^"/, ''),
    wanted,
  };
}

/** The rest of a word behind the cursor is replaced with it. */
function wordEnd(text: string, cursor: number): number {
  return cursor + (/^[^\s@"'`<>()[\]{},;!?]*"?/.exec(text.slice(cursor))?.[0].length ?? 0);
}

const commandIcons: Record<SlashCommandName, { icon: string; detail: StringKey }> = {
  explain: { icon: 'comment-discussion', detail: 'commandExplain' },
  fix: { icon: 'wrench', detail: 'commandFix' },
  tests: { icon: 'beaker', detail: 'commandTests' },
  doc: { icon: 'book', detail: 'commandDoc' },
  review: { icon: 'git-compare', detail: 'commandReview' },
  commit: { icon: 'git-commit', detail: 'commandCommit' },
};

const mentionIcons: Record<MentionKind, { icon: string; detail: StringKey }> = {
  file: { icon: 'file', detail: 'mentionFile' },
  symbol: { icon: 'symbol-method', detail: 'mentionSymbol' },
  selection: { icon: 'selection', detail: 'mentionSelection' },
  problems: { icon: 'warning', detail: 'mentionProblems' },
  terminal: { icon: 'terminal', detail: 'mentionTerminal' },
  diff: { icon: 'git-compare', detail: 'mentionDiff' },
};

/** The rows for a trigger; `found` is what the host knows for it so far. */
export function suggestionsOf(trigger: Trigger, found: readonly CompletionItem[]): Suggestion[] {
  const begins = (name: string): boolean => name.startsWith(trigger.query.toLowerCase());
  if (trigger.kind === 'command') {
    return slashCommands.filter(begins).map((name) => ({
      id: name,
      icon: commandIcons[name].icon,
      label: `/${name}`,
      detail: { key: commandIcons[name].detail },
      insert: `/${name}`,
      goesOn: false,
    }));
  }
  const kinds = trigger.wanted === 'any' ? mentionKinds.filter(begins) : [];
  const named = kinds.map((name): Suggestion => {
    const needsName = name === 'file' || name === 'symbol';
    return {
      id: name,
      icon: mentionIcons[name].icon,
      label: `@${name}`,
      detail: { key: mentionIcons[name].detail },
      insert: needsName ? `@${name}:` : `@${name}`,
      goesOn: needsName,
    };
  });
  const fromHost = found.map(({ kind, label, detail, insert }): Suggestion => ({
    id: insert,
    icon: mentionIcons[kind].icon,
    label,
    detail: { text: detail },
    insert,
    goesOn: false,
  }));
  return [...named, ...fromHost];
}

/** The text with a suggestion taken, and where the cursor then stands; a space follows what is complete. */
export function take(
  text: string,
  trigger: Trigger,
  suggestion: Suggestion,
): { text: string; cursor: number } {
  const after = text.slice(trigger.end);
  const space = suggestion.goesOn || after.startsWith(' ') ? '' : ' ';
  const before = text.slice(0, trigger.start) + suggestion.insert + space;
  const steps = suggestion.goesOn || space !== '' ? 0 : 1;
  return { text: before + after, cursor: before.length + steps };
}
