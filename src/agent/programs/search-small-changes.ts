import type { ErrorReport } from '../../base/errors';
import { prepareTool, type PreparedTool } from '../../tools/prepare-tool';
import { examplesCommand } from '../docstring-examples';
import type { FailingTest } from '../failure-facts';
import { tokensOf } from '../../syntax/tokens';
import { qualifiedName, symbolText, type Target } from '../locate';
import { isAllowedNow, mayProbe } from '../permission';
import type { Run } from '../ports';
import { type SmallChange, smallChanges } from '../small-changes/small-changes';
import { hidesFailure } from '../test-count';
import { watched } from '../tool-step';
import { putBack } from './put-back';

/** Bounds of one search: changes that are looked at, and milliseconds, also for a symbol that is seldom the cause. */
const mostChanges = 400;
const mostMs = 60_000;
const mostMsElsewhere = 20_000;
/** A change may make a loop endless: a run may take this many times longer than the first, and at least this long. */
const timesLonger = 4;
const leastTimeoutMs = 3000;
/** Longest string of a test that is taken into account. UTF-16 units, quotes included. */
const longestString = 22;

/**
 * Tries small changes of a symbol, one after the other, until the command passes: no model, one run of the command
 * each. The file is then put back; what was found is for the caller to propose. Only where both edits and this command
 * are allowed without asking, since nobody answers hundreds of questions.
 */
export async function searchSmallChanges(
  run: Run,
  target: Target,
  fault: { command: string; firstMs: number; test: FailingTest | undefined; isLikeliest: boolean },
): Promise<SmallChange | undefined> {
  const { command, firstMs, test } = fault;
  const limitMs = fault.isLikeliest ? mostMs : mostMsElsewhere;
  const check = await prepareTool({ name: 'run_command', arguments: { command } }, run.ports, run.signal);
  const { path } = target.file;
  if (!check.ok || !isAllowedNow(run, { command }) || !isAllowedNow(run, { path })) return undefined;
  const name = qualifiedName(target.symbol);
  const id = run.step();
  const step = { id, tool: 'check' as const, verb: 'Try small changes', object: `${path} › ${name}` };
  const started = run.ports.clock.now();
  const timeoutMs = Math.min(run.task.commandTimeoutMs, Math.max(leastTimeoutMs, timesLonger * firstMs));
  run.emit({ type: 'step', step: { ...step, state: 'running' } });
  const counts = { tried: 0 };
  let found: SmallChange | undefined;
  try {
    found = await watched(run, id, () => {
      const until = started + limitMs;
      return tryEach(run, target, { check, test, timeoutMs, until, stepId: id, counts });
    });
  } finally {
    const { tried } = counts;
    const result = found ? `${tried} tried; ${found.what} passes` : `${tried} tried, none passes`;
    const ms = run.ports.clock.now() - started;
    run.emit({ type: 'step', step: { ...step, state: found ? 'done' : 'failed', result, ms } });
  }
  return found;
}

interface Search {
  check: PreparedTool;
  test: FailingTest | undefined;
  timeoutMs: number;
  /** On the clock of the run. */
  until: number;
  stepId: string;
  /** Counted on while it runs, since it may be stopped. */
  counts: { tried: number };
}

/** The first change that passes with no example of the docstring wrong, or the one that leaves the fewest of them wrong. */
async function tryEach(run: Run, target: Target, search: Search): Promise<SmallChange | undefined> {
  const { check, timeoutMs, counts } = search;
  const { path, languageId } = target.file;
  const symbol = qualifiedName(target.symbol);
  await run.checkpoint.note(path, search.stepId);
  const examples = await exampleCheck(run, target, timeoutMs);
  const mostBroken = (await examples?.()) ?? 0;
  const before = (await run.ports.workspace.read(path)).text;
  const options = { name: target.symbol.name, limit: mostChanges, literals: shortStrings(search.test) };
  let best: { change: SmallChange; broken: number } | undefined;
  let written = before;
  let isPutBack: boolean;
  try {
    for (const change of smallChanges(symbolText(target), languageId, options)) {
      if (run.ports.clock.now() > search.until) break;
      const edit = await prepareTool(
        { name: 'edit_file', arguments: { path, symbol, new_text: change.code } },
        run.ports,
        run.signal,
      );
      const text = edit.ok ? edit.writes[0]?.text : undefined;
      if (!edit.ok || typeof text !== 'string') continue;
      const wrote = await edit.execute({ commandTimeoutMs: timeoutMs }, run.signal);
      // The file was changed by someone else: it is theirs now.
      if (!wrote.ok) break;
      written = text;
      counts.tried++;
      if (!(await passes(run, check, timeoutMs))) continue;
      const broken = (await examples?.()) ?? 0;
      if (broken < (best?.broken ?? mostBroken + 1)) best = { change, broken };
      if (broken === 0) break;
    }
  } finally {
    isPutBack = await putBack(run, target, { before, written });
    if (!isPutBack) run.emit({ type: 'notice', level: 'warning', report: leftBehind(path) });
  }
  // Over a try that is still there the found change could not be shown as what it is.
  return isPutBack ? best?.change : undefined;
}

function leftBehind(path: string): ErrorReport {
  return {
    code: 'try-not-put-back',
    happened: `${path} could not be put back after a small change was tried in it.`,
    kept: 'The checkpoint has the file as it was.',
    next: 'Restore to before this task.',
  };
}

/** Counts the examples of the symbol's docstring that are wrong now; undefined where there are none to run. */
async function exampleCheck(
  run: Run,
  target: Target,
  commandTimeoutMs: number,
): Promise<(() => Promise<number | undefined>) | undefined> {
  const command = examplesCommand(target.file, qualifiedName(target.symbol), symbolText(target));
  if (command === undefined || !mayProbe(run, command)) return undefined;
  const call = { name: 'run_command', arguments: { command } };
  const tool = await prepareTool(call, run.ports, run.signal);
  if (!tool.ok) return undefined;
  return async () => {
    const { detail } = await tool.execute({ commandTimeoutMs }, run.signal);
    const isCount = detail.kind === 'command' && detail.exitCode === 0 && /^\d+\s*$/.test(detail.output);
    return isCount ? Number(detail.output) : undefined;
  };
}

async function passes(run: Run, check: PreparedTool, commandTimeoutMs: number): Promise<boolean> {
  const { detail } = await check.execute({ commandTimeoutMs }, run.signal);
  return (
    detail.kind === 'command' && detail.exitCode === 0 && !detail.timedOut && !hidesFailure(detail.output)
  );
}

/** Short strings of a test: what the code should give is often among them. */
function shortStrings(test: FailingTest | undefined): string[] {
  if (!test) return [];
  const strings = tokensOf(test.file.text, test.file.languageId).flatMap(({ kind, text }) =>
    kind === 'string' && text.length <= longestString ? [text.slice(1, -1)] : [],
  );
  return [...new Set(strings)].filter((text) => text.trim() !== '');
}
