import type {
  ContextSpan,
  LineRange,
  Problem,
  SourceFile,
  SymbolInfo,
  ToldDefinition,
} from '../protocol/indexer';
import { offsetOf } from '../syntax/enclosing';
import type { FileFacts } from '../syntax/file-facts';
import { notCode, qualified } from './candidates';
import { noEvidence } from './evidence';
import { isLocal } from './local-definition';
import { isMemberAt, mayOffer } from './member-uses';
import { lookAround, receiverBefore } from './place';
import type { Ranked } from './rank';
import {
  definitionOf,
  type Resolution,
  resolveName,
  routeWords,
  toldRef,
  visibleFiles,
} from './resolve-name';
import type { SymbolIndex } from './symbol-index';

/** What is less sure than this is left out: code that is not meant misleads more than it helps. */
const leastConfidence = 0.45;
const perName = 3;
/** A definition of the same file that is longer is shown by its signature. */
const longestOwnBody = { lines: 12, units: 600 };
const functions = new Set(['function', 'method', 'constructor']);
const notMeant = new Set([...notCode, 'field']);

/** Uses that a name counts for which a problem tells. */
const usesOfProblem = 2;

/** Lines of a file, with what is reported of them. */
export interface Work {
  range: LineRange;
  problems: readonly Problem[];
  /** What a language service has said about names there. */
  told: readonly ToldDefinition[];
}

interface UsedName {
  name: string;
  uses: number;
  receiver: string | undefined;
  /** Why it is wanted. */
  reason: string;
}

/** Definitions of other files that the lines use or a problem there names, the surest and most used first. */
export function usedElsewhere(file: SourceFile, facts: FileFacts, work: Work, index: SymbolIndex): Ranked[] {
  const { range } = work;
  const place = lookAround(file, facts, { line: range.startLine, column: 1 }, index);
  const visible = visibleFiles(place, index);
  const found = new Map<string, Ranked>();
  for (const { name, uses, receiver, reason: why } of namesUsed(file, facts, work)) {
    const known = toldOf(name, file, work, index);
    const meant = known.length > 0 ? known : resolveName(name, receiver, place, visible, index);
    const isGuess = receiver === undefined && meant.some(({ route }) => route.by === 'name');
    if (isGuess && isBound(name, file.text)) continue;
    const isPossible = ({ ref, route }: Resolution): boolean =>
      receiver === undefined ||
      route.by === 'service' ||
      (receiver !== '' && route.by !== 'name') ||
      mayOffer(receiver, ref, place, index);
    const sure = meant
      .filter((one) => one.confidence >= leastConfidence && isPossible(one))
      .slice(0, perName);
    for (const { ref, confidence, route } of sure) {
      const definition = definitionOf(ref, index);
      const key = `${ref.file} ${ref.index}`;
      if (!definition || notMeant.has(definition.kind) || isLocal(ref, index) || found.has(key)) continue;
      const score = confidence * (1 + Math.log2(uses));
      const path = index.pathOf(ref.file);
      const reason = `${why}; ${routeWords(route)}`;
      found.set(key, { ref, definition, path, evidence: noEvidence, reasons: {}, score, reason });
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

/** Whether a file gives the name a value itself, as to a variable or a parameter: then nothing else is meant. */
function isBound(name: string, text: string): boolean {
  const own = String.raw`(?<![\w$.])${name.replaceAll('$', String.raw`\$`)}(?![\w$])`;
  // Each looks no further than a bound: a line may be a megabyte long.
  const forms = [
    String.raw`${own}\??\s*(?:=(?![=>])|:(?!:)|:=)`,
    String.raw`\b(?:const|let|var|val)\b[^;\n=]{0,120}${own}`,
    String.raw`\bfor\b[^;\n=]{0,80}${own}[^;\n=]{0,80}\b(?:in|of)\b`,
    String.raw`\bas\s+${own}|\blambda\b[^:\n]{0,80}${own}`,
    String.raw`${own}[^()\n]{0,80}\)?\s*=>`,
  ];
  return new RegExp(forms.join('|'), 'u').test(text);
}

/** What a language service says of a name, where that is in another file of the index. */
function toldOf(name: string, { path }: SourceFile, { told }: Work, index: SymbolIndex): Resolution[] {
  return told
    .filter((one) => one.name === name && one.path !== path)
    .flatMap((one) => toldRef(one, index) ?? [])
    .map((ref) => ({ ref, confidence: 1, route: { by: 'service' } }));
}

/** Definitions of the file itself that the lines use or a problem there names, and that lie outside of them. */
export function usedInFile(file: SourceFile, facts: FileFacts, work: Work): ContextSpan[] {
  const { range } = work;
  const names = new Map(namesUsed(file, facts, work).map((used) => [used.name, used]));
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
      reason: `${used.reason}; in the same file`,
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

function namesUsed(file: SourceFile, facts: FileFacts, { range, problems }: Work): UsedName[] {
  const start = offsetOf(file.text, { line: range.startLine, column: 1 });
  const end = offsetOf(file.text, { line: range.endLine + 1, column: 1 });
  const names = new Map<string, UsedName>();
  for (const { name, offset } of facts.references) {
    if (offset < start || offset >= end || name.length < 2) continue;
    const known = names.get(name);
    if (known) known.uses++;
    else {
      const receiver = receiverBefore(file.text, offset) ?? (isMemberAt(file.text, offset) ? '' : undefined);
      names.set(name, { name, uses: 1, receiver, reason: 'used there' });
    }
  }
  for (const { line, message } of problems) {
    for (const name of namesIn(message)) {
      const { uses, receiver } = names.get(name) ?? { uses: 0, receiver: undefined };
      const reason = `named by the problem on line ${line}`;
      names.set(name, { name, uses: uses + usesOfProblem, receiver, reason });
    }
  }
  return [...names.values()];
}

/** The names in the quotes of a message; of `Map<string, Door>` and `shop.Door`, each word that may be one. */
export function namesIn(message: string): string[] {
  const quoted = [...message.matchAll(/'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`|[‘“]([^’”\n]+)[’”]/gu)];
  const names = quoted.flatMap((parts) => {
    const inside = parts.slice(1).find((part): part is string => (part as string | undefined) !== undefined);
    return inside?.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
  });
  return [...new Set(names)].filter((name) => name.length > 1);
}
