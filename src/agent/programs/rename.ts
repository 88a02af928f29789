import { isAbort } from '../../base/errors';
import type { FileSnapshot } from '../../base/ports';
import type { SymbolInfo } from '../../protocol/indexer';
import { prepareTool } from '../../tools/prepare-tool';
import { prepareFiles } from '../../tools/several-files';
import type { ToolCall } from '../../tools/tool-types';
import type { ProgramResult, Run } from '../ports';
import { type NamedFile, planRename, type RenamedFile } from '../rename-plan';
import type { Renaming } from '../renaming';
import { runCheck } from '../run-check';
import { preparedStep } from '../tool-step';
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

  const object = `${plan.name} to ${to}`;
  const title = { verb: 'Rename', object };
  const prepared = prepareFiles(title, plan.files, run.ports);
  const { clock } = run.ports;
  const result = await preparedStep(run, prepared, run.step(), clock.now());
  if (result.refused) return ended(run, 'stopped', 'You refused the renaming. Every file is as before.');
  if (!result.ok) return ended(run, 'failed', `${result.forModel} Every file is as before.`);
  const renamed = plan.files.filter(({ file }) => result.changed?.includes(file.path));

  const places = renamed.reduce((sum, change) => sum + change.places, 0);
  const count = renamed.length === 1 ? renamed[0]?.file.path : `${renamed.length} files`;
  const left = plan.files.filter((change) => !renamed.includes(change)).map(({ file }) => file.path);
  const kept = left.length === 0 ? '' : ` The old name stays, as you chose, in ${listed(left)}.`;
  const rest = kept + (found.unread.length === 0 ? '' : ` Not looked into: ${listed(found.unread)}.`);
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
