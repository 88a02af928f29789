import type { ContextSpan, LineRange, Problem, SourceFile, ToldDefinition } from '../protocol/indexer';
import type { SpanUse } from '../protocol/panel-context';
import type { SyntaxService } from '../syntax/syntax-service';
import { type Packed, type PackedSpan, packSpans } from './pack';
import { type ContextPart, partsOf, textShown } from './parts';
import { chosenSpans, type SpanChoices } from './span-choices';

/** Tokens that definitions may take beside the code that uses them. */
const budget = 300;
/** Tokens of those that code which uses them may take, where they leave so many. */
const usesBudget = 150;
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

/** Lines of a file that are to be explained or changed, with what is reported of them. */
export interface CodeInWork {
  file: SourceFile;
  range: LineRange;
  problems?: readonly Problem[];
  /** What a language service has said about names there. */
  told?: readonly ToldDefinition[] | undefined;
}

/** Code around other code, by path. */
export interface CodeAround {
  /** Definitions that the code uses, or that a problem of it names. */
  definitions: ContextPart[];
  /** Callers and tests. */
  uses: ContextPart[];
}

/**
 * The definitions that lines of a file use and do not hold, and code that uses what the lines define; none while the
 * parser is away, so that the work goes on without them. Pinned ones are {@link pinnedFor}. Rejects only with the
 * signal's reason.
 */
export async function definitionsFor(
  { file: { path, languageId, text }, range, problems = [], told = [] }: CodeInWork,
  { syntax, countTokens, use, choices }: DefinitionPorts,
  signal: AbortSignal,
): Promise<CodeAround> {
  try {
    const reported = problems.map(({ line, message }) => ({ line, message }));
    const params = { file: { path, languageId, text }, range, problems: reported, told };
    const found = await syntax.request('usedDefinitions', params, signal);
    const offered = choices ? chosenSpans(found, [], choices) : found;
    const counts = await countTokens(offered.map(textShown));
    const pack = (isUse: boolean, tokens: number): Packed => {
      const wanted = offered.map((span, at) => ({ span, count: counts[at] ?? Infinity }));
      const chosen = wanted.filter(({ span }) => (span.isUse === true) === isUse);
      return packSpans(
        chosen.map(({ span }) => span),
        tokens,
        chosen.map(({ count }) => count),
      );
    };
    const definitions = pack(false, budget);
    const uses = pack(true, Math.min(usesBudget, budget - definitions.totalTokens));
    choices?.note(use, [...definitions.spans, ...uses.spans]);
    return { definitions: partsOf(definitions.spans), uses: partsOf(uses.spans) };
  } catch {
    signal.throwIfAborted();
    return { definitions: [], uses: [] };
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
