import type { ContextSpan, SourceFile } from '../protocol/indexer';
import { isOutlined } from '../syntax/enclosing';
import type { FileFacts } from '../syntax/file-facts';
import { qualified, withMembers } from './candidates';
import { mostRanked, type Ranked } from './rank';
import type { Definition, SymbolIndex } from './symbol-index';

/** Definitions whose bodies are offered as well. */
const mostBodies = 40;
/** A chance below this share of the best one is noise: a small model is better off with less to read. */
const leastShare = 0.007;
/** The likeliest are offered whatever their share: where a budget has room, they are better than nothing. */
const alwaysOffered = 8;
/** What a form adds to the worth of the signature alone. */
const formWorth = { signature: 1, skeleton: 1.25, body: 1.4 } as const;
interface Longest {
  lines: number;
  /** UTF-16 units. */
  units: number;
}
const longestBody: Longest = { lines: 40, units: 2400 };
/** Of what the user wants to be shown, only the budget is a limit. */
const longestPinned: Longest = { lines: Infinity, units: 20_000 };
const mostSkeletonLines = 16;
const longestOwner = 120;

/** Paths whose lines {@link definitionSpans} wants, for whoever may read files. */
export function pathsWanted(ranked: readonly Ranked[]): string[] {
  return [...new Set(ranked.slice(0, mostBodies).map(({ path }) => path))];
}

/**
 * Ranked definitions in the forms that a packing chooses from. Forms of one definition share path and lines. Bodies
 * come from `lines` (of files, by path); a file without them, or one that has changed, has none.
 */
export function definitionSpans(
  ranked: readonly Ranked[],
  index: SymbolIndex,
  lines: ReadonlyMap<string, readonly string[]>,
): ContextSpan[] {
  const least = leastShare * (ranked[0]?.score ?? 0);
  return ranked
    .slice(0, mostRanked)
    .filter(({ score }, place) => place < alwaysOffered || score >= least)
    .flatMap(({ path, score, reason, ref }, place) => {
      const { definitions } = index.file(ref.file);
      const own = place < mostBodies ? lines.get(path) : undefined;
      return formsOf({ path, at: ref.index, score, reason }, definitions, own, longestBody);
    });
}

/** The definition of a name in a file that is read anew, as {@link ContextSpan}s of equal worth. */
export function namedDefinition(
  { path, text }: SourceFile,
  { symbols }: Pick<FileFacts, 'symbols'>,
  { symbol, line }: { symbol: string; line: number },
): ContextSpan[] {
  const found = symbols
    .filter((one) => qualified(one) === symbol)
    .sort((a, b) => Math.abs(a.startLine - line) - Math.abs(b.startLine - line))[0];
  if (!found) return [];
  const named = { path, at: symbols.indexOf(found), score: 1, reason: 'pinned' };
  return formsOf(named, symbols, text.split(/\r?\n/), longestPinned);
}

/** One definition (by its place in its file) in its forms; with the file's lines a body, where it is short enough. */
function formsOf(
  { path, at, score, reason }: { path: string; at: number; score: number; reason: string },
  definitions: readonly Definition[],
  lines: readonly string[] | undefined,
  longest: Longest,
): ContextSpan[] {
  const definition = definitions[at];
  if (!definition) return [];
  const owner = ownerOf(at, definitions);
  const make = (form: ContextSpan['form'], text: string): ContextSpan => ({
    path,
    symbol: qualified(definition),
    startLine: definition.startLine,
    endLine: definition.endLine,
    form,
    ...(owner === undefined ? {} : { owner }),
    reason,
    score: Math.round(score * formWorth[form] * 1e5) / 1e5,
    text,
  });
  const spans = [make('signature', definition.signature)];
  const skeleton = skeletonOf(definition, definitions);
  if (skeleton !== undefined) spans.push(make('skeleton', skeleton));
  const body = bodyOf(definition, lines, longest);
  if (body !== undefined && body !== definition.signature) spans.push(make('body', body));
  return spans;
}

function bodyOf(
  definition: Definition,
  lines: readonly string[] | undefined,
  longest: Longest,
): string | undefined {
  if (lines === undefined || definition.endLine - definition.startLine >= longest.lines) return undefined;
  const body = lines.slice(definition.startLine - 1, definition.endLine).join('\n');
  // The file may be another than the one that was indexed.
  return body.length <= longest.units && body.includes(definition.name) ? body : undefined;
}

/** The declaration of the type that a definition lies in, or, as in Rust and Go, is declared apart from. */
function ownerOf(at: number, definitions: readonly Definition[]): string | undefined {
  const member = definitions[at];
  const name = member?.containers.at(-1);
  if (!member || name === undefined) return undefined;
  const types = definitions.filter((one) => one.name === name && withMembers.has(one.kind));
  const around = types.find((one) => one.startLine <= member.startLine && member.endLine <= one.endLine);
  return (around ?? types[0])?.signature.slice(0, longestOwner);
}

/** A type with the declarations of its members, the first of them when there are many. */
function skeletonOf(owner: Definition, definitions: readonly Definition[]): string | undefined {
  if (!withMembers.has(owner.kind)) return undefined;
  const members = definitions.filter(
    (definition) =>
      definition.containers.at(-1) === owner.name &&
      definition.startLine >= owner.startLine &&
      definition !== owner &&
      (isOutlined(definition) || owner.kind !== 'class'),
  );
  if (members.length === 0) return undefined;
  const shown = members.slice(0, mostSkeletonLines).map(({ signature }) => `  ${signature}`);
  const rest = members.length > mostSkeletonLines ? ['  …'] : [];
  return [owner.signature, ...shown, ...rest].join('\n');
}
