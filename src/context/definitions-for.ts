import type { ContextSpan, LineRange, SourceFile } from '../protocol/indexer';
import type { SpanUse } from '../protocol/panel-context';
import type { SyntaxService } from '../syntax/syntax-service';
import { type PackedSpan, packSpans } from './pack';
import { type ContextPart, partsOf, textShown } from './parts';
import { chosenSpans, type SpanChoices } from './span-choices';

/** Tokens that definitions may take beside the code that uses them. */
const budget = 300;
/** Tokens that pinned definitions may take of a prompt, beside those. */
const pinnedBudget = 600;

type CountTokens = (texts: string[]) => Promise<number[]>;

export interface DefinitionPorts {
  syntax: SyntaxService;
  countTokens: CountTokens;
  use: SpanUse;
  /** What the user has pinned and dropped. */
  choices?: SpanChoices | undefined;
}

/**
 * The definitions that lines of a file use and do not hold, by path; none while the parser is away, so that the work
 * goes on without them. Pinned ones are {@link pinnedFor}. Rejects only with the signal's reason.
 */
export async function definitionsFor(
  { file: { path, languageId, text }, range }: { file: SourceFile; range: LineRange },
  { syntax, countTokens, use, choices }: DefinitionPorts,
  signal: AbortSignal,
): Promise<ContextPart[]> {
  try {
    const params = { file: { path, languageId, text }, range };
    const used = await syntax.request('usedDefinitions', params, signal);
    const offered = choices ? chosenSpans(used, [], choices) : used;
    const { spans } = packSpans(offered, budget, await countTokens(offered.map(textShown)));
    choices?.note(use, spans);
    return partsOf(spans);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/**
 * The definitions that the user has pinned, as they fit into what a prompt has for them, by path and line; without those
 * that `holds` tells to be there already. None while they cannot be counted.
 */
export async function pinnedFor(
  { choices, countTokens }: { choices?: SpanChoices | undefined; countTokens: CountTokens },
  holds: (span: ContextSpan) => boolean = () => false,
): Promise<PackedSpan[]> {
  const spans = ((await choices?.pinned()) ?? []).filter((span) => !holds(span));
  if (spans.length === 0) return [];
  try {
    return packSpans(spans, pinnedBudget, await countTokens(spans.map(textShown))).spans;
  } catch {
    return [];
  }
}
