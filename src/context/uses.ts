/** Where code uses a definition: its callers and its tests, which show what is expected of it. */
import type { ContextSpan, LineRange, SourceFile, SymbolInfo } from '../protocol/indexer';
import { enclosingSymbol } from '../syntax/enclosing';
import type { FileFacts, Reference } from '../syntax/file-facts';
import { qualified, withMembers } from './candidates';
import { lineOf, lineStarts, lookAround, receiverBefore, type Place } from './place';
import { commonFolders, filesOfImport } from './resolve-imports';
import { definitionOf, familyOf, resolveName, visibleFiles } from './resolve-name';
import type { SymbolIndex } from './symbol-index';
import { isTestCode, isTestPath } from './test-code';

const functions = new Set(['function', 'method', 'constructor']);
/** Definitions whose uses are looked for, of those that lines hold. */
const mostTargets = 4;
/** Files that are read for them. */
const mostTestFiles = 2;
const mostOtherFiles = 4;
/** A name that more files use says nothing of who means this definition. */
const mostUsers = 200;
/** Uses of one definition that are looked at in one file. */
const mostPerFile = 6;
/** What is less sure than this is left out, as for {@link usedElsewhere}. */
const leastConfidence = 0.45;
/** Worth beside a definition that is needed, which is about 1. */
const worth = { test: 0.5, caller: 0.4 };
/** A user that is longer is shown by its declaration and the lines that use the definition. */
const longestBody = { lines: 12, units: 600 };
const mostLines = 2;
const longestLine = 160;

/** What lines of a file define: the definition around them, else those that they hold. */
export function targetsIn(facts: FileFacts, { startLine, endLine }: LineRange): SymbolInfo[] {
  const code = facts.symbols.filter(({ kind, name }) => isTarget(kind) && name.length > 1);
  const around = code
    .filter((one) => one.startLine <= startLine && endLine <= one.endLine)
    .sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  if (around) return [around];
  const held = code.filter((one) => startLine <= one.startLine && one.endLine <= endLine);
  return held
    .filter((one) => !held.some((other) => other !== one && holds(other, one)))
    .slice(0, mostTargets);
}

function isTarget(kind: string): boolean {
  return functions.has(kind) || withMembers.has(kind);
}

function holds(outer: SymbolInfo, inner: SymbolInfo): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** Paths of other files that may use the targets: tests first, then who imports the file, then what lies near. */
export function usersOf(file: SourceFile, targets: readonly SymbolInfo[], index: SymbolIndex): string[] {
  const self = index.fileId(file.path);
  const family = familyOf(file.languageId);
  const users = new Set<number>();
  for (const { name } of targets) {
    const id = index.nameId(name);
    const files = id === undefined ? [] : index.filesUsing(id);
    if (files.length > mostUsers) continue;
    for (const user of files) {
      if (user !== self && familyOf(index.languageOf(user)) === family) users.add(user);
    }
  }
  const ranked = [...users]
    .map((id) => ({ path: index.pathOf(id), near: nearness(id, file, self, index) }))
    .sort((a, b) => b.near - a.near || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path);
  const tests = ranked.filter((path) => isTestPath(path)).slice(0, mostTestFiles);
  return [...tests, ...ranked.filter((path) => !isTestPath(path)).slice(0, mostOtherFiles)];
}

function nearness(user: number, file: SourceFile, self: number | undefined, index: SymbolIndex): number {
  const { path, languageId, imports } = index.file(user);
  const isImporter =
    self !== undefined &&
    imports.some(({ specifier }) => filesOfImport(specifier, { path, languageId }, index).includes(self));
  return commonFolders(path, file.path) + (isImporter ? 100 : 0);
}

/** Code of another file that surely means one of the targets, in the forms that a packing chooses from. */
export function usesElsewhere(
  user: SourceFile,
  facts: FileFacts,
  targets: readonly SymbolInfo[],
  file: Pick<SourceFile, 'path'>,
  index: SymbolIndex,
): ContextSpan[] {
  const position = { line: 1, column: 1 };
  const place = lookAround(user, facts, position, index);
  const visible = visibleFiles(place, index);
  const means = (target: SymbolInfo, offset: number): boolean => {
    const enclosing = facts.symbols.filter(({ start, end }) => start <= offset && offset <= end);
    const here: Place = { ...place, enclosing };
    return resolveName(target.name, receiverBefore(user.text, offset), here, visible, index).some(
      ({ ref, confidence }) => {
        const definition = definitionOf(ref, index);
        return (
          confidence >= leastConfidence &&
          definition !== undefined &&
          index.pathOf(ref.file) === file.path &&
          qualified(definition) === qualified(target)
        );
      },
    );
  };
  return spansOf(user, facts, targets, means, () => false);
}

/** Code of the same file, outside of the targets. */
export function usesInFile(
  file: SourceFile,
  facts: FileFacts,
  targets: readonly SymbolInfo[],
): ContextSpan[] {
  const means = (target: SymbolInfo, offset: number): boolean => {
    if (targets.some(({ start, end }) => start <= offset && offset < end)) return false;
    const receiver = receiverBefore(file.text, offset);
    const owner = target.containers.at(-1);
    if (receiver === undefined) return owner === undefined;
    if (receiver === owner) return true;
    return (
      ['this', 'self', 'Self'].includes(receiver) &&
      facts.symbols.some(({ name, start, end }) => name === owner && start <= offset && offset < end)
    );
  };
  // A class is no user of its own members.
  return spansOf(file, facts, targets, means, (user) => targets.some((one) => holds(user, one)));
}

/** What uses a target, with the lines that do. */
interface User {
  symbol: SymbolInfo;
  target: SymbolInfo;
  lines: number[];
  isCall: boolean;
}

function spansOf(
  file: SourceFile,
  facts: FileFacts,
  targets: readonly SymbolInfo[],
  means: (target: SymbolInfo, offset: number) => boolean,
  isTargets: (user: SymbolInfo) => boolean,
): ContextSpan[] {
  const starts = lineStarts(file.text);
  const users = new Map<SymbolInfo, User>();
  for (const target of targets) {
    for (const { name, offset } of referencesTo(target, facts)) {
      const isCall = /^(?:<[^<>()]*>)?!?\s*\(/.test(
        file.text.slice(offset + name.length, offset + name.length + 80),
      );
      // A function's name without a call may be a variable of that name.
      if ((functions.has(target.kind) && !isCall) || !means(target, offset)) continue;
      const line = lineOf(starts, offset);
      const column = offset - (starts[line - 1] ?? 0) + 1;
      const symbol = enclosingSymbol(file.text, facts.symbols, { line, column });
      if (!symbol || isTargets(symbol)) continue;
      const known = users.get(symbol);
      if (!known) users.set(symbol, { symbol, target, lines: [line], isCall });
      else if (known.target === target && !known.lines.includes(line)) known.lines.push(line);
    }
  }
  return [...users.values()].flatMap((user) => formsOf(user, file, starts));
}

/** References of a name where it may mean the target: not in imports, and not where something of that name is defined. */
function referencesTo(target: SymbolInfo, facts: FileFacts): Reference[] {
  const named = facts.references.filter(({ name }) => name === target.name);
  const defined = new Set(
    facts.symbols
      .filter(({ name }) => name === target.name)
      .map(({ start, end }) => named.find(({ offset }) => start <= offset && offset < end)?.offset),
  );
  const isImported = (at: number): boolean =>
    facts.importStatements.some(({ start, end }) => start <= at && at < end);
  return named.filter(({ offset }) => !defined.has(offset) && !isImported(offset)).slice(0, mostPerFile);
}

function formsOf(
  { symbol, target, lines, isCall }: User,
  file: SourceFile,
  starts: readonly number[],
): ContextSpan[] {
  const [first = symbol.startLine] = lines;
  const isTest = isTestCode(file.path, symbol);
  const verb = isCall ? 'calls' : 'uses';
  const what = `${verb} ${qualified(target)} on line ${first}`;
  const make = (form: ContextSpan['form'], text: string, share: number): ContextSpan => ({
    path: file.path,
    symbol: qualified(symbol),
    startLine: symbol.startLine,
    endLine: symbol.endLine,
    form,
    isUse: true,
    reason: isTest ? `test code that ${what}` : what,
    score: (isTest ? worth.test : worth.caller) * share,
    text,
  });
  const textOf = (line: number): string =>
    file.text
      .slice(starts[line - 1] ?? 0, starts[line] ?? file.text.length)
      .trim()
      .slice(0, longestLine);
  const shown = lines.slice(0, mostLines).map((line) => `  ${textOf(line)}`);
  const skeleton = [symbol.signature, '  …', ...shown].join('\n');
  const body = file.text
    .slice(starts[symbol.startLine - 1] ?? 0, starts[symbol.endLine] ?? file.text.length)
    .replaceAll('\r\n', '\n')
    .trimEnd();
  const isShort = symbol.endLine - symbol.startLine < longestBody.lines && body.length <= longestBody.units;
  return [make('skeleton', skeleton, 1), ...(isShort ? [make('body', body, 1.3)] : [])];
}
