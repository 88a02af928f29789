import { fenceClosing, fenceOpening, systemPrompt } from '../../prompt/agent-prompts';
import { selectionPrompt, type SelectionKind } from '../../prompt/selection-prompts';
import { testPathFor } from '../../prompt/test-path';
import type { ContextPart } from '../../context/parts';
import { lineTexts } from '../../edit/lines';
import { codeAround, problemsAt } from '../code-around';
import { sameCode } from '../code-only';
import { fitExcerpts } from '../fit-excerpts';
import { qualifiedName, symbolAround, symbolCode } from '../locate';
import type { Place } from '../mentions';
import { modelTurn } from '../model-turn';
import type { ProgramResult, Run } from '../ports';
import { toolStep } from '../tool-step';
import { ended, reportedSteps } from './report';

/** Longest code that is rewritten whole, in UTF-16 units: beyond it a small model loses the thread. */
const longestRewrite = 8000;
/** Longest definition that is shown around a selection, in UTF-16 units. */
const longestSurrounding = 2500;
/** Temperatures of the tries: careful first, then wider, since a small model repeats itself. */
const temperatures = [0, 0.5, 0.8];
/** Time that language services get to look at a change. Milliseconds. */
const problemsWaitMs = 3000;

/** What stands at a place, as the prompts show it. */
interface Code {
  path: string;
  languageId: string;
  /** Without the indentation that all lines share; `\n` line ends. */
  text: string;
  /** The definition that the place is, where it is a whole one: it is then replaced by name. */
  symbolName: string | undefined;
  startLine: number;
  endLine: number;
  surrounding: string | undefined;
  /** What the code shown uses and does not hold. */
  definitions: readonly ContextPart[];
  /** Who uses it. */
  uses: readonly ContextPart[];
}

/** Explains the code at a place; `note` is the user's own question about it. */
export async function explainPlace(run: Run, place: Place, note: string): Promise<ProgramResult> {
  const code = await fitted(run, await codeAt(run, place, false));
  const question = note === '' ? '' : `\n\n${note}`;
  const turn = await modelTurn(run, {
    messages: [
      { role: 'system', content: systemPrompt },
      { role: 'user', content: promptFor('explain', code, []) + question },
    ],
    maxTokens: 350,
    onText: (delta) => {
      run.emit({ type: 'text', delta });
      return undefined;
    },
  });
  const answer = turn.text.trim();
  return answer === ''
    ? ended(run, 'failed', 'The model gave an empty answer.')
    : { outcome: 'done', summary: '', messages: reportedSteps(run.task.text, answer) };
}

/** Rewrites the code at a place so that its reported problems go away; undefined when none are reported. */
export async function fixPlace(run: Run, place: Place, note: string): Promise<ProgramResult | undefined> {
  const code = await codeAt(run, place, true);
  const problems = problemsAt(run, code.path, code);
  if (problems.length === 0) return undefined;
  const lines = problems.map(({ line, message }) => `line ${line}: ${message}`);
  const result = await rewrite(run, code, withNote(promptFor('fix', code, lines), note), () => undefined);
  if (result.outcome !== 'done') return result;
  const left = await problemsAfter(run, code, problems.length);
  return {
    ...result,
    outcome: left < problems.length ? 'done' : 'failed',
    evidence: `Problems reported there: ${problems.length} before, ${left} after`,
  };
}

/** Documents the code at a place; a draft that changes the code itself is not taken. */
export async function documentPlace(run: Run, place: Place, note: string): Promise<ProgramResult> {
  const code = await codeAt(run, place, true);
  const result = await rewrite(run, code, withNote(promptFor('document', code, []), note), (draft) =>
    sameCode(code.text, draft) ? undefined : 'it changed the code and not only its documentation',
  );
  return result.outcome === 'done' ? { ...result, evidence: 'Only documentation differs' } : result;
}

/** Writes a new test file for the code at a place. A file that exists already is left as it is. */
export async function testPlace(run: Run, place: Place, note: string): Promise<ProgramResult> {
  const code = await fitted(run, await codeAt(run, place, true));
  const path = testPathFor(code.path);
  const turn = await modelTurn(run, {
    messages: [
      { role: 'system', content: systemPrompt },
      { role: 'user', content: withNote(promptFor('tests', code, []), note) },
    ],
    prefill: fenceOpening(code.languageId),
    maxTokens: 900,
    stop: [fenceClosing],
  });
  const tests = turn.text.trimEnd();
  if (turn.reason === 'length' || tests === '')
    return ended(run, 'failed', `The model did not write the whole file ${path}. Nothing was written.`);
  if (await run.ports.workspace.exists(path)) {
    run.emit({ type: 'text', delta: `${fenceOpening(code.languageId)}${tests}${fenceClosing}\n` });
    return ended(
      run,
      'done',
      `${path} exists already and was left as it is; copy from the tests above what you want.`,
    );
  }
  const edit = await toolStep(run, { name: 'edit_file', arguments: { path, new_text: `${tests}\n` } });
  if (edit.refused) return ended(run, 'stopped', 'You refused the new file, so nothing was written.');
  return edit.ok
    ? ended(run, 'done', `Wrote ${path}. The tests were not run.`)
    : ended(run, 'failed', `${path} was not written: ${edit.forModel}`);
}

/** The code at a place; with `whole`, a part of a definition grows to all of it, which models rewrite better. */
async function codeAt(run: Run, place: Place, whole: boolean): Promise<Code> {
  const { file, startLine, endLine } = place;
  const outer = place.symbol ?? (await symbolAround(run, file, startLine));
  const holds = outer !== null && outer.endLine >= endLine && outer.startLine <= startLine;
  const symbol = place.symbol ?? (whole && holds ? outer : null);
  const own = { path: file.path, languageId: file.languageId };
  if (symbol) {
    const text = symbolCode(file.text, symbol).replaceAll('\r\n', '\n');
    const lines = { startLine: symbol.startLine, endLine: symbol.endLine };
    const around = await codeAround(run, file, lines);
    return { ...own, ...lines, ...around, text, symbolName: qualifiedName(symbol), surrounding: undefined };
  }
  const text = lineTexts(file.text)
    .slice(startLine - 1, endLine)
    .join('\n');
  const outerCode = holds ? symbolCode(file.text, outer).replaceAll('\r\n', '\n') : undefined;
  const surrounding =
    outerCode !== undefined && outerCode.length <= longestSurrounding && outerCode.trim() !== text.trim()
      ? outerCode
      : undefined;
  const lines = { startLine, endLine };
  const around = await codeAround(run, file, surrounding === undefined || !outer ? lines : outer);
  return { ...own, ...lines, ...around, text, symbolName: undefined, surrounding };
}

/** The code cut to what the context has room for, which is told; the code around it goes first. */
async function fitted(run: Run, code: Code): Promise<Code> {
  const { model } = run.ports;
  const budget = Math.floor(model.contextSize('chat') / 2);
  const [around = 0, own = 0] = await model.countTokens([code.surrounding ?? '', code.text]);
  const kept = around + own <= budget ? code : { ...code, surrounding: undefined, definitions: [], uses: [] };
  const label = `${code.path} (lines ${code.startLine}–${code.endLine})`;
  const { excerpts, cuts } = await fitExcerpts([{ label, text: code.text }], budget, model);
  for (const report of cuts) run.emit({ type: 'notice', level: 'info', report });
  return { ...kept, text: excerpts[0]?.text ?? '' };
}

function promptFor(kind: SelectionKind, code: Code, problems: readonly string[]): string {
  const { path, languageId, text, surrounding, definitions, uses } = code;
  const testPath = testPathFor(path);
  return selectionPrompt({
    kind,
    instruction: '',
    path,
    languageId,
    code: text,
    problems,
    surrounding,
    definitions,
    uses,
    testPath,
  });
}

function withNote(prompt: string, note: string): string {
  return note === '' ? prompt : `${prompt}\n${note}`;
}

/** Asks for the code anew until a draft is new and `refuse` has nothing against it, and writes that draft. */
async function rewrite(
  run: Run,
  code: Code,
  prompt: string,
  refuse: (draft: string) => string | undefined,
): Promise<ProgramResult> {
  const name = code.symbolName ?? `lines ${code.startLine}–${code.endLine}`;
  if (code.text.length > longestRewrite) {
    const limit = `${code.text.length} characters; up to ${longestRewrite} can be rewritten at once`;
    return ended(run, 'failed', `\`${name}\` in ${code.path} has ${limit}. Mention one function of it.`);
  }
  const problems: string[] = [];
  const [size = 0] = await run.ports.model.countTokens([code.text]);
  for (const temperature of temperatures) {
    run.step();
    const turn = await modelTurn(run, {
      messages: [
        { role: 'system', content: systemPrompt },
        { role: 'user', content: prompt },
      ],
      prefill: fenceOpening(code.languageId),
      maxTokens: Math.min(2000, 150 + 2 * size),
      stop: [fenceClosing],
      temperature,
    });
    const draft = withEmptyLines(turn.text.trimEnd(), code.text);
    const problem =
      turn.reason === 'length' || draft === ''
        ? 'it was not complete'
        : draft.trim() === code.text.trim()
          ? 'it was the code as it is'
          : refuse(draft);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    const place = code.symbolName === undefined ? { old_text: code.text } : { symbol: code.symbolName };
    const edit = await toolStep(run, {
      name: 'edit_file',
      arguments: { path: code.path, ...place, new_text: draft },
    });
    if (edit.refused) return ended(run, 'stopped', 'You refused the change, so nothing was changed.');
    if (edit.ok) return ended(run, 'done', `Changed \`${name}\` in ${code.path}.`);
    problems.push(edit.forModel);
  }
  const why = [...new Set(problems)].join('; ');
  return ended(
    run,
    'failed',
    `The model proposed no usable change of \`${name}\`: ${why}. ${code.path} is as before.`,
  );
}

/** Models fill empty lines with indentation; where the code has none such, neither gets the file. */
function withEmptyLines(draft: string, code: string): string {
  return /^[ \t]+$/m.test(code) ? draft : draft.replace(/^[ \t]+$/gm, '');
}

/** How many problems are left, once the language services have told of a change or their time is over. */
async function problemsAfter(run: Run, code: Code, before: number): Promise<number> {
  const { clock } = run.ports;
  const started = clock.now();
  let left = before;
  while (left >= before && clock.now() - started < problemsWaitMs) {
    await clock.sleep(300, run.signal);
    left = problemsAt(run, code.path, code).length;
  }
  return left;
}
