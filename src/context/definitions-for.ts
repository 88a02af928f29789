import type { LineRange, SourceFile } from '../protocol/indexer';
import type { SyntaxService } from '../syntax/syntax-service';
import { packSpans } from './pack';
import { type ContextPart, partsOf, textShown } from './parts';

/** Tokens that definitions may take beside the code that uses them. */
const budget = 300;

/**
 * The definitions that lines of a file use and do not hold, by path; none while the parser is away, so that the work
 * goes on without them. Rejects only with the signal's reason.
 */
export async function definitionsFor(
  { file: { path, languageId, text }, range }: { file: SourceFile; range: LineRange },
  ports: { syntax: SyntaxService; countTokens: (texts: string[]) => Promise<number[]> },
  signal: AbortSignal,
): Promise<ContextPart[]> {
  try {
    const params = { file: { path, languageId, text }, range };
    const spans = await ports.syntax.request('usedDefinitions', params, signal);
    return partsOf(packSpans(spans, budget, await ports.countTokens(spans.map(textShown))).spans);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
