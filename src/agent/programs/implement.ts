import {
  fenceClosing,
  fenceOpening,
  implementFilePrompt,
  type PromptExcerpt,
  systemPrompt,
  testsFailPrompt,
} from '../../prompt/agent-prompts';
import type { ChatMessage } from '../../protocol/chat';
import { languageIdOf } from '../../syntax/languages';
import { shortenFailure } from '../failure';
import { failingTest } from '../failure-facts';
import { pathsIn } from '../intent';
import { locateFailure, qualifiedName } from '../locate';
import { modelTurn } from '../model-turn';
import { type ProgramResult, type Run, StepLimit } from '../ports';
import { runCheck, withCheckTimeout } from '../run-check';
import { isStub } from '../stub';
import { isTestFile, subjectOf } from '../test-command';
import { failedTests } from '../test-count';
import { toolStep } from '../tool-step';
import { ended } from './report';
import { searchSmallChanges } from './search-small-changes';

/** A file that is to be written so that a command passes. */
export interface Implementation {
  path: string;
  /** What the file holds so far. */
  stub: string;
  command: string;
  /** The test file, where it is known. */
  test: string | undefined;
}

/** Temperatures of the tries: careful first, then wider. */
const temperatures = [0, 0.3, 0.6, 0.8, 1];
/** Longest file that is written whole, in lines and in UTF-16 units. */
const longestStub = 80;
const longestText = 2200;
const maxTokens = 900;

const asking =
  /\b(implement|complete|finish|fill in|write (the )?(missing |function |class )?(code|body|bodies|implementation|solution)|solve)\b/i;
const instructionFile = /(^|\/)(instructions?|task|exercise|problem|spec)\.(md|txt|rst)$/i;

/** The file that a task wants written, when it is one still to be written and short enough for one go. */
export async function findImplementation(
  run: Run,
  command: string,
  paths: readonly string[],
): Promise<Implementation | undefined> {
  const { text } = run.task;
  const named = [...pathsIn(command), ...pathsIn(text)];
  const known = named.flatMap(
    (name) => paths.find((path) => path === name || path.endsWith(`/${name}`)) ?? [],
  );
  const modules = [...command.matchAll(/\bunittest\s+([\w.]+)/g)].map((match) => match[1] ?? '');
  const test =
    known.find(isTestFile) ??
    paths.find((path) => modules.some((name) => path === `${name.replaceAll('.', '/')}.py`)) ??
    (paths.filter(isTestFile).length === 1 ? paths.find(isTestFile) : undefined);
  const sources = paths.filter((path) => !isTestFile(path) && isCode(path));
  const path =
    known.find((name) => sources.includes(name)) ??
    sources.find((source) => test !== undefined && subjectOf(source) === subjectOf(test)) ??
    (sources.length === 1 ? sources[0] : undefined);
  if (path === undefined) return undefined;
  const stub = (await run.ports.workspace.read(path)).text;
  const short = stub.split('\n').length <= longestStub;
  const wanted = isStub(stub) || (asking.test(text) && stub.trim() === '');
  return short && wanted ? { path, stub, command, test } : undefined;
}

/** The try with the fewest failing tests. */
interface Best {
  code: string;
  failed: number;
  /** Its failures as the model is told them, and the whole output. */
  failure: string;
  output: string;
}

/** What the tries have come to so far. */
interface Tries {
  best: Best | undefined;
  /** What the file holds. */
  current: string;
  count: number;
}

/** A try with more failing tests than these is not mended by a small change. */
const mostFailing = 3;
/** Functions of a try in which small changes are looked for. */
const mostTargets = 2;

/**
 * Writes a file whole until the command passes, at most five times. A try that fails is told to the model with the
 * first failure; the try with the fewest failing tests stays the ground to go on from, and in the end small changes are
 * tried in it. When none passes, that one is kept if more tests pass with it than before, else the file is put back;
 * either way the outcome is a failure.
 */
export async function implement(
  asked: Run,
  task: Implementation,
  paths: readonly string[],
): Promise<ProgramResult> {
  const before = await runCheck(asked, task.command);
  if (before.refused) return ended(asked, 'stopped', 'You refused to run the tests, so nothing was changed.');
  if (before.passed)
    return ended(
      asked,
      'done',
      `\`${task.command}\` passes already. Nothing was changed.`,
      `${task.command}: exit 0`,
    );
  const run = withCheckTimeout(asked, before.ms);
  const tries: Tries = { best: undefined, current: task.stub, count: 0 };
  const failedBefore = failedTests(before.output) ?? Infinity;
  let limit: string | undefined;
  try {
    const result =
      (await writeWhole(run, task, paths, tries)) ?? (await mendBest(run, task, paths, tries, before.ms));
    if (result) return result;
  } catch (error) {
    if (!(error instanceof StepLimit)) {
      await settle(run, task, tries, failedBefore);
      throw error;
    }
    limit = error.limit;
  }
  const left = await settle(run, task, tries, failedBefore);
  const why = limit === undefined ? '' : `, at ${limit}`;
  return ended(run, 'failed', `\`${task.command}\` still fails after ${tries.count} tries${why}. ${left}`);
}

/** The model's tries; undefined when none of them passes. */
async function writeWhole(
  run: Run,
  task: Implementation,
  paths: readonly string[],
  tries: Tries,
): Promise<ProgramResult | undefined> {
  const prompt = await taskMessages(run, task, paths);
  const prefill = fenceOpening(languageIdOf(task.path));
  const seen = new Set<string>([task.stub.trim()]);
  let repeated = false;
  for (const [index, temperature] of temperatures.entries()) {
    // Every third try begins anew, and so does one behind a copy, since a model seldom leaves a wrong track by itself.
    const ground = index % 3 === 2 || repeated ? undefined : tries.best;
    const messages: ChatMessage[] = ground
      ? [
          ...prompt,
          { role: 'assistant', content: prefill + ground.code + fenceClosing },
          { role: 'user', content: testsFailPrompt(task.path, ground.failure) },
        ]
      : prompt;
    const turn = await modelTurn(run, { messages, prefill, maxTokens, stop: [fenceClosing], temperature });
    const code = turn.text.trimEnd();
    repeated = seen.has(code.trim());
    if (turn.reason === 'length' || code === '' || repeated) continue;
    seen.add(code.trim());
    const edit = await write(run, task.path, `${code}\n`);
    if (edit.refused) return ended(run, 'stopped', 'You refused the change, so nothing was changed.');
    if (!edit.ok) {
      tries.best ??= { code, failed: Infinity, failure: edit.forModel, output: '' };
      continue;
    }
    tries.current = `${code}\n`;
    tries.count++;
    const check = await runCheck(run, task.command);
    if (check.refused)
      return ended(run, 'stopped', `${task.path} was written, but not checked: you refused.`);
    if (check.passed)
      return ended(run, 'done', `Wrote ${task.path}; the command passes now.`, `${task.command}: exit 0`);
    const failed = failedTests(check.output) ?? Infinity;
    if (!tries.best || failed <= tries.best.failed) {
      tries.best = { code, failed, failure: shortenFailure(check.output, 700), output: check.output };
    }
  }
  return undefined;
}

/** Looks for a small change of the best try with which all tests pass; undefined when there is none. */
async function mendBest(
  run: Run,
  task: Implementation,
  paths: readonly string[],
  tries: Tries,
  firstMs: number,
): Promise<ProgramResult | undefined> {
  const { best } = tries;
  if (!best || best.failed > mostFailing) return undefined;
  await overwrite(run, task.path, `${best.code}\n`, tries);
  const test = await failingTest(run, best.output, paths);
  const targets = (await locateFailure(run, task.path, best.output, paths)).filter(
    ({ file }) => file.path === task.path,
  );
  for (const [place, target] of targets.slice(0, mostTargets).entries()) {
    const { command } = task;
    const change = await searchSmallChanges(run, target, {
      command,
      firstMs,
      test,
      isLikeliest: place === 0,
    });
    if (!change) continue;
    const edit = { path: task.path, symbol: qualifiedName(target.symbol), new_text: change.code };
    await toolStep(run, { name: 'edit_file', arguments: edit });
    tries.current = (await run.ports.workspace.read(task.path)).text;
    const check = await runCheck(run, command);
    if (check.passed) {
      const summary = `Wrote ${task.path} (in the end ${change.what}); the command passes now.`;
      return ended(run, 'done', summary, `${command}: exit 0`);
    }
  }
  return undefined;
}

/** Leaves the best try in the file if more tests pass with it than before, else what was there. Says which. */
async function settle(run: Run, task: Implementation, tries: Tries, failedBefore: number): Promise<string> {
  const { best } = tries;
  const keeps = best !== undefined && best.failed < failedBefore;
  await overwrite(run, task.path, keeps ? `${best.code}\n` : task.stub, tries);
  return keeps
    ? `The best try is in ${task.path}: ${best.failed} tests still fail.`
    : `${task.path} is as before.`;
}

async function write(run: Run, path: string, text: string): ReturnType<typeof toolStep> {
  return toolStep(run, { name: 'edit_file', arguments: { path, new_text: text } });
}

/**
 * Writes an earlier state of the file over a try; the yes to the try that is undone covers it, and so does its step. What
 * the user has changed meanwhile stays.
 */
async function overwrite(run: Run, path: string, text: string, tries: Tries): Promise<void> {
  if (tries.current.trim() === text.trim()) return;
  const now = await run.ports.workspace.read(path);
  if (now.text.trim() !== tries.current.trim()) return;
  await run.ports.workspace.write([{ path, text, expectedHash: now.hash }], `Put back ${path}`);
  tries.current = text;
  const id = `${run.id}-back-${path}-${tries.count}`;
  run.emit({ type: 'step', step: { id, tool: 'edit', verb: 'Put back', object: path, state: 'done' } });
}

/** What to write, the tests, and the file so far: the same bytes for every try. */
async function taskMessages(
  run: Run,
  task: Implementation,
  paths: readonly string[],
): Promise<ChatMessage[]> {
  const excerpts: PromptExcerpt[] = run.task.attachments.map(({ label, text }) => ({ title: label, text }));
  const named = pathsIn(run.task.text).find((name) => paths.includes(name) && /\.(md|txt|rst)$/.test(name));
  const instructions = named ?? paths.find((path) => instructionFile.test(path));
  if (instructions !== undefined) {
    const { text } = await run.ports.workspace.read(instructions);
    excerpts.push({ title: instructions, text: cut(essence(text), longestText) });
  }
  if (task.test !== undefined) {
    const { text } = await run.ports.workspace.read(task.test);
    excerpts.push({ title: task.test, text: cut(withoutComments(text), longestText) });
  }
  if (task.stub.trim() !== '') excerpts.push({ title: task.path, text: task.stub.trimEnd() });
  const request = cut(withoutStory(run.task.text), longestText);
  return [
    { role: 'system', content: systemPrompt },
    { role: 'user', content: implementFilePrompt(request, task.path, excerpts) },
  ];
}

/** A request that holds its instructions: its first paragraph, and they without their story. */
function withoutStory(text: string): string {
  const [order = '', ...rest] = text.split(/\n\s*\n/);
  return [order, essence(rest.join('\n\n'))].filter(Boolean).join('\n\n');
}

/** Instructions without the story before them, where a heading says where they begin. */
function essence(text: string): string {
  const at = text.search(/^#+\s*(instructions|task|your task)\b/im);
  return (at < 0 ? text : text.slice(at)).trim();
}

/** A test file's comments at its head say where it is from, which no implementation needs. */
function withoutComments(text: string): string {
  return text.replace(/^(?:(?:#|\/\/).*\n|\s*\n)+/, '').trimEnd();
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = text.lastIndexOf('\n', limit);
  return `${text.slice(0, end > 0 ? end : limit)}\n[cut here]`;
}

function isCode(path: string): boolean {
  return (
    /\.(py|[cm]?[jt]sx?|go|rs|java|rb|php|c|cc|cpp|cs|kt|swift)$/.test(path) &&
    !/(^|\/)(setup|conftest|__init__)\.py$/.test(path)
  );
}
