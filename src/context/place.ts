import type { Position, SourceFile, SymbolInfo } from '../protocol/indexer';
import { enclosingSymbol, offsetOf } from '../syntax/enclosing';
import type { FileFacts, Reference } from '../syntax/file-facts';
import { wordsIn, wordsOf } from './identifiers';
import { resolveImports, type ResolvedImport } from './resolve-imports';
import type { SymbolIndex } from './symbol-index';

/** A name that stands near the cursor. */
export interface NearName {
  /** From 0 to 1: 1 on the cursor's line, less with the distance. */
  weight: number;
  /** The line (1-based) of the use nearest to the cursor. */
  line: number;
  /** What stands before the dot, arrow or double colon of that use. */
  receiver: string | undefined;
}

/** What is to be seen from a place in a file. */
export interface Place {
  file: SourceFile;
  facts: FileFacts;
  line: number;
  offset: number;
  around: SymbolInfo | null;
  /** Definitions that enclose the place, innermost first. */
  enclosing: readonly SymbolInfo[];
  near: ReadonlyMap<string, NearName>;
  /** Names before the cursor and behind it, those of import statements left out. */
  before: ReadonlySet<string>;
  after: ReadonlySet<string>;
  imports: readonly ResolvedImport[];
  /** Words of the identifiers and comments near the cursor, by how near. */
  words: ReadonlyMap<string, number>;
  /** The receiver that the cursor stands right behind (`store.re|`), with what is typed of the member. */
  member: { receiver: string; typed: string } | undefined;
  /** Type names that a variable of this file is declared with or made from, by the variable's name. */
  typesOf: ReadonlyMap<string, readonly string[]>;
}

/** Lines above and below the cursor whose names count. */
const reach = 60;
/** Lines after which a use counts half. */
const halfLife = 6;
/** What lies in another function than the cursor counts for less. */
const outsideWeight = 0.4;
/** Names in the enclosing signatures matter wherever in the body the cursor is. */
const signatureWeight = 0.5;
/** Lines around the cursor whose comments and texts are read as words. */
const wordReach = 8;

export function lookAround(
  file: SourceFile,
  facts: FileFacts,
  position: Position,
  index: SymbolIndex,
): Place {
  const offset = offsetOf(file.text, position);
  const around = enclosingSymbol(file.text, facts.symbols, position);
  const lines = lineStarts(file.text);
  const enclosing = facts.symbols
    .filter((symbol) => symbol.start <= offset && offset <= symbol.end)
    .sort((a, b) => a.end - a.start - (b.end - b.start));
  const written = outsideOf(facts.importStatements, facts.references);
  const near = namesNear(written, { text: file.text, lines, line: position.line, around, enclosing });
  const names = (part: readonly Reference[]): Set<string> => new Set(part.map(({ name }) => name));
  return {
    file,
    facts,
    line: position.line,
    offset,
    around,
    enclosing,
    near,
    before: names(written.filter((reference) => reference.offset < offset)),
    after: names(written.filter((reference) => reference.offset >= offset)),
    imports: resolveImports(facts.importStatements, file, index),
    words: wordsNear(near, file.text, lines, position.line),
    member: memberAt(file.text, offset),
    typesOf: declaredTypes(file.text),
  };
}

function outsideOf(statements: FileFacts['importStatements'], references: readonly Reference[]): Reference[] {
  let next = 0;
  return references.filter(({ offset }) => {
    while ((statements[next]?.end ?? Infinity) <= offset) next++;
    return offset < (statements[next]?.start ?? Infinity);
  });
}

interface Surroundings {
  text: string;
  lines: readonly number[];
  line: number;
  around: SymbolInfo | null;
  enclosing: readonly SymbolInfo[];
}

function namesNear(references: readonly Reference[], place: Surroundings): Map<string, NearName> {
  const { text, lines, line, around, enclosing } = place;
  const near = new Map<string, NearName>();
  const inSignature = (offset: number): boolean =>
    enclosing.some(({ start, signature }) => offset >= start && offset - start <= signature.length + 40);
  for (const { name, offset } of references) {
    if (name.length < 2) continue;
    const at = lineOf(lines, offset);
    const distance = Math.abs(at - line);
    let weight = distance > reach ? 0 : 1 / (1 + distance / halfLife);
    if (around && (offset < around.start || offset > around.end)) weight *= outsideWeight;
    if (inSignature(offset)) weight = Math.max(weight, signatureWeight);
    if (weight > (near.get(name)?.weight ?? 0)) {
      near.set(name, { weight, line: at, receiver: receiverBefore(text, offset) });
    }
  }
  return near;
}

/** The identifier that a member is taken from: `a` for `a.b`, `a?.b`, `a->b`, `a::b`; also through a call, `a().b`. */
export function receiverBefore(text: string, offset: number): string | undefined {
  const before = text.slice(Math.max(0, offset - 80), offset);
  return /([\p{L}_$][\p{L}\p{N}_$]*)(?:\([^()]*\)|\[[^[\]]*\])?[?!]?(?:\.|->|::)\s*$/u.exec(before)?.[1];
}

function memberAt(text: string, offset: number): Place['member'] {
  const typed = /[\p{L}\p{N}_$]*$/u.exec(text.slice(Math.max(0, offset - 80), offset))?.[0] ?? '';
  const receiver = receiverBefore(text, offset - typed.length);
  return receiver === undefined ? undefined : { receiver, typed };
}

function wordsNear(
  near: ReadonlyMap<string, NearName>,
  text: string,
  lines: readonly number[],
  line: number,
): Map<string, number> {
  const words = new Map<string, number>();
  const add = (word: string, weight: number): void => {
    if (weight > (words.get(word) ?? 0)) words.set(word, weight);
  };
  for (const [name, { weight }] of near) for (const word of wordsOf(name)) add(word, weight);
  for (let at = Math.max(1, line - wordReach); at <= Math.min(lines.length, line + wordReach); at++) {
    const weight = 0.7 / (1 + Math.abs(at - line) / halfLife);
    for (const word of wordsIn(text.slice(lines[at - 1], lines[at]))) add(word, weight);
  }
  return words;
}

// A name is read from its beginning only: within a line of a megabyte of letters, each of them could begin one.
const annotation =
  /(?<![\p{L}\p{N}_$])([\p{L}_$][\p{L}\p{N}_$]*)\??\s*:\s*(?:[&*]\s*)?(?:mut\s+|readonly\s+)?([^=;,(){}\n]{1,60})/gu;
const construction =
  /(?<![\p{L}\p{N}_$])([\p{L}_$][\p{L}\p{N}_$]*)\s*(?:[:]?=)\s*(?:await\s+)?(?:new\s+)?[&*]?([\p{L}_$][\p{L}\p{N}_$.:]*)\s*[({<]/gu;
const typeFirst =
  /(?:^|[\s(,<])((?:[\p{L}_][\p{L}\p{N}_]*(?:\.|::))*\p{Lu}[\p{L}\p{N}_]*(?:<[^<>;]{0,60}>)?)[\s*&]+([\p{L}_][\p{L}\p{N}_]*)\s*(?=[=;,){:])/gmu;
const nameFirst =
  /(?<![\p{L}\p{N}_$])([\p{L}_][\p{L}\p{N}_]*)\s+(?:\[\])?[*&]?((?:[\p{L}_][\p{L}\p{N}_]*\.)?\p{Lu}[\p{L}\p{N}_]*)/gu;
const typeName = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/**
 * What variables, parameters and fields are declared as, or made from (`x = make()` gives `make`, whose signature
 * tells the type). By spelling, so that one reader serves all languages; what is no name of a type or function in the
 * index has no effect.
 */
export function declaredTypes(text: string): Map<string, string[]> {
  const types = new Map<string, string[]>();
  const add = (name: string | undefined, spelled: string | undefined): void => {
    if (name === undefined || spelled === undefined) return;
    const list = types.get(name) ?? [];
    for (const type of spelled.match(typeName) ?? []) {
      if (type.length > 1 && !list.includes(type) && list.length < 8) list.push(type);
    }
    types.set(name, list);
  };
  for (const [, name, type] of text.matchAll(annotation)) add(name, type);
  for (const [, name, type] of text.matchAll(construction)) add(name, type);
  for (const [, type, name] of text.matchAll(typeFirst)) add(name, type);
  for (const [, name, type] of text.matchAll(nameFirst)) add(name, type);
  return types;
}

/** Offsets at which the lines of a text begin. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Line (1-based) of an offset; `starts` are the offsets at which the lines begin, ascending. */
export function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
