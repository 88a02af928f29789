import type { SymbolInfo } from '../protocol/indexer';

/**
 * A file's outline as text, bodies left out: one signature a line, indented by nesting.
 * With `lineNumbers`, each line begins with the symbol's range, such as `12-40: `.
 */
export function skeleton(
  symbols: readonly SymbolInfo[],
  options: { lineNumbers?: boolean; indent?: string } = {},
): string {
  const indent = options.indent ?? '  ';
  const depthOf = nesting();
  return symbols
    .map((symbol) => {
      const depth = depthOf(symbol);
      const range =
        symbol.startLine === symbol.endLine ? symbol.startLine : `${symbol.startLine}-${symbol.endLine}`;
      return `${options.lineNumbers ? `${range}: ` : ''}${indent.repeat(depth)}${symbol.signature}`;
    })
    .join('\n');
}

/** Depth of each symbol among those that came before it and enclose it. */
function nesting(): (symbol: SymbolInfo) => number {
  const open: SymbolInfo[] = [];
  return (symbol) => {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) < symbol.end) open.pop();
    open.push(symbol);
    return open.length - 1;
  };
}
