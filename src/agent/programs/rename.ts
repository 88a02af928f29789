import { isAbort } from '../../base/errors';
import type { FileSnapshot } from '../../base/ports';
import type { SymbolInfo } from '../../protocol/indexer';
import { prepareTool } from '../../tools/prepare-tool';
import type { ToolCall } from '../../tools/tool-types';
import { type ProgramResult, type Run, StepLimit } from '../ports';
import { type NamedFile, planRename, type RenamedFile } from '../rename-plan';
import type { Renaming } from '../renaming';
import { runCheck } from '../run-check';
import { toolStep } from '../tool-step';
import { ended } from './report';

/** Lines with the old name that are looked at; where there are more, some could be missed. */
const maxMatches = 5000;
/** `export * from` and `from … import *`, in ripgrep's syntax. */
const handsOnAll = String.raw`^\s*(export\s*\*|from\s+\S+\s+import\s*\*)`;
/** Definitions that are no code to rename: a test's title, a heading, a key of a data file. */
const noCode = new Set(['test', 'heading', 'key', 'property']);

/**
 * Gives a definition another name in every file that uses it, without the model: the parser tells which identifiers
 * are meant, and the tests judge. With nothing changed it answers undefined when no file defines the name, and
 * `unsafe`, after a notice that says why, when the renaming could break something.
 */
export async function rename(
  run: Run,
  { from, to, path }: Renaming,
  testCommand: () => Promise<string | undefined>,
): Promise<ProgramResult | 'unsafe' | undefined> {
  const name = from.split('.').at(-1) ?? from;
  const container = from.includes('.') ? from.split('.')[0] : undefined;
  const found = await filesNaming(run, name, to);
  if (!found) return undefined;
  const plan = planRename(found.files, { from: name, to, container, path });
  if (!plan) return undefined;
  if (!plan.ok) return refused(run, plan.reason);
  for (const change of plan.files) {
    const prepared = await prepareTool(editCall(change), run.ports, run.signal);
    if (!prepared.ok) return refused(run, prepared.report.happened);
  }

  const written: WrittenFile[] = [];
  for (const change of plan.files) {
    const { problem, left: leaves } = await write(run, change).catch(interrupted);
    if (leaves) written.push(leaves);
    if (!problem) continue;
    const left = await putBack(run, written);
    const state = left.length === 0 ? 'Every file is as before.' : `Still renamed: ${left.join(', ')}.`;
    return ended(run, problem.refused ? 'stopped' : 'failed', `${problem.happened} ${state}`);
  }

  const places = plan.files.reduce((sum, change) => sum + change.places, 0);
  const count = plan.files.length === 1 ? plan.path : `${plan.files.length} files`;
  const rest = found.unread.length === 0 ? '' : ` Not looked into: ${listed(found.unread)}.`;
  const done = `Renamed \`${plan.name}\` to \`${to}\` at ${places} ${places === 1 ? 'place' : 'places'} in ${count}.`;
  const command = await testCommand();
  if (command === undefined) return ended(run, 'done', `${done} No check was run.${rest}`);
  const check = await runCheck(run, command);
  if (check.refused) return ended(run, 'done', `${done} It was not checked: you refused.${rest}`);
  if (check.passed) return ended(run, 'done', `${done} The tests pass.${rest}`, `${command}: exit 0`);
  // The shell's own code for a program that is not there says nothing about the renaming.
  if (check.exitCode === 127)
    return ended(run, 'done', `${done} \`${command}\` could not be run here.${rest}`);
  const exit = check.exitCode === 0 ? 'reports failures' : `exit ${check.exitCode ?? 'unknown'}`;
  return ended(
    run,
    'failed',
    `${done} \`${command}\` fails; it was not run before, so the cause may be older.${rest}`,
    `${command}: ${exit}`,
  );
}

interface Found {
  files: NamedFile[];
  /** Files that have the name, in a language of which no identifiers are told. */
  unread: string[];
}

/** All files with the old name, read and parsed; undefined where the parser is away or there are too many. */
async function filesNaming(run: Run, from: string, to: string): Promise<Found | undefined> {
  const { workspace, syntax } = run.ports;
  const search = { pattern: from, caseSensitive: true, maxMatches };
  const named = await workspace.search(search, run.signal);
  // Files that hand on all names of another hold none of them.
  const wildcards = { pattern: handsOnAll, regex: true, maxMatches };
  const handing = await workspace.search(wildcards, run.signal);
  if (named.truncated || handing.truncated) return undefined;
  const matches = [...named.matches, ...handing.matches];
  const files: NamedFile[] = [];
  const unread: string[] = [];
  try {
    for (const path of new Set(matches.map((match) => match.path))) {
      const file = await workspace.read(path);
      const known = await syntax.request('occurrences', { file, name: from }, run.signal);
      if (!known) {
        if (hasWord(file, from)) unread.push(path);
        continue;
      }
      const outline = await syntax.request('outline', file, run.signal);
      const taken = await syntax.request('occurrences', { file, name: to }, run.signal);
      // `const name = require('…')` takes the name from elsewhere, like any import.
      const isImported = ({ start, end }: SymbolInfo): boolean =>
        known.imports.some((each) => each.start < end && each.end > start);
      const symbols = outline.filter(
        (symbol) => symbol.name === from && !noCode.has(symbol.kind) && !isImported(symbol),
      );
      files.push({ file, symbols, ...known, taken: taken?.occurrences ?? [] });
    }
  } catch (error) {
    if (isAbort(error)) throw error;
    // An unreadable file could hold a caller, and without the parser no identifier is told from a string.
    return undefined;
  }
  return { files, unread };
}

function hasWord({ text }: FileSnapshot, name: string): boolean {
  return text.split(/[^\p{L}\p{N}_$]+/u).includes(name);
}

/** The smallest passage of whole lines would do, but only the whole text is sure to be there once. */
function editCall({ file, text }: RenamedFile): ToolCall {
  return { name: 'edit_file', arguments: { path: file.path, old_text: file.text, new_text: text } };
}

interface Problem {
  happened: string;
  refused: boolean;
}

/** A file with the text before its change, and the hash of what the change left in it. */
interface WrittenFile {
  path: string;
  before: string;
  hash: string;
}

/** What came of writing one file: what it left, if it wrote anything, and why it has not the text that was planned. */
interface Written {
  left?: WrittenFile;
  problem?: Problem;
}

async function write(run: Run, change: RenamedFile): Promise<Written> {
  const { path, hash, text: before } = change.file;
  if ((await textNow(run, path))?.hash !== hash) return failed(`${path} was changed meanwhile.`);
  const edit = await toolStep(run, editCall(change));
  if (edit.refused) return failed(`You refused the change of ${path}.`, true);
  if (!edit.ok) return failed(`${path} was not written: ${edit.forModel}`);
  const now = await textNow(run, path);
  const left = now && { path, before, hash: now.hash };
  if (left && now.text === change.text) return { left };
  // Some hunks only, so that the file has both names.
  const partly = failed(`Only a part of the change of ${path} was taken, which leaves two names.`, true);
  return { ...partly, ...(left ? { left } : {}) };
}

function failed(happened: string, refused = false): Written {
  return { problem: { happened, refused } };
}

/** A stop or a limit between two files would leave two names behind; other errors are not expected here. */
function interrupted(error: unknown): Written {
  if (error instanceof StepLimit) return failed(`Stopped at ${error.limit}.`);
  if (isAbort(error)) return failed('Stopped.', true);
  throw error;
}

async function textNow(run: Run, path: string): Promise<FileSnapshot | undefined> {
  return run.ports.workspace.read(path).catch(() => undefined);
}

/**
 * Writes the old texts again, all or none; answers the files that still have the new name. A file that somebody changed
 * after it was renamed is theirs, and stays.
 */
async function putBack(run: Run, written: readonly WrittenFile[]): Promise<string[]> {
  const own: WrittenFile[] = [];
  for (const file of written) if ((await textNow(run, file.path))?.hash === file.hash) own.push(file);
  const left = written.filter((file) => !own.includes(file)).map(({ path }) => path);
  if (own.length === 0) return left;
  const paths = own.map(({ path }) => path);
  // Not counted: the limit of steps may be what made this needed.
  const id = `${run.id}-put-back`;
  const step = { id, tool: 'edit' as const, verb: 'Put back', object: listed(paths) };
  try {
    const writes = own.map(({ path, before, hash }) => ({ path, text: before, expectedHash: hash }));
    await run.ports.workspace.write(writes, 'Put the old name back');
    run.emit({ type: 'step', step: { ...step, state: 'done' } });
    return left;
  } catch (error) {
    if (isAbort(error)) throw error;
    run.emit({ type: 'step', step: { ...step, state: 'failed' } });
    return written.map(({ path }) => path);
  }
}

function refused(run: Run, reason: string): 'unsafe' {
  run.emit({
    type: 'notice',
    level: 'info',
    report: {
      code: 'rename-unsafe',
      happened: `The name was not changed everywhere at once: ${reason}`,
      kept: 'Every file is as before.',
      next: 'Say which file defines it, or choose a name that is free.',
    },
  });
  return 'unsafe';
}

function listed(paths: readonly string[]): string {
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return `${paths.slice(0, 5).join(', ')}${more}`;
}
