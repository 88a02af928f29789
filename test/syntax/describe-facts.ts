import type { FileFacts } from '../../src/syntax/file-facts';

/** Facts as the golden files write them: a line a symbol, then the imports, then what is wrong. */
export function describeFacts(facts: FileFacts): string {
  const symbols = facts.symbols.map((symbol) => {
    const name = [...symbol.containers, symbol.name].join(' > ');
    return `${symbol.startLine}-${symbol.endLine} ${symbol.kind} ${name} | ${symbol.signature}\n`;
  });
  const imports = facts.imports.map((specifier) => `import ${specifier}\n`);
  const errors = facts.errors.count > 0 ? `errors on ${facts.errors.lines.join(', ')}\n` : '';
  return `${symbols.join('')}${imports.join('')}${errors}`;
}
