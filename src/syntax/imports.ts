import type { QueryMatch } from 'web-tree-sitter';

/**
 * Import specifiers in source order, each once, without quotes. Forms of languages whose imports are no plain
 * strings: Python `.pkg.mod` and, for each name taken from it, `.pkg.mod.name` (which may be a module of its own);
 * Rust `crate::a::{b, c}`, and `self::name` for `mod name;`; Ruby `./name` for `require_relative`.
 */
export function importsIn(matches: QueryMatch[], languageId: string): string[] {
  const specifiers = matches.flatMap((match) => {
    const textOf = (name: string): string | undefined =>
      match.captures.find((c) => c.name === name)?.node.text;
    const relative = textOf('import.relative');
    if (relative !== undefined) return [languageId === 'rust' ? `self::${relative}` : `./${relative}`];
    const specifier = textOf('import');
    if (specifier === undefined) return [];
    const plain = specifier.replace(/\s+/g, ' ').replace(/^['"<`]|['">`]$/g, '');
    const name = textOf('import.name');
    if (name === undefined) return [plain];
    return [plain, plain.endsWith('.') ? `${plain}${name}` : `${plain}.${name}`];
  });
  return [...new Set(specifiers)].filter((specifier) => specifier !== '');
}
