import { prepareTool, type PreparedTool } from '../../tools/prepare-tool';
import { examplesCommand } from '../docstring-examples';
import type { FailingTest } from '../failure-facts';
import { tokensOf } from '../../syntax/tokens';
import { qualifiedName, symbolText, type Target } from '../locate';
import { isAllowedNow } from '../permission';
import type { Run } from '../ports';
import { type SmallChange, smallChanges } from '../small-changes/small-changes';
import { hidesFailure } from '../test-count';
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
  const { path, languageId } = target.file;
  if (!check.ok || !isAllowedNow(run, { command }) || !isAllowedNow(run, { path })) return undefined;
  const name = qualifiedName(target.symbol);
  const id = run.step();
  const step = { id, tool: 'check' as const, verb: 'Try small changes', object: `${path} › ${name}` };
  const started = run.ports.clock.now();
  const timeoutMs = Math.min(run.task.commandTimeoutMs, Math.max(leastTimeoutMs, timesLonger * firstMs));
  run.emit({ type: 'step', step: { ...step, state: 'running' } });
  const settle = await run.checkpoint.watch(id);
  await run.checkpoint.note(path, id);
  const options = { name: target.symbol.name, limit: mostChanges, literals: shortStrings(test) };
  let tried = 0;
  let found: SmallChange | undefined;
  // Passes, but leaves examples of the docstring wrong: taken when nothing better comes.
  let second: { change: SmallChange; broken: number } | undefined;
  const examples = await exampleCheck(run, target, timeoutMs);
  const mostBroken = (await examples?.()) ?? 0;
  const before = (await run.ports.workspace.read(path)).text;
  let written = before;
  try {
    for (const change of smallChanges(symbolText(target), languageId, options)) {
      if (run.ports.clock.now() - started > limitMs) break;
      const edit = await prepareTool(
        { name: 'edit_file', arguments: { path, symbol: name, new_text: change.code } },
        run.ports,
        run.signal,
      );
      const text = edit.ok ? edit.writes[0]?.text : undefined;
      if (!edit.ok || typeof text !== 'string') continue;
      const wrote = await edit.execute({ commandTimeoutMs: timeoutMs }, run.signal);
      // The file was changed by someone else: it is theirs now.
      if (!wrote.ok) break;
      written = text;
      tried++;
      if (!(await passes(run, check, timeoutMs))) continue;
      const broken = examples === undefined ? 0 : await examples();
      if (broken === undefined || broken === 0) {
        found = change;
        break;
      }
      if (broken < (second?.broken ?? mostBroken + 1)) second = { change, broken };
    }
    found ??= second?.change;
  } finally {
    await putBack(run, target, { before, written });
    await settle();
    const result = found ? `${tried} tried; ${found.what} passes` : `${tried} tried, none passes`;
    const ms = run.ports.clock.now() - started;
    run.emit({ type: 'step', step: { ...step, state: found ? 'done' : 'failed', result, ms } });
  }
  return found;
}

/** Counts the examples of the symbol's docstring that are wrong now; undefined where there are none to run. */
async function exampleCheck(
  run: Run,
  target: Target,
  commandTimeoutMs: number,
): Promise<(() => Promise<number | undefined>) | undefined> {
  if (run.standing.commands !== 'all' || run.task.platform === 'win32') return undefined;
  const command = examplesCommand(target.file, qualifiedName(target.symbol), symbolText(target));
  if (command === undefined) return undefined;
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
