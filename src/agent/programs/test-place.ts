import { isAbort } from '../../base/errors';
import { requireJob, runMicroAgent } from '../../micro/micro-agent';
import { failedTests, testNames, withoutTests } from '../../micro/test-cases';
import { testSubjectOf } from '../../micro/test-subject';
import { type TestInput, writeTest } from '../../micro/write-test';
import { fenceClosing, fenceOpening } from '../../prompt/agent-prompts';
import { testPathFor } from '../../prompt/test-path';
import { askIn } from '../ask-in-run';
import { type Code, codeAt, fittedCode } from '../code-at-place';
import { detectCommand } from '../detect-command';
import { outlineOf } from '../locate';
import type { Place } from '../mentions';
import type { ProgramResult, Run } from '../ports';
import { runCheck } from '../run-check';
import { toolStep } from '../tool-step';
import { ended } from './report';

/** Writes a new test file for the code at a place and runs it. A file that exists already is left as it is. */
export async function testPlace(run: Run, place: Place, note: string): Promise<ProgramResult> {
  requireJob(run.ports.model, 'test');
  const code = await fittedCode(run, await codeAt(run, place, { whole: true }));
  const path = testPathFor(code.path);
  const { languageId } = code;
  const input = await inputFor(run, code, path, note);
  const result = await runMicroAgent(writeTest, input, askIn(run), (file) =>
    syntaxProblem(run, { path, languageId, text: file }),
  );
  if (!result.ok) {
    const why = result.problems.join('; ');
    return ended(run, 'failed', `The model wrote no usable tests: ${why}. Nothing was written.`);
  }
  const tests = result.value;
  if (await run.ports.workspace.exists(path)) {
    run.emit({ type: 'text', delta: `${fenceOpening(languageId)}${tests.trimEnd()}${fenceClosing}\n` });
    return ended(
      run,
      'done',
      `${path} exists already and was left as it is; copy from the tests above what you want.`,
    );
  }
  const edit = await toolStep(run, { name: 'edit_file', arguments: { path, new_text: tests } });
  if (edit.refused) return ended(run, 'stopped', 'You refused the new file, so nothing was written.');
  return edit.ok
    ? checkWritten(run, { path, languageId, text: tests })
    : ended(run, 'failed', `${path} was not written: ${edit.forModel}`);
}

async function inputFor(run: Run, code: Code, testPath: string, note: string): Promise<TestInput> {
  const { file, startLine, endLine, symbol, surrounding, definitions, text } = code;
  const outline = symbol ? [] : await outlineOf(run, file);
  const range = { startLine, endLine };
  const about = await testSubjectOf({ file, range, symbol, outline }, run.ports.workspace);
  const related = [
    ...definitions.map((part) => ({ title: `${part.path}, used by it`, text: part.text })),
    ...(surrounding === undefined ? [] : [{ title: 'It is part of this code', text: surrounding }]),
  ];
  return { ...about, code: text, testPath, related, note };
}

/** Why a draft does not parse; undefined also while the parser is away. */
async function syntaxProblem(
  run: Run,
  file: { path: string; languageId: string; text: string },
): Promise<string | undefined> {
  try {
    const { count, lines } = await run.ports.syntax.request('syntaxErrors', file, run.signal);
    return count === 0 ? undefined : `line ${lines[0] ?? 1} of it does not parse`;
  } catch (error) {
    if (isAbort(error)) throw error;
    return undefined;
  }
}

interface TestFile {
  path: string;
  languageId: string;
  text: string;
}

/**
 * Runs the tests that were written. Those that fail are taken out again, and named: either what they expect is wrong or
 * the code is, and a program cannot tell which. The yes to the file covers it, since it only takes away from it.
 */
async function checkWritten(run: Run, file: TestFile): Promise<ProgramResult> {
  const { path, languageId } = file;
  const { paths } = await run.ports.workspace.list('', { limit: 5000 });
  const command = await detectCommand(run, paths, [path]);
  const wrote = `Wrote ${path}.`;
  if (command === undefined) return ended(run, 'done', `${wrote} The tests were not run.`);
  let text = file.text;
  const out: string[] = [];
  // Each round takes out a test at least; runners that stop at the first failure need one for each.
  for (const most = testNames(text, languageId).length + 1; out.length < most;) {
    const check = await runCheck(run, command);
    if (check.refused) return ended(run, 'done', `${wrote} The tests were not run: you refused.`);
    if (check.passed) return ended(run, 'done', `${wrote} ${passedText(out)}`, `${command}: exit 0`);
    const evidence = `${command}: exit ${check.exitCode ?? 'unknown'}`;
    const failed = failedTests(check.output).filter((name) => testNames(text, languageId).includes(name));
    const left = failed.length === 0 ? undefined : withoutTests(text, failed, languageId);
    if (left === undefined && failed.length === 0)
      return ended(
        run,
        'failed',
        `${wrote} \`${command}\` fails, and no single test is the cause.`,
        evidence,
      );
    const replaced = await replaceText(run, path, text, left ?? null, failed);
    if (!replaced) return ended(run, 'failed', `${wrote} ${failedText(failed)}`, evidence);
    if (left === undefined) {
      const all = `None of the tests that the model wrote passes, so ${path} was taken away again.`;
      return ended(run, 'failed', `${all} ${failedText([...out, ...failed])}`, evidence);
    }
    out.push(...failed);
    text = left;
  }
  return ended(run, 'failed', `${wrote} \`${command}\` fails.`);
}

function passedText(out: readonly string[]): string {
  return out.length === 0 ? 'The tests pass.' : `The tests pass. ${failedText(out)} They were taken out.`;
}

function failedText(names: readonly string[]): string {
  const list = names.map((name) => `\`${name}\``).join(', ');
  return `${names.length === 1 ? 'One failed' : `${names.length} failed`}: ${list}. Either what is expected there is wrong, or the code is.`;
}

/** Writes the file without some tests, or takes it away; false where it is not as it was written any more. */
async function replaceText(
  run: Run,
  path: string,
  before: string,
  text: string | null,
  names: readonly string[],
): Promise<boolean> {
  const now = await run.ports.workspace.read(path).catch(() => undefined);
  if (now?.text !== before) return false;
  const step = { id: run.step(), tool: 'edit' as const, verb: 'Took out', object: names.join(', ') };
  await run.ports.workspace.write(
    [{ path, text, expectedHash: now.hash }],
    `Take failing tests out of ${path}`,
  );
  run.emit({ type: 'step', step: { ...step, state: 'done' } });
  return true;
}
