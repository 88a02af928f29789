import {
  explainChangePrompt,
  systemPrompt,
  chooseSymbolPrompt,
  numberGrammar,
  type PromptExcerpt,
} from '../../prompt/agent-prompts';
import { isAbort } from '../../base/errors';
import { assertionFact, failedAssertion, probeCommand } from '../assertion';
import { failurePlaces, shortenFailure } from '../failure';
import { locateFailure, qualifiedName, symbolCode, symbolText, type Target } from '../locate';
import { modelTurn } from '../model-turn';
import type { ProgramResult, Run } from '../ports';
import { runCheck, withCheckTimeout } from '../run-check';
import { isTestFile } from '../test-command';
import { toolStep, type ToolStepResult } from '../tool-step';
import { writeSymbol } from '../write-symbol';
import { reportedSteps } from './report';

/** Rewrites of one symbol before the next candidate is tried. */
const triesPerTarget = 6;
/** The same for candidates behind the first, which are seldom the cause. */
const triesPerFurtherTarget = 3;
const maxTargets = 3;

/**
 * Makes a failing command pass: run it, find the symbol that it points at, have that one symbol rewritten, run it
 * again. What does not help is put back before the next try, so that tries do not pile up. The command's exit code
 * is the only judge. Answers undefined when there is nothing to locate: then the free loop takes over.
 */
export async function repair(
  asked: Run,
  command: string,
  paths: readonly string[],
): Promise<ProgramResult | undefined> {
  const { text } = asked.task;
  const first = await runCheck(asked, command);
  const run = withCheckTimeout(asked, first.ms);
  if (first.refused)
    return stopped(run, 'You refused to run the command, so nothing was checked or changed.');
  if (first.passed) {
    return finished(run, 'done', `\`${command}\` passes already. Nothing was changed.`, `${command}: exit 0`);
  }
  if (first.exitCode === undefined) return undefined;

  let failure = { command, output: shortenFailure(first.output) };
  const targets = await pickOrder(run, await locateFailure(run, text, first.output, paths), failure.output);
  if (targets.length === 0) return undefined;

  const tried: string[] = [];
  const fact = await shownFact(run, first.output, paths);
  for (const [place, target] of targets.slice(0, maxTargets).entries()) {
    const tries = place === 0 ? triesPerTarget : triesPerFurtherTarget;
    const original = symbolText(target);
    const name = qualifiedName(target.symbol);
    await toolStep(run, {
      name: 'read_file',
      arguments: {
        path: target.file.path,
        start_line: target.symbol.startLine,
        end_line: target.symbol.endLine,
      },
    });
    const attempts: { code: string; outcome: string }[] = [];
    for (let attempt = 0; attempt < tries; attempt++) {
      const draft = await writeSymbol(run, {
        target,
        request: text,
        related: await relatedCode(run, target, first.output, paths),
        failure,
        attempts,
        ...(fact === undefined ? {} : { fact }),
        // Told what failed, a small model often writes it again; every other try begins anew.
        afresh: attempt % 2 === 0,
      });
      if (draft.code === undefined) break;
      const edit = await editSymbol(run, target.file.path, name, draft.code);
      if (edit.refused) return stopped(run, 'You refused the change, so nothing was changed.');
      if (!edit.ok) {
        attempts.push({ code: draft.code, outcome: edit.forModel });
        continue;
      }
      const check = await runCheck(run, command);
      if (check.passed) {
        const explanation = await explain(run, draft.messages);
        return finished(
          run,
          'done',
          `Changed ${name}; the command passes now.`,
          `${command}: exit 0`,
          explanation,
        );
      }
      if (check.refused)
        return stopped(run, `\`${name}\` was changed, but not checked: you refused to run the command.`);
      failure = { command, output: shortenFailure(check.output) || failure.output };
      attempts.push({ code: draft.code, outcome: firstLine(failure.output) });
      tried.push(name);
      await putBack(run, target, name, original);
    }
  }
  const names = [...new Set(tried)].map((name) => `\`${name}\``).join(', ');
  return finished(
    run,
    'failed',
    tried.length > 0
      ? `\`${command}\` still fails. ${tried.length} rewrites of ${names} did not help; each was put back, so your files are as before.`
      : `\`${command}\` fails, and the model proposed no change that differs from the code as it is. Your files are as before.`,
  );
}

/**
 * What the failing assertion shows: the call, what it gives and what it should give. What it gives is found by running
 * that call, only where commands run without asking; a call that fails or prints much says nothing.
 */
async function shownFact(run: Run, output: string, paths: readonly string[]): Promise<string | undefined> {
  const assertion = failedAssertion(output);
  const test = failurePlaces(output, paths).find((place) => isTestFile(place.path));
  if (!assertion) return undefined;
  if (!test || run.standing.commands !== 'all' || run.task.platform === 'win32')
    return assertionFact(assertion, undefined);
  const { text } = await run.ports.workspace.read(test.path);
  const command = test.path.includes('/') ? undefined : probeCommand(assertion, text);
  const probe = command === undefined ? undefined : await runCheck(run, command);
  const got = probe?.output.trim() ?? '';
  const isClear = probe?.passed === true && got !== '' && got.length <= 300 && !got.includes('\n');
  return assertionFact(assertion, isClear ? got : undefined);
}

function editSymbol(run: Run, path: string, symbol: string, code: string): Promise<ToolStepResult> {
  return toolStep(run, { name: 'edit_file', arguments: { path, symbol, new_text: code } });
}

/** Undoes a try that did not help; the yes to the try covers it, since it only brings back what was there. */
async function putBack(run: Run, target: Target, name: string, original: string): Promise<void> {
  const id = run.step();
  const now = await run.ports.workspace.read(target.file.path);
  const step = { id, tool: 'edit' as const, verb: 'Put back', object: `${target.file.path} › ${name}` };
  try {
    await run.ports.workspace.write(
      [{ path: target.file.path, text: target.file.text, expectedHash: now.hash }],
      `Put back ${name}`,
    );
    run.emit({ type: 'step', step: { ...step, state: 'done' } });
  } catch (error) {
    if (isAbort(error)) throw error;
    // The user changed the file meanwhile: their text stays, and only the symbol is put back.
    await editSymbol(run, target.file.path, name, original);
  }
}

/** The failing test's own code: what the rewrite has to satisfy. */
async function relatedCode(
  run: Run,
  target: Target,
  output: string,
  paths: readonly string[],
): Promise<PromptExcerpt[]> {
  const place = failurePlaces(output, paths).find((p) => isTestFile(p.path) && p.path !== target.file.path);
  if (!place) return [];
  try {
    const file = await run.ports.workspace.read(place.path);
    const symbol = await run.ports.syntax.request(
      'enclosing',
      { file, position: { line: place.line, column: 1 } },
      run.signal,
    );
    const text = symbol ? symbolCode(file.text, symbol) : '';
    return text !== '' && text.length <= 800 ? [{ title: `${place.path}, the failing test`, text }] : [];
  } catch (error) {
    if (isAbort(error)) throw error;
    return [];
  }
}

/** The order to try targets in: by score; where the first two tie, the model says which. */
async function pickOrder(run: Run, targets: Target[], failure: string): Promise<Target[]> {
  const [first, second] = targets;
  if (!first || !second || first.score > second.score) return targets;
  const tied = targets.filter((target) => target.score === first.score).slice(0, 9);
  const turn = await modelTurn(run, {
    messages: [
      { role: 'system', content: systemPrompt },
      {
        role: 'user',
        content: chooseSymbolPrompt(
          run.task.text,
          failure,
          tied.map((t) => `${t.file.path}: ${t.symbol.signature}`),
        ),
      },
    ],
    maxTokens: 2,
    withoutInstructions: true,
    grammar: numberGrammar(tied.length),
    temperature: 0,
  });
  const chosen = tied[Number.parseInt(turn.text, 10) - 1];
  return chosen ? [chosen, ...targets.filter((target) => target !== chosen)] : targets;
}

/** One sentence about the change, shown as the answer; a failure here costs nothing but the sentence. */
async function explain(run: Run, messages: ProgramResult['messages']): Promise<string> {
  try {
    const turn = await modelTurn(run, {
      messages: [...messages, { role: 'user', content: explainChangePrompt }],
      maxTokens: 60,
      stop: ['\n'],
      temperature: 0,
      onText: (delta) => {
        run.emit({ type: 'text', delta });
        return undefined;
      },
    });
    return turn.text.trim();
  } catch (error) {
    if (isAbort(error)) throw error;
    return '';
  }
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => /error|!=|expected/i.test(line)) ?? text.split('\n', 1)[0] ?? '';
}

function finished(
  run: Run,
  outcome: 'done' | 'failed',
  summary: string,
  evidence?: string,
  explanation = '',
): ProgramResult {
  return {
    outcome,
    summary,
    ...(evidence === undefined ? {} : { evidence }),
    messages: reportedSteps(run.task.text, `${explanation}\n${summary}`.trim()),
  };
}

function stopped(run: Run, summary: string): ProgramResult {
  return { outcome: 'stopped', summary, messages: reportedSteps(run.task.text, summary) };
}
