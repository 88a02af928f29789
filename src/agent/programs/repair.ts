import {
  explainChangePrompt,
  systemPrompt,
  chooseSymbolPrompt,
  numberGrammar,
} from '../../prompt/agent-prompts';
import { isAbort } from '../../base/errors';
import { ownWords, shortenFailure } from '../failure';
import { failingTest, shownFact } from '../failure-facts';
import { locateFailure, qualifiedName, type Target } from '../locate';
import { modelTurn } from '../model-turn';
import type { ProgramResult, Run } from '../ports';
import { runCheck, withCheckTimeout } from '../run-check';
import { toolStep } from '../tool-step';
import { mendSymbol } from './mend-symbol';
import { ended, reportedSteps } from './report';

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
    return ended(run, 'stopped', 'You refused to run the command, so nothing was checked or changed.');
  if (first.passed) {
    return ended(run, 'done', `\`${command}\` passes already. Nothing was changed.`, `${command}: exit 0`);
  }
  if (first.exitCode === undefined) return undefined;

  const output = shortenFailure(first.output);
  const targets = await pickOrder(run, await locateFailure(run, text, first.output, paths), output);
  if (targets.length === 0) return undefined;

  const tried: string[] = [];
  const test = await failingTest(run, first.output, paths);
  const facts = { test, fact: await shownFact(run, test), request: ownWords(text) };
  for (const [place, target] of targets.slice(0, maxTargets).entries()) {
    const name = qualifiedName(target.symbol);
    await toolStep(run, {
      name: 'read_file',
      arguments: {
        path: target.file.path,
        start_line: target.symbol.startLine,
        end_line: target.symbol.endLine,
      },
    });
    const mended = await mendSymbol(run, target, {
      ...facts,
      ...{ command, output, firstMs: first.ms, isLikeliest: place === 0 },
    });
    if (mended.kind === 'refused') return ended(run, 'stopped', mended.summary);
    if (mended.kind === 'passes') {
      const explanation = mended.messages ? await explain(run, mended.messages) : '';
      const what = mended.what === undefined ? '' : ` (${mended.what})`;
      const summary = `Changed ${name}${what}; the command passes now.`;
      return explained(run, { summary, evidence: `${command}: exit 0` }, explanation);
    }
    tried.push(...Array.from({ length: mended.tried }, () => name));
  }
  const names = [...new Set(tried)].map((name) => `\`${name}\``).join(', ');
  return ended(
    run,
    'failed',
    tried.length > 0
      ? `\`${command}\` still fails. ${tried.length} rewrites of ${names} did not help; each was put back, so your files are as before.`
      : `\`${command}\` fails, and the model proposed no change that differs from the code as it is. Your files are as before.`,
  );
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

/** The end of a repair; the conversation keeps the explanation as well. */
function explained(
  run: Run,
  { summary, evidence }: { summary: string; evidence: string },
  explanation: string,
): ProgramResult {
  const messages = reportedSteps(run.task.text, `${explanation}\n${summary}`.trim());
  return { ...ended(run, 'done', summary, evidence), messages };
}
