import type { ContextSpan, LineRange, SourceFile, ToldDefinition } from '../protocol/indexer';
import type { SyntaxService } from '../syntax/syntax-service';
import { packSpans, type PackedSpan } from './pack';
import { type ContextPart, partsOf, textShown } from './parts';
import { chosenSpans, type SpanChoices } from './span-choices';
import { isWorthKeeping } from './steady';

/** A file with the cursor in it. `offset` in UTF-16 units of its text. */
export interface ContextPlace {
  file: SourceFile;
  offset: number;
  /** What a language service has said about names near it. */
  told?: readonly ToldDefinition[];
}

/**
 * Code of other files that is worth reading before a place. What is given opens a prompt, and whatever changes there
 * has the model read the whole prompt anew. So the parts are ordered by path, stay the same to the byte while the
 * cursor stays on its line, and are exchanged on other lines only when others are worth clearly more.
 */
export interface ContextProvider {
  /** Never rejects, and waits no longer than its limit: then there is what was there before, or nothing. */
  at(place: ContextPlace): Promise<readonly ContextPart[]>;
  /** Has the index look at a place that may be asked for next; changes nothing that is given. */
  prepare(place: ContextPlace): void;
}

export interface ContextProviderOptions {
  /** With an index of the workspace. */
  syntax: SyntaxService;
  /** Pure and quick: a count by estimate does. */
  countTokens: (text: string) => number;
  /** Tokens. */
  budget: number;
  /** Resolves when an answer is waited for no longer. */
  limit: () => Promise<void>;
  /** What the user has pinned and dropped. */
  choices?: SpanChoices;
  /** What of the file itself the prompt shows around the cursor: nothing of it is pinned a second time. UTF-16 units. */
  window?: { prefix: number; suffix: number };
}

/** What was given for one file last. */
interface Given extends Line {
  spans: readonly PackedSpan[];
  /** That of the user's choices. */
  version: number;
}

export function createContextProvider(options: ContextProviderOptions): ContextProvider {
  const { syntax, countTokens, budget, limit, choices } = options;
  let given: Given | undefined;
  let asked: { line: Line; answer: Promise<ContextSpan[] | undefined> } | undefined;

  const ask = (place: ContextPlace, line: Line): Promise<ContextSpan[] | undefined> => {
    if (asked && isSame(asked.line, line)) return asked.answer;
    const { before } = line;
    const position = { line: before.split('\n').length, column: place.offset - before.length + 1 };
    const params = { file: place.file, position, told: place.told ?? [] };
    const answer = syntax.request('context', params).catch(() => undefined);
    asked = { line, answer };
    // The index that failed now may answer the next time.
    void answer.then((spans) => {
      if (spans === undefined && asked?.answer === answer) asked = undefined;
    });
    return answer;
  };
  const offeredAt = async (place: ContextPlace, line: Line): Promise<ContextSpan[] | undefined> => {
    const [spans, pinned] = await Promise.all([ask(place, line), choices?.pinned()]);
    if (!spans || !choices) return spans;
    const shown = linesShown(place, options.window);
    const elsewhere = (pinned ?? []).filter((span) => span.path !== line.path || !isWithin(span, shown));
    return chosenSpans(spans, elsewhere, choices);
  };
  return {
    at: async (place) => {
      const line = lineAt(place);
      const version = choices?.version ?? 0;
      if (given?.version === version && isSame(given, line)) return partsOf(given.spans);
      const spans = await Promise.race([offeredAt(place, line), limit()]);
      const before = given?.path === line.path && given.version === version ? given : undefined;
      if (!spans) return partsOf(before?.spans ?? []);
      const isTypedOn = before?.behind === line.behind;
      const chosen = packSpans(
        spans,
        budget,
        spans.map((span) => countTokens(textShown(span))),
      ).spans;
      const kept = before && isWorthKeeping(before.spans, chosen, spans, isTypedOn) ? before.spans : chosen;
      given = { ...line, spans: kept, version };
      choices?.note('completion', kept);
      return partsOf(kept);
    },
    prepare: (place) => {
      void ask(place, lineAt(place));
    },
  };
}

/** The lines of its file that a prompt shows around a place. */
function linesShown(
  { file: { text }, offset }: ContextPlace,
  window: ContextProviderOptions['window'] = { prefix: 0, suffix: 0 },
): LineRange {
  const lineOf = (at: number): number => text.slice(0, Math.max(0, at)).split('\n').length;
  return { startLine: lineOf(offset - window.prefix), endLine: lineOf(offset + window.suffix) };
}

function isWithin(span: LineRange, { startLine, endLine }: LineRange): boolean {
  return span.startLine >= startLine && span.endLine <= endLine;
}

/** A cursor's line in a file: what stands before and behind it is the same for every place on it. */
interface Line {
  path: string;
  before: string;
  behind: string;
}

/** Compares without putting texts together: a file may have a million characters, and each key asks. */
function isSame(a: Line, b: Line): boolean {
  return a.path === b.path && a.before === b.before && a.behind === b.behind;
}

function lineAt({ file: { path, text }, offset }: ContextPlace): Line {
  const before = text.slice(0, text.lastIndexOf('\n', offset - 1) + 1);
  const end = text.indexOf('\n', offset);
  const behind = end < 0 ? '' : text.slice(end);
  return { path, before, behind };
}
