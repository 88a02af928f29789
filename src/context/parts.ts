import type { ContextSpan } from '../protocol/indexer';

/** Code of one other file, in source order. */
export interface ContextPart {
  path: string;
  text: string;
}

type Shown = Pick<ContextSpan, 'path' | 'text'> & Partial<Pick<ContextSpan, 'owner'>>;

/**
 * Spans of one path as one part; they come ordered by path. Members stand below the declaration of their type, which
 * a model needs to call them.
 */
export function partsOf(spans: readonly Shown[]): ContextPart[] {
  const parts: ContextPart[] = [];
  let owner: string | undefined;
  for (const span of spans) {
    const open = parts.at(-1)?.path === span.path ? parts.at(-1) : undefined;
    if (!open) owner = undefined;
    const isUnderIt = span.owner === undefined || span.owner === owner;
    const text = isUnderIt && span.owner === undefined ? span.text : indented(span.text);
    const lines = isUnderIt ? text : `${span.owner ?? ''}\n${text}`;
    // A type that is shown itself is what its members stand below.
    owner = span.owner ?? firstLine(span.text);
    if (open) open.text = `${open.text}\n${lines}`;
    else parts.push({ path: span.path, text: lines });
  }
  return parts;
}

/** The text that counts against a budget, with the line that may come above it. */
export function textShown({ owner, text }: Shown): string {
  return owner === undefined ? text : `${owner}\n${indented(text)}`;
}

function indented(text: string): string {
  return /^\s/.test(text) ? text : `  ${text}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
