import type { ContextSpan, Position, SourceFile, SymbolInfo } from '../protocol/indexer';
import { enclosingSymbol, offsetOf } from '../syntax/enclosing';
import type { FileFacts } from '../syntax/file-facts';
import { skeleton } from '../syntax/skeleton';
import { importPaths } from './import-paths';
import { namesUsedNear, type UsedName } from './used-names';

export interface ParsedFile {
  file: SourceFile;
  facts: FileFacts;
}

/** How a file is related to the one that is edited, with the weight and the words of each relation. */
const relations = {
  imported: { weight: 1, words: 'its file is imported' },
  'same-folder': { weight: 0.7, words: 'in the same folder' },
  itself: { weight: 0.7, words: 'in this file' },
  open: { weight: 0.45, words: 'its file is open' },
} as const;
type Relation = keyof typeof relations;

/** What a form is worth beside the whole body. */
const formValue = { body: 1, skeleton: 0.85, signature: 0.6 } as const;

const notForContext = new Set(['test', 'heading', 'key', 'element']);
const members = new Set(['method', 'property', 'constructor']);
const withMembers = new Set(['class', 'interface', 'struct', 'enum', 'trait', 'module', 'namespace']);
const maxBody = { lines: 40, units: 3000 };
const maxSkeletonUnits = 2000;
const maxSpans = 200;
const siblingsScore = 0.3;
const outlineScore = 0.1;

/**
 * Spans worth showing for a place, best first. One definition may come in several forms, which share `path`,
 * `startLine` and `endLine`: whoever packs them takes one ({@link packSpans}). The order is the same for the same input.
 */
export function contextSpans(
  request: ParsedFile & { position: Position; others: ParsedFile[] },
): ContextSpan[] {
  const { file, facts, position } = request;
  const used = namesUsedNear(file.text, facts, position);
  const relationOf = relationsOf(file, facts.imports);
  const others = request.others.filter((other) => other.file.path !== file.path);
  const offset = offsetOf(file.text, position);
  const around = enclosingSymbol(file.text, facts.symbols, position);
  const spans = [
    ...definitions(used, [
      {
        ...request,
        relation: 'itself',
        skip: (symbol) => touches(symbol, offset) || isWithin(symbol, around),
      },
      ...others.map((other) => ({ ...other, relation: relationOf(other.file.path), skip: () => false })),
    ]),
    ...siblings(file, facts.symbols, around),
    ...others.filter((other) => relationOf(other.file.path) === 'imported').flatMap(outlineOf),
  ];
  return spans.sort(byScore).slice(0, maxSpans);
}

interface Source extends ParsedFile {
  relation: Relation;
  skip: (symbol: SymbolInfo) => boolean;
}

function definitions(used: Map<string, UsedName>, sources: Source[]): ContextSpan[] {
  const found = sources.flatMap((source) =>
    source.facts.symbols
      .filter((symbol) => used.has(symbol.name) && !notForContext.has(symbol.kind) && !source.skip(symbol))
      .map((symbol) => ({ source, symbol })),
  );
  const definitionsOf = new Map<string, number>();
  for (const { symbol } of found) definitionsOf.set(symbol.name, (definitionsOf.get(symbol.name) ?? 0) + 1);
  return found.flatMap(({ source, symbol }) => {
    const use = used.get(symbol.name);
    if (!use) return [];
    const relation = relations[source.relation];
    // A name that many things bear says little about which of them is meant; a member needs a receiver as well.
    const ambiguity = Math.sqrt(definitionsOf.get(symbol.name) ?? 1);
    const score = (use.weight * relation.weight * (members.has(symbol.kind) ? 0.7 : 1)) / ambiguity;
    const reason = `defines ${qualified(symbol)}, used on line ${use.line}; ${relation.words}`;
    return formsOf(source, symbol, score, reason);
  });
}

/** The other members of the class around the place, as its skeleton. */
function siblings(file: SourceFile, symbols: SymbolInfo[], around: SymbolInfo | null): ContextSpan[] {
  if (!around) return [];
  const owner = symbols.findLast(
    (symbol) =>
      symbol.name === around.containers.at(-1) && withMembers.has(symbol.kind) && isWithin(around, symbol),
  );
  if (!owner || symbols.filter((symbol) => isWithin(symbol, owner)).length < 3) return [];
  const reason = `members of ${qualified(owner)}, which holds the cursor`;
  return [span(file.path, owner, 'skeleton', siblingsScore, reason, skeletonOf(symbols, owner))];
}

/** What an imported file offers, for names that are not used yet. */
function outlineOf({ file, facts }: ParsedFile): ContextSpan[] {
  const symbols = facts.symbols.filter(
    (symbol) => symbol.containers.length < 2 && !notForContext.has(symbol.kind),
  );
  const [first] = symbols;
  const last = symbols.at(-1);
  if (!first || !last) return [];
  const whole = { ...first, startLine: 1, endLine: Math.max(...symbols.map((symbol) => symbol.endLine)) };
  const text = cutLines(skeleton(symbols), maxSkeletonUnits);
  return [
    span(file.path, whole, 'skeleton', outlineScore, `outline of ${file.path}, which is imported`, text),
  ];
}

function formsOf(
  { file, facts }: ParsedFile,
  symbol: SymbolInfo,
  score: number,
  reason: string,
): ContextSpan[] {
  const body = file.text.slice(symbol.start, symbol.end);
  const make = (form: ContextSpan['form'], text: string): ContextSpan =>
    span(file.path, symbol, form, score * formValue[form], reason, text);
  const spans = [make('signature', symbol.signature)];
  const isShort = symbol.endLine - symbol.startLine < maxBody.lines && body.length <= maxBody.units;
  if (isShort && body !== symbol.signature) spans.push(make('body', body.replaceAll('\r\n', '\n')));
  if (facts.symbols.some((inner) => isWithin(inner, symbol))) {
    spans.push(make('skeleton', skeletonOf(facts.symbols, symbol)));
  }
  return spans;
}

function skeletonOf(symbols: SymbolInfo[], owner: SymbolInfo): string {
  const inner = symbols.filter(
    (symbol) => isWithin(symbol, owner) && symbol.containers.length <= owner.containers.length + 1,
  );
  return cutLines(skeleton([owner, ...inner]), maxSkeletonUnits);
}

function span(
  path: string,
  { startLine, endLine }: SymbolInfo,
  form: ContextSpan['form'],
  score: number,
  reason: string,
  text: string,
): ContextSpan {
  return { path, startLine, endLine, form, reason, score: Math.round(score * 1000) / 1000, text };
}

function relationsOf(file: SourceFile, imports: string[]): (path: string) => Relation {
  const candidates = imports.flatMap((specifier) => importPaths(specifier, file.path, file.languageId));
  const files = new Set(candidates.filter((path) => !path.endsWith('/')));
  const folders = candidates.filter((path) => path.endsWith('/'));
  const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
  return (path) => {
    const folder = folderOf(path);
    if (files.has(path) || folders.some((end) => folder === end || folder.endsWith(`/${end}`)))
      return 'imported';
    return folder === folderOf(file.path) ? 'same-folder' : 'open';
  };
}

function qualified(symbol: SymbolInfo): string {
  return [...symbol.containers, symbol.name].join('.');
}

function touches(symbol: SymbolInfo, offset: number): boolean {
  return symbol.start <= offset && offset <= symbol.end;
}

function isWithin(symbol: SymbolInfo, outer: SymbolInfo | null): boolean {
  return outer !== null && symbol !== outer && symbol.start >= outer.start && symbol.end <= outer.end;
}

/** The first whole lines of a text that fit. */
function cutLines(text: string, units: number): string {
  return text.length <= units ? text : `${text.slice(0, text.lastIndexOf('\n', units))}\n…`;
}

function byScore(a: ContextSpan, b: ContextSpan): number {
  return b.score - a.score || compare(a.path, b.path) || a.startLine - b.startLine || compare(a.form, b.form);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
