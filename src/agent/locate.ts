import { isAbort } from '../base/errors';
import type { FileSnapshot } from '../base/ports';
import type { SymbolInfo, SourceFile } from '../protocol/indexer';
import { assertionLanguage, readAssertion, statementAt } from './assertion';
import { calledNames, failurePlaces } from './failure';
import { namesIn, pathsIn } from './intent';
import type { Run } from './ports';
import { isTest, isTestFile } from './test-command';

/** A symbol that a request or a failure is about, with why it was picked. */
export interface Target {
  file: FileSnapshot;
  symbol: SymbolInfo;
  reason: string;
  /** Higher is likelier. */
  score: number;
}

const changeable = new Set([
  'function',
  'method',
  'constructor',
  'class',
  'struct',
  'interface',
  'type',
  'enum',
  'trait',
  'module',
  'constant',
  'variable',
]);
const functions = new Set(['function', 'method', 'constructor']);

/** With fewer candidates than this, what the first one calls comes into question as well. */
const enoughTargets = 3;

/** Longest symbol, in lines, that is rewritten whole. */
const maxSymbolLines = 120;

/** `Class.method`, as a symbol edit names it. */
export function qualifiedName(symbol: SymbolInfo): string {
  return [...symbol.containers, symbol.name].join('.');
}

/** The text of a target's symbol, indented as if it stood at the beginning of the line. */
export function symbolText(target: Target): string {
  return symbolCode(target.file.text, target.symbol);
}

/** A symbol's code, without the indentation that all its lines share. */
export function symbolCode(text: string, symbol: Pick<SymbolInfo, 'start' | 'end'>): string {
  const lineStart = text.lastIndexOf('\n', symbol.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, symbol.start))?.[0] ?? '';
  return text
    .slice(symbol.start, symbol.end)
    .split('\n')
    .map((line, index) => (index > 0 && line.startsWith(indent) ? line.slice(indent.length) : line))
    .join('\n');
}

/** Symbols that the failing output and the request point at, likeliest first. */
export async function locateFailure(
  run: Run,
  request: string,
  output: string,
  paths: readonly string[],
): Promise<Target[]> {
  const found: Target[] = [];
  const testCode: string[] = [];
  const asserted: string[] = [];
  const inTests = new Set<string>();
  for (const place of failurePlaces(output, paths).slice(0, 12)) {
    const file = await readQuietly(run, place.path);
    if (!file) continue;
    const symbol = await symbolAround(run, file, place.line);
    const line = lineOf(file.text, place.line);
    if (isTest(place.path, file.text)) {
      testCode.push(symbol ? symbolCode(file.text, symbol) : line);
      asserted.push(...subjectsAt(file, place.line));
      for (const own of await outlineOf(run, file)) if (functions.has(own.kind)) inTests.add(own.name);
    } else if (symbol && (isTestSymbol(file.text, symbol) || asserting.test(line))) {
      // A test beside the code, or a script that asserts something of it.
      testCode.push(line);
      asserted.push(...calledNames(line));
      inTests.add(symbol.name);
    } else if (symbol && usable(symbol)) {
      found.push({ file, symbol, reason: `the failure names line ${place.line}`, score: 3 });
    }
  }
  // A failure that names no place, as console.assert prints it: all that the named test calls comes into question.
  const silent = testCode.length === 0 && found.length === 0;
  for (const path of silent ? pathsIn(request).filter((name) => isTestFile(name)) : []) {
    if (paths.includes(path)) testCode.push((await readQuietly(run, path))?.text ?? '');
  }
  const named = namesIn(request);
  // A test's own helpers are no subject, even where the code has something of the same name.
  const called = testCode.flatMap(calledNames).filter((name) => !inTests.has(name));
  const inOutput = [
    ...output.matchAll(/\b(?:name|function|method|attribute|property) '?([A-Za-z_$][\w$]*)'?/g),
  ].map((m) => m[1] ?? '');
  const names = [...new Set([...named, ...called, ...inOutput])].slice(0, 12);
  for (const target of await definitionsOf(run, names, paths)) {
    const { name } = target.symbol;
    const isNamed = named.includes(name);
    const score = isNamed ? 4 : asserted.includes(name) ? 3 : called.includes(name) ? 2 : 1;
    const reason = isNamed ? 'named in the request' : 'called by the failing test';
    found.push({ ...target, score, reason });
  }
  const targets = merged(found);
  return targets.length > 0 && targets.length < enoughTargets
    ? merged([...targets, ...(await calleesOf(run, targets[0], paths))])
    : targets;
}

/** What the likeliest symbol calls: a wrong value may come from there. */
async function calleesOf(run: Run, target: Target | undefined, paths: readonly string[]): Promise<Target[]> {
  if (!target) return [];
  const names = calledNames(symbolText(target)).filter((name) => name !== target.symbol.name);
  const defined = await definitionsOf(run, names.slice(0, 12), paths);
  return defined.map((callee) => ({ ...callee, score: 0.5, reason: `called by ${target.symbol.name}` }));
}

/** Symbols that the request names, in the files that it names or anywhere. */
export async function locateNamed(run: Run, request: string, paths: readonly string[]): Promise<Target[]> {
  const files = pathsIn(request).map((name) =>
    paths.find((path) => path === name || path.endsWith(`/${name}`)),
  );
  const targets: Target[] = [];
  for (const path of files.filter((file) => file !== undefined)) {
    const file = await readQuietly(run, path);
    if (!file) continue;
    for (const symbol of await outlineOf(run, file)) {
      if (usable(symbol) && new RegExp(`(^|[^\\w$])${escape(symbol.name)}([^\\w$]|$)`).test(request)) {
        targets.push({ file, symbol, reason: 'named in the request', score: 5 });
      }
    }
  }
  if (targets.length === 0) targets.push(...(await definitionsOf(run, namesIn(request), paths)));
  return merged(targets);
}

/** Definitions of the names, found by searching for what looks like one and then reading the outline. */
export async function definitionsOf(
  run: Run,
  names: readonly string[],
  paths: readonly string[],
): Promise<Target[]> {
  const simple = names.map((name) => name.split('.').at(-1) ?? name);
  if (simple.length === 0) return [];
  const { matches } = await run.ports.workspace.search(
    {
      pattern: `\\b(${simple.map(escape).join('|')})\\b\\s*[(=:<{]`,
      regex: true,
      caseSensitive: true,
      maxMatches: 200,
    },
    run.signal,
  );
  const files = [...new Set(matches.map((match) => match.path))].filter(
    (path) => paths.includes(path) && !isTestFile(path),
  );
  const targets: Target[] = [];
  for (const path of files.slice(0, 20)) {
    const file = await readQuietly(run, path);
    if (!file || isTest(path, file.text)) continue;
    const outline = await outlineOf(run, file);
    for (const symbol of outline) {
      if (
        simple.includes(symbol.name) &&
        usable(symbol) &&
        !isTestSymbol(file.text, symbol) &&
        hasBody(file.text, symbol)
      )
        targets.push({ file, symbol, reason: 'named in the request', score: 4 });
    }
  }
  return targets;
}

/** One target per symbol, scores added up; functions before classes, since a smaller rewrite is a surer one. */
function merged(targets: readonly Target[]): Target[] {
  const byKey = new Map<string, Target>();
  for (const target of targets) {
    const key = `${target.file.path}#${target.symbol.start}`;
    const known = byKey.get(key);
    byKey.set(key, known ? { ...known, score: known.score + target.score } : target);
  }
  const weight = (target: Target): number => target.score + (functions.has(target.symbol.kind) ? 0.5 : 0);
  return [...byKey.values()].sort((a, b) => weight(b) - weight(a));
}

function usable(symbol: SymbolInfo): boolean {
  return changeable.has(symbol.kind) && symbol.endLine - symbol.startLine < maxSymbolLines;
}

/** False for a declaration that only says that there is such a function, as in C, and for a name that is imported. */
function hasBody(text: string, symbol: SymbolInfo): boolean {
  const code = text.slice(symbol.start, symbol.end);
  if (/^(?:const|let|var)\b[^;{]*=\s*(?:await )?(?:require|import)\(.*\)[\w.]*;?\s*$/.test(code))
    return false;
  return !/;\s*$/.test(code) || /[{=]/.test(code);
}

/** Definitions of a file or a draft; none while the parser is away, so that the task goes on without them. */
export async function outlineOf(run: Run, file: SourceFile): Promise<SymbolInfo[]> {
  try {
    return await run.ports.syntax.request('outline', file, run.signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    return [];
  }
}

/** The symbol around the beginning of a line; null also while the parser is away. */
export async function symbolAround(run: Run, file: FileSnapshot, line: number): Promise<SymbolInfo | null> {
  try {
    return await run.ports.syntax.request('enclosing', { file, position: { line, column: 1 } }, run.signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    return null;
  }
}

/** A file, or undefined for one that cannot be read: then it is no candidate. */
async function readQuietly(run: Run, path: string): Promise<FileSnapshot | undefined> {
  try {
    return await run.ports.workspace.read(path);
  } catch {
    return undefined;
  }
}

/** A line that asserts something of what it calls. */
const asserting = /\b(?:assert\w*!?|expect|EXPECT_\w+|ASSERT_\w+)\s*\(.*[A-Za-z_$][\w$]*\s*\(/;

/** True for a test that stands in a file of code: by its name, by where it is, by how it is marked. */
function isTestSymbol(text: string, symbol: SymbolInfo): boolean {
  const isNamed =
    /^test_|^Test[A-Z_]/.test(symbol.name) || symbol.containers.some((name) => /^tests?$/i.test(name));
  return isNamed || /^\s*(?:#\[(?:\w+::)*test\b|@(?:Parameterized)?Test\b)/m.test(symbolCode(text, symbol));
}

/** Names that the assertion at a line calls. */
function subjectsAt(file: FileSnapshot, line: number): string[] {
  const language = assertionLanguage(file.path);
  const assertion = language && readAssertion(statementAt(file.text, line, language), language);
  return assertion ? calledNames(assertion.call) : [];
}

function lineOf(text: string, line: number): string {
  return text.split('\n')[line - 1] ?? '';
}

function escape(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
