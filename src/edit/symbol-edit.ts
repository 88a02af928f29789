/** Replacing a whole definition by name. */
import type { SymbolInfo } from '../protocol/indexer';
import { refuse, type EditResult, type Span, type Tolerance } from './edit-types';
import { indentUnitOf, reindentBlock } from './indentation';
import { indentOf, isBlank, lineTexts } from './lines';
import { nearestNames } from './nearest';

type Refused = EditResult & { result: 'refused' };

/** What a symbol edit replaces, and by what (with `\n`, still to be fitted to the file's line ends). */
export interface SymbolChange extends Span {
  new: string;
  tolerances: Tolerance[];
}

/** `Container.name` as people write it in any language, with or without parentheses and a leading keyword. */
function parseSymbolName(name: string): { path: string[]; plain: boolean } {
  const plain = name.trim();
  const bare = plain
    .replace(/\(.*$/s, '')
    .replace(
      /^(?:(?:async|export|default|static|public|private|protected|function|func|fn|def|class|interface|struct|type|const|let|var)\s+)+/,
      '',
    )
    .replace(/[:;{\s]+$/, '')
    .trim();
  const path = bare.split(/\.|::|#/).filter((part) => part !== '');
  return { path, plain: path.join('.') === plain };
}

export function qualifiedName(symbol: Pick<SymbolInfo, 'name' | 'containers'>): string {
  return [...symbol.containers, symbol.name].join('.');
}

/** Symbols that a name means: the full path's end must agree. */
export function symbolsNamed(symbols: readonly SymbolInfo[], name: string): SymbolInfo[] {
  const { path } = parseSymbolName(name);
  const wanted = path.at(-1);
  const containers = path.slice(0, -1);
  return symbols.filter(
    (symbol) =>
      symbol.name === wanted &&
      containers.every((part, i) => symbol.containers.at(i - containers.length) === part),
  );
}

/** The one symbol that a name means, or why there is none. */
export function findSymbol(symbols: readonly SymbolInfo[], name: string): SymbolInfo | Refused {
  if (symbols.length === 0) {
    return refuse('no-symbols', 'No definitions are known in this file: replace text instead.');
  }
  const found = symbolsNamed(symbols, name);
  const [only] = found;
  if (!only) {
    const names = nearestNames(name, [...symbols.map(qualifiedName), ...symbols.map((s) => s.name)]);
    const hint = names.length > 0 ? names : symbols.slice(0, 8).map(qualifiedName);
    return refuse('no-match', `There is no “${name}” in this file. It has: ${hint.join(', ')}.`);
  }
  if (found.length > 1) {
    const places = found.map((s) => `${qualifiedName(s)} (line ${s.startLine})`).join(', ');
    return refuse(
      'ambiguous',
      `“${name}” stands for several definitions: ${places}. Name one with its container.`,
    );
  }
  return only;
}

/**
 * The change that puts `newText` in place of a symbol.
 *
 * @param newSymbols definitions in `newText` as far as a parser knows them; then only the target is taken from it
 */
export function symbolChange(
  text: string,
  symbols: readonly SymbolInfo[],
  edit: { name: string; new: string; delete?: boolean },
  newSymbols: readonly SymbolInfo[] | undefined,
): SymbolChange | Refused {
  const symbol = findSymbol(symbols, edit.name);
  if ('result' in symbol) return symbol;
  const span = wholeLinesOf(text, symbol);
  const tolerances: Tolerance[] = parseSymbolName(edit.name).plain ? [] : ['symbol-name'];
  if (isBlank(edit.new)) {
    if (edit.delete !== true) {
      return refuse('empty', `The new text for “${edit.name}” is empty: write the whole definition.`);
    }
    return { ...removal(text, span), new: '', tolerances };
  }
  const taken = takeTarget(edit.new, symbol, text, symbols, newSymbols ?? []);
  if ('result' in taken) return taken;
  if (taken.partial) tolerances.push('only-target-taken');

  const oldLines = lineTexts(text.slice(span.start, span.end));
  const kept = keepLead(oldLines, trimBlankEnds(lineTexts(taken.text)), symbol);
  tolerances.push(...kept.tolerances);
  const base = indentOf(oldLines.find((line) => !isBlank(line)) ?? '');
  const block = reindentBlock(kept.lines, base, indentUnitOf(lineTexts(text)));
  if (block.join('\n') !== kept.lines.join('\n')) tolerances.push('indentation');
  return { ...span, new: [...kept.lead, ...block].join('\n'), tolerances };
}

/** From the beginning of the symbol's first line when only white space stands before it, to its end. */
function wholeLinesOf(text: string, symbol: SymbolInfo): Span {
  const lineStart = text.lastIndexOf('\n', symbol.start - 1) + 1;
  const start = isBlank(text.slice(lineStart, symbol.start)) ? lineStart : symbol.start;
  const tail = /\s*$/.exec(text.slice(symbol.start, symbol.end))?.[0].length ?? 0;
  return { start, end: symbol.end - tail };
}

/** A removal takes the definition's line end and the blank lines after it along. */
function removal(text: string, span: Span): Span {
  const after = /^[ \t]*(\r?\n([ \t]*\r?\n)*)?/.exec(text.slice(span.end))?.[0].length ?? 0;
  return { start: span.start, end: span.end + after };
}

/** The target's own text out of a new text that may hold more. */
function takeTarget(
  newText: string,
  target: SymbolInfo,
  fileText: string,
  symbols: readonly SymbolInfo[],
  newSymbols: readonly SymbolInfo[],
): { text: string; partial: boolean } | Refused {
  const named = newSymbols.filter((symbol) => symbol.name === target.name && sameContainers(symbol, target));
  const [found] = named;
  if (!found) return mentionsTarget(newText, target, newSymbols);
  if (named.length > 1) {
    return refuse('ambiguous', `The new text defines “${target.name}” ${named.length} times: write it once.`);
  }
  const torn = tornLine(newText, found, newSymbols);
  if (torn !== undefined) {
    return refuse(
      'syntax',
      `“${torn}” stands outside of “${target.name}” in the new text: write it again, correctly indented.`,
    );
  }
  const added = newSymbols.find(
    (symbol) =>
      !(symbol.start >= found.start && symbol.end <= found.end) &&
      !(symbol.start <= found.start && symbol.end >= found.end) &&
      !symbols.some((known) => known.name === symbol.name),
  );
  if (added) {
    return refuse(
      'wrong-symbol',
      `The new text also defines “${added.name}”, which is not in the file: write only “${target.name}” here.`,
    );
  }
  const span = wholeLinesOf(newText, found);
  const outside = newText.slice(0, span.start) + newText.slice(span.end);
  const wanted = newImport(outside, fileText);
  if (wanted !== undefined) {
    return refuse(
      'wrong-symbol',
      `The new text also has “${wanted}”: write only “${target.name}”, with what it needs inside of it.`,
    );
  }
  return { text: newText.slice(span.start, span.end), partial: !isBlank(outside) };
}

/** A statement that belongs inside of a definition and stands beside the target's: wrong indentation tore it off. */
function tornLine(newText: string, found: SymbolInfo, newSymbols: readonly SymbolInfo[]): string | undefined {
  const outside = newSymbols
    .filter((symbol) => !(symbol.start < found.start && symbol.end > found.end))
    .reduce((text, { start, end }) => {
      const gap = text.slice(start, end).replace(/[^\n]/g, ' ');
      return text.slice(0, start) + gap + text.slice(end);
    }, newText);
  return lineTexts(outside)
    .find((line) => insideOnly.test(line))
    ?.trim();
}

function sameContainers(symbol: SymbolInfo, target: SymbolInfo): boolean {
  return symbol.containers.every((part, i) => target.containers.at(i - symbol.containers.length) === part);
}

/** An import beside the definition that the file lacks: it would be lost, so it is not passed over. */
function newImport(outside: string, fileText: string): string | undefined {
  const known = new Set(lineTexts(fileText).map((line) => line.trim()));
  return lineTexts(outside)
    .map((line) => line.trim())
    .find((line) => importPattern.test(line) && !known.has(line));
}

/** Python statements that have their place inside of a definition: outside, they were torn from it. */
const insideOnly = /^\s*(return|yield|break|continue|elif|else|except|finally)\b/;

const importPattern = /^(import\b|from\s+\S+\s+import\b|#include\b|use\s+[\w:{]|using\s+\w|require\b)/;

/** Without a parse of the new text (a method on its own seldom parses) its first code line has to name the target. */
function mentionsTarget(
  newText: string,
  target: SymbolInfo,
  newSymbols: readonly SymbolInfo[],
): { text: string; partial: boolean } | Refused {
  const name = target.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const first = lineTexts(newText).find((line) => new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(line));
  const other = newSymbols.find((symbol) => symbol.containers.length === 0);
  if (first === undefined || (other && target.containers.length === 0)) {
    const defined = other ? `defines “${other.name}”, not` : 'does not define';
    return refuse(
      'wrong-symbol',
      `The new text ${defined} “${target.name}”: write the whole “${target.name}”.`,
    );
  }
  return { text: newText, partial: false };
}

function trimBlankEnds(lines: string[]): string[] {
  const from = lines.findIndex((line) => !isBlank(line));
  const to = lines.findLastIndex((line) => !isBlank(line));
  return lines.slice(Math.max(from, 0), to + 1);
}

/**
 * Comments and decorators that lead a definition, and its `export`, belong to it and are rarely repeated by a small
 * model: where the new text begins without any, the old ones stay.
 */
function keepLead(
  oldLines: readonly string[],
  newLines: readonly string[],
  symbol: SymbolInfo,
): { lead: string[]; lines: string[]; tolerances: Tolerance[] } {
  const count = leadingLines(oldLines);
  const lead = leadingLines(newLines) === 0 ? oldLines.slice(0, count) : [];
  const tolerances: Tolerance[] = lead.length > 0 ? ['leading-comment-kept'] : [];
  const head = oldLines[count] ?? '';
  const exported = /^\s*(export\s+(?:default\s+)?)/.exec(head)?.[1];
  const at = leadingLines(newLines);
  const own = newLines[at] ?? '';
  const needsExport = exported !== undefined && symbol.containers.length === 0 && !/^\s*export\b/.test(own);
  if (!needsExport) return { lead, lines: [...newLines], tolerances };
  const lines = newLines.map((line, i) => (i === at ? line.replace(/^(\s*)/, `$1${exported}`) : line));
  return { lead, lines, tolerances: [...tolerances, 'export-kept'] };
}

/** How many lines before the declaration are comments, decorators or attributes. */
export function leadingLines(lines: readonly string[]): number {
  let count = 0;
  let inBlock = false;
  for (const line of lines) {
    const text = line.trim();
    if (inBlock) inBlock = !text.includes('*/');
    else if (text.startsWith('/*')) inBlock = !text.includes('*/');
    else if (!/^(\/\/|#|@|--|\[[A-Z])/.test(text) && text !== '') break;
    count++;
  }
  return count === lines.length ? 0 : count;
}
