import type { Position, SymbolInfo } from '../protocol/indexer';
import { enclosingSymbol, offsetOf } from '../syntax/enclosing';
import type { FileFacts } from '../syntax/file-facts';

/** How much a name matters at a place: 1 on the cursor's line, less with the distance. */
export interface UsedName {
  weight: number;
  /** The line (1-based) of the use nearest to the cursor. */
  line: number;
}

/** Lines above and below the cursor that count when nothing encloses it. */
const reach = 25;
/** Uses farther away than this say little about what is written next, however long the function is. */
const farthest = 120;
/** Lines after which a use counts half. */
const halfLife = 8;
/** A name in the enclosing signature matters wherever in the body the cursor is. */
const signatureWeight = 0.6;

/** The names used near a place: in the innermost enclosing symbol, its signature included, or in the lines around. */
export function namesUsedNear(text: string, facts: FileFacts, position: Position): Map<string, UsedName> {
  const around = enclosingSymbol(text, facts.symbols, position);
  const from = around?.start ?? offsetOf(text, { line: Math.max(1, position.line - reach), column: 1 });
  const to = around?.end ?? offsetOf(text, { line: position.line + reach, column: Number.MAX_SAFE_INTEGER });
  const names = new Map<string, UsedName>();
  let line = 1;
  let read = 0;
  for (const { name, offset } of facts.references) {
    if (offset > to) break;
    for (let at = text.indexOf('\n', read); at >= 0 && at < offset; at = text.indexOf('\n', read)) {
      line++;
      read = at + 1;
    }
    if (offset < from) continue;
    const weight = weightAt(text, around, offset, Math.abs(line - position.line));
    const known = names.get(name);
    if (weight > (known?.weight ?? 0)) names.set(name, { weight, line });
  }
  return names;
}

function weightAt(text: string, around: SymbolInfo | null, offset: number, distance: number): number {
  const byDistance = distance > farthest ? 0 : 1 / (1 + distance / halfLife);
  const inSignature = around !== null && offset - around.start <= around.signature.length && text.length > 0;
  return inSignature ? Math.max(byDistance, signatureWeight) : byDistance;
}
