import type { PromptExcerpt } from '../../prompt/agent-prompts';
import type { ChatMessage } from '../../protocol/chat';
import { shortenFailure } from '../failure';
import { examplesFor, failingTest, type FailingTest, shownFact, testCode } from '../failure-facts';
import { qualifiedName, type Target } from '../locate';
import type { Run } from '../ports';
import { runCheck } from '../run-check';
import { toolStep } from '../tool-step';
import { writeSymbol } from '../write-symbol';
import { putBack } from './put-back';
import { searchSmallChanges } from './search-small-changes';

/** What a symbol is to be mended by. */
export interface Fault {
  command: string;
  /** Its output before any try, shortened. */
  output: string;
  /** How long its first run took. */
  firstMs: number;
  request: string;
  test: FailingTest | undefined;
  fact: string | undefined;
  /** Symbols behind the first are seldom the cause. */
  isLikeliest: boolean;
}

export type Mended =
  /** `messages` is the model's conversation about the rewrite, `what` a small change that needed no model. */
  | { kind: 'passes'; messages?: ChatMessage[]; what?: string }
  | { kind: 'refused'; summary: string }
  | { kind: 'fails'; tried: number };

/** How a rewrite is asked for: how wide it is sampled, and whether the last wrong one is shown. */
interface Way {
  temperature: number;
  showsLast: boolean;
}

/** The careful try comes before the search of small changes, the others behind it: wider, since models repeat themselves. */
const carefully: readonly Way[] = [{ temperature: 0, showsLast: false }];
const widely: readonly Way[] = [
  { temperature: 0.3, showsLast: true },
  { temperature: 0.6, showsLast: false },
  { temperature: 0.6, showsLast: true },
  { temperature: 0.8, showsLast: false },
  { temperature: 0.8, showsLast: true },
  { temperature: 1, showsLast: false },
];
/** Of these, for symbols behind the first. */
const forFurther = 2;

/** What the tries of one symbol have come to so far. */
interface Tries {
  run: Run;
  target: Target;
  fault: Fault;
  related: PromptExcerpt[];
  examples: string[];
  /** Rewrites that are not to come again. */
  seen: string[];
  /** How many were run. */
  count: number;
  last: { code: string; outcome: string } | undefined;
}

/**
 * Mends one symbol: a careful rewrite, then small changes without the model, then wider rewrites; each is judged by the
 * command alone, and what did not help is put back.
 */
export async function mendSymbol(run: Run, target: Target, fault: Fault): Promise<Mended> {
  const { test } = fault;
  const examples = examplesFor(test, target.symbol.name);
  const code =
    test && examples.length === 0 && test.file.path !== target.file.path ? await testCode(run, test) : '';
  const related = code === '' || !test ? [] : [{ title: `${test.file.path}, the failing test`, text: code }];
  const tries: Tries = { run, target, fault, related, examples, seen: [], count: 0, last: undefined };
  const careful = await rewrite(tries, carefully);
  if (careful) return careful;
  const small = await changeSlightly(tries);
  if (small) return small;
  const wide = await rewrite(tries, fault.isLikeliest ? widely : widely.slice(0, forFurther));
  return wide ?? { kind: 'fails', tried: tries.count };
}

/** Rewrites by the model until one passes; undefined when none does. */
async function rewrite(tries: Tries, ways: readonly Way[]): Promise<Mended | undefined> {
  const { run, target, fault } = tries;
  for (const { temperature, showsLast } of ways) {
    const draft = await writeSymbol(run, {
      target,
      request: fault.request,
      related: tries.related,
      failure: { command: fault.command, output: fault.output },
      fact: fault.fact,
      examples: tries.examples,
      tried: tries.seen,
      last: showsLast ? tries.last : undefined,
      temperature,
    });
    if (draft.edit === undefined) continue;
    const result = await judged(tries, draft.edit.code, draft.edit.arguments);
    if (result) return result.kind === 'passes' ? { ...result, messages: draft.messages } : result;
  }
  return undefined;
}

/** A small change that passes, proposed like any other edit. */
async function changeSlightly(tries: Tries): Promise<Mended | undefined> {
  const { run, target, fault } = tries;
  const change = await searchSmallChanges(run, target, fault);
  if (!change) return undefined;
  const symbol = qualifiedName(target.symbol);
  const result = await judged(tries, change.code, { path: target.file.path, symbol, new_text: change.code });
  return result?.kind === 'passes' ? { ...result, what: change.what } : result;
}

/** Writes one edit and runs the command; undefined when that did not help, and then the file is as it was. */
async function judged(tries: Tries, code: string, edit: Record<string, string>): Promise<Mended | undefined> {
  const { run, target, fault } = tries;
  const { path } = target.file;
  tries.seen.push(code);
  const before = (await run.ports.workspace.read(path)).text;
  const step = await toolStep(run, { name: 'edit_file', arguments: edit });
  if (step.refused) return { kind: 'refused', summary: 'You refused the change, so nothing was changed.' };
  if (!step.ok) {
    tries.last = { code, outcome: step.forModel };
    return undefined;
  }
  const texts = { before, written: (await run.ports.workspace.read(path)).text };
  try {
    const check = await runCheck(run, fault.command);
    if (check.passed) return { kind: 'passes' };
    if (check.refused) {
      const summary = `\`${qualifiedName(target.symbol)}\` was changed, but not checked: you refused to run the command.`;
      return { kind: 'refused', summary };
    }
    tries.count++;
    const fact = await shownFact(run, await failingTest(run, check.output, knownPaths(tries)));
    tries.last = { code, outcome: fact ?? firstLine(shortenFailure(check.output)) };
  } catch (error) {
    // Stopped, or at a limit: what was not seen to help does not stay.
    await putBack(run, target, texts);
    throw error;
  }
  const done = await putBack(run, target, texts);
  run.emit({
    type: 'step',
    step: {
      id: `${run.id}-back-${path}-${target.symbol.start}-${tries.count}`,
      tool: 'edit',
      verb: 'Put back',
      object: `${path} › ${qualifiedName(target.symbol)}`,
      state: done ? 'done' : 'failed',
    },
  });
  return undefined;
}

/** Paths that a failure may name: the test's own and the changed file's. */
function knownPaths({ target, fault }: Tries): string[] {
  return [target.file.path, ...(fault.test ? [fault.test.file.path] : [])];
}

/** The line of a failure that says what went wrong. */
function firstLine(text: string): string {
  return text.split('\n').find((line) => /error|!=|expected/i.test(line)) ?? text.split('\n', 1)[0] ?? '';
}
