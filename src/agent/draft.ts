/** What of a model's draft is the definition that was asked for, and what else of it is needed. Pure. */
import type { SymbolInfo } from '../protocol/indexer';
import { tokensOf } from '../syntax/tokens';

export interface Draft {
  /** The definition, with what leads it. */
  code: string;
  /** Helpers beside it that it uses and the file does not have, in order. */
  helpers: string[];
  /** Import lines that it needs and the file does not have. */
  imports: string[];
}

/**
 * Takes a draft apart: a small model repeats neighbours, adds tests of its own and leaves out what it need not write.
 * Only the definition, new helpers that it uses and new imports count. Undefined when the definition is not in it or is
 * there twice; then the draft is taken as it came.
 */
export function readDraft(
  draft: string,
  symbols: readonly SymbolInfo[],
  target: Pick<SymbolInfo, 'name' | 'containers'>,
  file: { text: string; languageId: string; names: ReadonlySet<string> },
): Draft | undefined {
  const named = symbols.filter(({ name }) => name === target.name);
  const [found] = named;
  if (!found || named.length > 1) return undefined;
  const code = lineText(draft, found);
  if (target.containers.length > 0) return { code, helpers: [], imports: [] };
  const others = symbols.filter(
    (symbol) =>
      symbol.containers.length === 0 &&
      symbol !== found &&
      !file.names.has(symbol.name) &&
      isCode(symbol.kind),
  );
  const used = usedFrom(code, others, draft, file.languageId);
  const helpers = used.map((symbol) => lineText(draft, symbol));
  const outside = [found, ...symbols.filter((symbol) => symbol.containers.length === 0)].reduce(
    (text, { start, end }) =>
      text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end),
    draft,
  );
  const known = new Set(file.text.split(/\r?\n/).map((line) => line.trim()));
  const words = wordsOf([code, ...helpers].join('\n'), file.languageId);
  const imports = outside
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        importLine.test(line) &&
        !known.has(line) &&
        brings(line, file.languageId).some((name) => words.has(name)),
    );
  return { code, helpers, imports: [...new Set(imports)] };
}

const importLine =
  /^(import\s+[\w.]+(\s+as\s+\w+)?|from\s+[\w.]+\s+import\s+[\w, ]+|(const|let|var)\s+.+=\s*require\(['"][^'"]+['"]\)(\.\w+)?;?|import\s+.+\s+from\s+['"][^'"]+['"];?)$/;

/** Names that an import line brings. */
function brings(line: string, languageId: string): string[] {
  const last = /\bas\s+(\w+)$/.exec(line)?.[1];
  if (last !== undefined) return [last];
  return [...wordsOf(line, languageId)];
}

/** The helpers that the code uses, and those that these use, in the order of the draft. */
function usedFrom(
  code: string,
  others: readonly SymbolInfo[],
  draft: string,
  languageId: string,
): SymbolInfo[] {
  const used = new Set<SymbolInfo>();
  const queue = [code];
  for (let text = queue.pop(); text !== undefined; text = queue.pop()) {
    const words = wordsOf(text, languageId);
    for (const other of others) {
      if (used.has(other) || !words.has(other.name)) continue;
      used.add(other);
      queue.push(lineText(draft, other));
    }
  }
  return others.filter((other) => used.has(other));
}

function wordsOf(code: string, languageId: string): Set<string> {
  return new Set(
    tokensOf(code, languageId)
      .filter(({ kind }) => kind === 'word')
      .map(({ text }) => text),
  );
}

/** A definition's text from the beginning of its line, without space at its end. */
function lineText(draft: string, { start, end }: Pick<SymbolInfo, 'start' | 'end'>): string {
  const lineStart = draft.lastIndexOf('\n', start - 1) + 1;
  const from = draft.slice(lineStart, start).trim() === '' ? lineStart : start;
  return draft.slice(from, end).trimEnd();
}

function isCode(kind: string): boolean {
  return /^(function|method|class|constant|variable|struct|type|enum)$/.test(kind);
}

/** The file with the draft's imports at its head: behind the last import line, or behind what leads the file. */
export function withImports(text: string, imports: readonly string[]): string {
  if (imports.length === 0) return text;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(eol);
  const firstCode = lines.findIndex(
    (line) => line.trim() !== '' && !/^\s*(#|\/\/|\/\*|\*|['"]use )/.test(line),
  );
  const last = lines.findLastIndex((line) => importLine.test(line));
  const at = last >= 0 ? last + 1 : Math.max(firstCode, 0);
  return [...lines.slice(0, at), ...imports, ...lines.slice(at)].join(eol);
}

/**
 * Code without what does not count as a change: layout, comments, and semicolons at the ends of lines. Where indentation
 * is syntax, it counts.
 */
export function essence(code: string, languageId: string): string {
  const parts: string[] = [];
  const tokens = tokensOf(dedented(code), languageId);
  tokens.forEach(({ kind, text }, index) => {
    if (kind === 'comment' || (text === ';' && endsLine(tokens[index + 1]))) return;
    if (kind !== 'space') parts.push(text);
    else if (indentationCounts.has(languageId) && text.includes('\n')) {
      const line = text.slice(text.lastIndexOf('\n'));
      if (parts.at(-1)?.startsWith('\n')) parts.pop();
      parts.push(line);
    }
  });
  return parts.join(' ').trimEnd();
}

const indentationCounts = new Set(['python', 'yaml', 'coffeescript', 'haml', 'pug']);

function endsLine(next: { text: string } | undefined): boolean {
  return next === undefined || next.text.includes('\n');
}

/** Code without the indentation that all its lines share and without space at their ends. */
export function dedented(code: string): string {
  const lines = code.split(/\r?\n/).map((line) => line.trimEnd());
  const indents = lines.filter((line) => line !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)).join('\n');
}
