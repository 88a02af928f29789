import type { Match } from './matches';

/** A name that an import statement brings in, and what the file calls it. */
export interface ImportedName {
  name: string;
  local: string;
}

/** One import statement: where it lies (UTF-16 units, 1-based line), what it names as source, what it brings in. */
export interface ImportStatement {
  start: number;
  end: number;
  line: number;
  specifiers: string[];
  names: ImportedName[];
}

/**
 * Import specifiers in source order, each once, without quotes. Forms of languages whose imports are no plain
 * strings: Python `.pkg.mod` and, for each name taken from it, `.pkg.mod.name` (which may be a module of its own);
 * Rust `crate::a::{b, c}`, and `self::name` for `mod name;`; Ruby `./name` for `require_relative`.
 */
export function importsIn(matches: readonly Match[], languageId: string, text: string): string[] {
  const specifiers = matches.flatMap((match) => specifiersOf(match, languageId, text));
  return [...new Set(specifiers)].filter((specifier) => specifier !== '');
}

/** The import statements in source order; `references` are the file's identifiers, ascending by offset. */
export function importStatementsIn(
  matches: readonly Match[],
  languageId: string,
  references: readonly { name: string; offset: number }[],
  text: string,
): ImportStatement[] {
  const statements = new Map<number, ImportStatement>();
  for (const match of matches) {
    const found = match.captures.find((c) => c.name === 'import.statement');
    if (!found) continue;
    const { start, end } = found;
    const known = statements.get(start) ?? { start, end, line: 0, specifiers: [], names: [] };
    for (const specifier of specifiersOf(match, languageId, text)) {
      if (specifier !== '' && !known.specifiers.includes(specifier)) known.specifiers.push(specifier);
    }
    statements.set(start, known);
  }
  const sorted = [...statements.values()].sort((a, b) => a.start - b.start);
  let next = 0;
  let line = 1;
  let at = 0;
  for (const statement of sorted) {
    for (let end = text.indexOf('\n', at); end >= 0 && end < statement.start; end = text.indexOf('\n', at)) {
      line++;
      at = end + 1;
    }
    statement.line = line;
    while ((references[next]?.offset ?? Infinity) < statement.start) next++;
    for (; (references[next]?.offset ?? Infinity) < statement.end; next++) {
      const reference = references[next];
      if (reference) addName(statement, reference.name, text.slice(reference.offset, statement.end));
    }
  }
  return sorted;
}

/** `rest` begins with the name. What a path goes on behind (`a` in `a::B`) is no name that is brought in. */
function addName(statement: ImportStatement, name: string, rest: string): void {
  const behind = rest.slice(name.length, name.length + 80);
  const last = statement.names.at(-1);
  if (last?.local === name && last.name !== name) return;
  if (/^\s*(?:\.|::|\\|import\b)/.test(behind)) return;
  const alias = /^\s*(?:as\s+|:\s*)([\p{L}_$][\p{L}\p{N}_$]*)/u.exec(behind)?.[1];
  statement.names.push({ name, local: alias ?? name });
}

function specifiersOf(match: Match, languageId: string, text: string): string[] {
  const textOf = (name: string): string | undefined => {
    const found = match.captures.find((c) => c.name === name);
    return found && text.slice(found.start, found.end);
  };
  const relative = textOf('import.relative');
  if (relative !== undefined) return [languageId === 'rust' ? `self::${relative}` : `./${relative}`];
  const specifier = textOf('import');
  if (specifier === undefined) return [];
  const plain = specifier.replace(/\s+/g, ' ').replace(/^['"<`]|['">`]$/g, '');
  const name = textOf('import.name');
  if (name === undefined) return [plain];
  return [plain, plain.endsWith('.') ? `${plain}${name}` : `${plain}.${name}`];
}
