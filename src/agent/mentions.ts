import { type ErrorReport, isAbort, reportOf, UserError } from '../base/errors';
import type { FileSnapshot } from '../base/ports';
import { lineTexts } from '../edit/lines';
import { qualifiedName, symbolsNamed } from '../edit/symbol-edit';
import { type Mention, mentionsIn } from '../protocol/panel-composer';
import type { SymbolInfo } from '../protocol/indexer';
import { readFile } from '../tools/find-path';
import type { Source } from './fit-excerpts';
import { gitDiff } from './git-diff';
import { locateNamed, outlineOf, symbolAround, symbolCode } from './locate';
import type { EditorSelection, Run } from './ports';

/** Lines of a file that a message is about. */
export interface Place {
  file: FileSnapshot;
  /** 1-based, both inclusive. */
  startLine: number;
  endLine: number;
  /** The definition that was mentioned, where it was one. */
  symbol?: SymbolInfo;
}

export interface ResolvedMentions {
  /** The message in plain words, without `@`: for rules and model. */
  request: string;
  /** The message without its mentions: what the user says about them. */
  rest: string;
  /** What goes along, in the order of the mentions. */
  sources: Source[];
  /** Files, symbols and selections among them. */
  places: Place[];
  /** What was asked for and is not there. */
  missing: ErrorReport[];
}

/** One thing that a mention stands for. */
interface Found {
  /** What stands in the request instead of the mention. */
  phrase: string;
  source?: Source;
  place?: Place;
}

/** Mentions beyond this are told and left out. */
const mostMentions = 12;
const mostListed = 100;
const mostProblems = 30;

/**
 * Fetches what a message mentions. What is missing or lies outside of the workspace is reported and left out; the
 * message itself always stays. Only the user's own words may mention: texts that come along are never searched.
 */
export async function resolveMentions(run: Run): Promise<ResolvedMentions> {
  const { text } = run.task;
  const resolved: ResolvedMentions = { request: '', rest: '', sources: [], places: [], missing: [] };
  const mentions = mentionsIn(text);
  const known = new Map<string, string>();
  let from = 0;
  for (const mention of mentions) {
    const written = text.slice(mention.start, mention.end);
    const phrase = known.get(written) ?? (await resolveOne(run, mention, written, known.size, resolved));
    known.set(written, phrase);
    resolved.request += text.slice(from, mention.start) + phrase;
    resolved.rest += text.slice(from, mention.start);
    from = mention.end;
  }
  resolved.request += text.slice(from);
  resolved.rest = (resolved.rest + text.slice(from)).replace(/[ \t]+/g, ' ').trim();
  return resolved;
}

async function resolveOne(
  run: Run,
  mention: Mention,
  written: string,
  count: number,
  into: ResolvedMentions,
): Promise<string> {
  try {
    if (count >= mostMentions)
      throw nothing(`${written} was left out: up to ${mostMentions} mentions go along.`);
    const { phrase, source, place } = await find(run, mention);
    if (source) into.sources.push(source);
    if (place) into.places.push(place);
    return phrase;
  } catch (error) {
    if (isAbort(error)) throw error;
    if (mention.kind === 'file' && !mention.certain) return written;
    const { code, happened, next } = reportOf(error);
    into.missing.push({ code, happened, kept: 'Your message went without it.', next });
    return written.replace(/^@(?:file:|symbol:)?"?|"$/g, '');
  }
}

function find(run: Run, mention: Mention): Promise<Found> | Found {
  switch (mention.kind) {
    case 'file':
      return findFile(run, mention.path, mention.lines);
    case 'symbol':
      return findSymbol(run, mention.name, mention.path);
    case 'selection':
      return findSelection(run);
    case 'problems':
      return findProblems(run);
    case 'terminal':
      return findTerminal(run);
    case 'diff':
      return findDiff(run);
  }
}

async function findFile(
  run: Run,
  path: string,
  lines: { start: number; end: number } | undefined,
): Promise<Found> {
  let file: FileSnapshot;
  try {
    file = await readFile(run.ports.workspace, path.replace(/(.)\/$/, '$1'));
  } catch (error) {
    if (error instanceof UserError && error.code === 'is-folder') return findFolder(run, path);
    throw error;
  }
  const texts = lineTexts(file.text);
  const start = lines?.start ?? 1;
  const end = Math.min(lines?.end ?? texts.length, texts.length);
  if (lines && start > texts.length)
    throw nothing(`${file.path} has ${texts.length} lines, so line ${start} is not there.`);
  const range = lines ? ` (lines ${start}–${end})` : '';
  const hint = `Mention lines (@${file.path}:1-40) or a symbol of it instead.`;
  return {
    phrase: lines ? `${file.path} lines ${start}–${end}` : file.path,
    place: { file, startLine: start, endLine: Math.max(start, end) },
    source: {
      label: file.path + range,
      text: texts.slice(start - 1, end).join('\n'),
      firstLine: start,
      hint,
      ...(lines ? {} : { outlineFrom: (line: number) => outlineFrom(run, file, line) }),
    },
  };
}

async function findFolder(run: Run, path: string): Promise<Found> {
  const { paths, truncated } = await run.ports.workspace.list(path, { limit: mostListed });
  const more = truncated ? `\n[more than ${mostListed} files]` : '';
  return { phrase: path, source: { label: `Files in ${path}`, text: paths.join('\n') + more } };
}

async function outlineFrom(run: Run, file: FileSnapshot, line: number): Promise<string[]> {
  const symbols = await outlineOf(run, file);
  return symbols
    .filter(({ endLine }) => endLine >= line)
    .map(
      ({ containers, startLine, signature }) =>
        `${'  '.repeat(containers.length)}${startLine}: ${signature.slice(0, 120)}`,
    );
}

async function findSymbol(run: Run, name: string, path: string | undefined): Promise<Found> {
  const target = path === undefined ? await findAnywhere(run, name) : await findIn(run, name, path);
  const { file, symbol } = target;
  const full = qualifiedName(symbol);
  return {
    phrase: `\`${full}\` in ${file.path}`,
    place: { file, startLine: symbol.startLine, endLine: symbol.endLine, symbol },
    source: {
      label: `${file.path}, ${symbol.kind} ${full}`,
      text: symbolCode(file.text, symbol).replaceAll('\r\n', '\n'),
      hint: `Mention lines of it instead (@${file.path}:${symbol.startLine}-${symbol.startLine + 40}).`,
    },
  };
}

async function findIn(
  run: Run,
  name: string,
  path: string,
): Promise<{ file: FileSnapshot; symbol: SymbolInfo }> {
  const file = await readFile(run.ports.workspace, path);
  const [symbol] = symbolsNamed(await outlineOf(run, file), name);
  if (!symbol) throw nothing(`There is no “${name}” in ${file.path}.`);
  return { file, symbol };
}

async function findAnywhere(run: Run, name: string): Promise<{ file: FileSnapshot; symbol: SymbolInfo }> {
  const { paths } = await run.ports.workspace.list('', { limit: 20_000 });
  const [target] = await locateNamed(run, `\`${name}\``, paths);
  if (!target) throw nothing(`There is no definition of “${name}” in the workspace.`);
  return target;
}

async function findSelection(run: Run): Promise<Found> {
  const selection = run.ports.editor?.selection?.();
  if (!selection) throw nothing('No file is open, so there is no selection.');
  if (selection.text.trim() === '') throw nothing(`Nothing is selected in ${selection.label}.`);
  const { label, startLine, endLine, text } = selection;
  const place = await placeOfSelection(run, selection);
  return {
    phrase: `the selection (${label}, lines ${startLine}–${endLine})`,
    ...(place ? { place } : {}),
    source: {
      label: `${label} (lines ${startLine}–${endLine}, selected)`,
      text: text.replaceAll('\r\n', '\n'),
      firstLine: startLine,
    },
  };
}

/** Where a selection lies in the workspace; of a mere cursor, the definition around it. */
export async function placeOfSelection(run: Run, selection: EditorSelection): Promise<Place | undefined> {
  if (selection.path === undefined) return undefined;
  const { startLine, endLine } = selection;
  const file = await run.ports.workspace.read(selection.path);
  if (selection.text.trim() !== '') return { file, startLine, endLine };
  const symbol = await symbolAround(run, file, startLine);
  return symbol ? { file, startLine: symbol.startLine, endLine: symbol.endLine, symbol } : undefined;
}

function findProblems(run: Run): Found {
  const reported = run.ports.editor?.diagnostics?.();
  if (!reported) throw nothing('Problems are known only in an editor.');
  const rank = { error: 0, warning: 1, information: 2, hint: 3 };
  const problems = [...reported].sort((a, b) => rank[a.severity] - rank[b.severity]);
  if (problems.length === 0) throw nothing('No problems are reported.');
  const lines = problems
    .slice(0, mostProblems)
    .map(
      ({ path, line, severity, message }) => `${path}:${line}: ${severity}: ${message.replaceAll('\n', ' ')}`,
    );
  const more = problems.length > mostProblems ? `\n[${problems.length - mostProblems} more]` : '';
  return {
    phrase: 'the problems',
    source: { label: 'Problems', text: lines.join('\n') + more, isReport: true },
  };
}

function findTerminal(run: Run): Found {
  const last = run.ports.editor?.terminal?.();
  if (!last) throw nothing('No command has been run in this chat or in a terminal.');
  const text = `$ ${last.command}\n${last.output.trimEnd()}`;
  return {
    phrase: 'the terminal output',
    source: { label: 'Terminal', text, keepsEnd: true, isReport: true },
  };
}

async function findDiff(run: Run): Promise<Found> {
  const diff = await gitDiff(run.ports.commands, 'all', run.signal);
  if (diff === '') throw nothing('Nothing differs from the last commit.');
  return {
    phrase: 'the diff',
    source: { label: 'git diff', text: diff, hint: 'Mention single files instead.' },
  };
}

function nothing(happened: string): UserError {
  return new UserError('nothing-to-attach', happened);
}
