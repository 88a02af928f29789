import type { Position, SymbolInfo } from '../protocol/indexer';

/** Kinds that hold values, not code: a cursor in one is in what surrounds it. */
const values = new Set(['constant', 'variable', 'property', 'key', 'field', 'variant', 'member']);

/** Kinds that an outline leaves out: their owner's declaration shows them. */
const inner = new Set(['field', 'variant', 'member']);

/** True for what an outline lists: everything but fields, enum variants and members without a body. */
export function isOutlined({ kind }: Pick<SymbolInfo, 'kind'>): boolean {
  return !inner.has(kind);
}

/**
 * Offset (UTF-16 units) of a position; beyond the text or the line, the nearest place. In a line's indentation it is
 * the offset of the line's first character, so that column 1 of a definition's first line lies in the definition.
 */
export function offsetOf(text: string, { line, column }: Position): number {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const next = text.indexOf('\n', start);
    if (next < 0) return text.length;
    start = next + 1;
  }
  const newline = text.indexOf('\n', start);
  const lineEnd = newline < 0 ? text.length : newline;
  const content = text.slice(start, lineEnd);
  const indent = content.trim() === '' ? 0 : content.length - content.trimStart().length;
  const end = content.trimEnd().length;
  return start + Math.min(Math.max(column - 1, indent), Math.max(end, indent));
}

/** The innermost function, method, class or section around a place, null when it lies in none. */
export function enclosingSymbol(
  text: string,
  symbols: readonly SymbolInfo[],
  position: Position,
): SymbolInfo | null {
  const offset = offsetOf(text, position);
  let innermost: SymbolInfo | null = null;
  for (const symbol of symbols) {
    if (values.has(symbol.kind) || symbol.start > offset || symbol.end < offset) continue;
    if (!innermost || symbol.end - symbol.start <= innermost.end - innermost.start) innermost = symbol;
  }
  return innermost;
}
