import type { ContextSpan, LineRange, SourceFile, SymbolInfo } from '../protocol/indexer';
import { offsetOf } from '../syntax/enclosing';
import type { FileFacts } from '../syntax/file-facts';
import { notCode, qualified } from './candidates';
import { noEvidence } from './evidence';
import { isLocal } from './local-definition';
import { lookAround, receiverBefore } from './place';
import type { Ranked } from './rank';
import { definitionOf, resolveName, routeWords, visibleFiles } from './resolve-name';
import type { SymbolIndex } from './symbol-index';

/** What is less sure than this is left out: code that is not meant misleads more than it helps. */
const leastConfidence = 0.45;
const perName = 3;
/** A definition of the same file that is longer is shown by its signature. */
const longestOwnBody = { lines: 12, units: 600 };
const functions = new Set(['function', 'method', 'constructor']);
const notMeant = new Set([...notCode, 'field']);

interface UsedName {
  name: string;
  uses: number;
  receiver: string | undefined;
}

/** Definitions of other files that the lines of a range use, the surest and most used first. */
export function usedElsewhere(
  file: SourceFile,
  facts: FileFacts,
  range: LineRange,
  index: SymbolIndex,
): Ranked[] {
  const place = lookAround(file, facts, { line: range.startLine, column: 1 }, index);
  const visible = visibleFiles(place, index);
  const found = new Map<string, Ranked>();
  for (const { name, uses, receiver } of namesUsed(file, facts, range)) {
    const sure = resolveName(name, receiver, place, visible, index)
      .filter(({ confidence }) => confidence >= leastConfidence)
      .slice(0, perName);
    for (const { ref, confidence, route } of sure) {
      const definition = definitionOf(ref, index);
      const key = `${ref.file} ${ref.index}`;
      if (!definition || notMeant.has(definition.kind) || isLocal(ref, index) || found.has(key)) continue;
      const score = confidence * (1 + Math.log2(uses));
      const path = index.pathOf(ref.file);
      const reason = `used there; ${routeWords(route)}`;
      found.set(key, { ref, definition, path, evidence: noEvidence, reasons: {}, score, reason });
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

/** Definitions of the file itself that the lines of a range use and that lie outside of it. */
export function usedInFile(file: SourceFile, facts: FileFacts, range: LineRange): ContextSpan[] {
  const names = new Map(namesUsed(file, facts, range).map((used) => [used.name, used]));
  const around = facts.symbols.filter((s) => s.startLine <= range.startLine && range.endLine <= s.endLine);
  return facts.symbols.flatMap((symbol) => {
    const used = names.get(symbol.name);
    const isApart = symbol.endLine < range.startLine || symbol.startLine > range.endLine;
    if (!used || !isApart || notMeant.has(symbol.kind) || isWithinOther(symbol, around, facts.symbols)) {
      return [];
    }
    const score = 0.9 * (1 + Math.log2(used.uses));
    const span = (form: ContextSpan['form'], text: string, worth: number): ContextSpan => ({
      path: file.path,
      symbol: qualified(symbol),
      startLine: symbol.startLine,
      endLine: symbol.endLine,
      form,
      reason: 'used there; in the same file',
      score: score * worth,
      text,
    });
    const body = file.text.slice(symbol.start, symbol.end).replaceAll('\r\n', '\n');
    const isShort =
      symbol.endLine - symbol.startLine < longestOwnBody.lines && body.length <= longestOwnBody.units;
    return [
      span('signature', symbol.signature, 1),
      ...(isShort && body !== symbol.signature ? [span('body', body, 1.4)] : []),
    ];
  });
}

/** Local to a function that is not around the range: what it defines cannot be meant. */
function isWithinOther(
  symbol: SymbolInfo,
  around: readonly SymbolInfo[],
  all: readonly SymbolInfo[],
): boolean {
  return all.some(
    (outer) =>
      outer !== symbol &&
      functions.has(outer.kind) &&
      outer.start <= symbol.start &&
      symbol.end <= outer.end &&
      !around.includes(outer),
  );
}

function namesUsed(file: SourceFile, facts: FileFacts, { startLine, endLine }: LineRange): UsedName[] {
  const start = offsetOf(file.text, { line: startLine, column: 1 });
  const end = offsetOf(file.text, { line: endLine + 1, column: 1 });
  const names = new Map<string, UsedName>();
  for (const { name, offset } of facts.references) {
    if (offset < start || offset >= end || name.length < 2) continue;
    const known = names.get(name);
    if (known) known.uses++;
    else names.set(name, { name, uses: 1, receiver: receiverBefore(file.text, offset) });
  }
  return [...names.values()];
}
