import { isAbort } from '../base/errors';
import type { FileSnapshot } from '../base/ports';
import {
  assertionFact,
  assertionLanguage,
  assertionsAbout,
  type Assertion,
  probeCommand,
  readAssertion,
  statementAt,
} from './assertion';
import { failurePlaces } from './failure';
import { symbolAround, symbolCode } from './locate';
import type { Run } from './ports';
import { mayProbe } from './permission';
import { runCheck } from './run-check';
import { isTest } from './test-command';

/** A test that a failure names, and where in it. */
export interface FailingTest {
  file: FileSnapshot;
  /** 1-based, in the failure's order. */
  lines: number[];
}

/** Most of the tests' expectations that a prompt holds, in number and UTF-16 units. */
const mostExamples = 6;
const longestExamples = 600;
/** Longest test that is shown whole. UTF-16 units. */
const longestTest = 800;

/** The test that a failure names, with the text it has now; undefined when it names none that can be read. */
export async function failingTest(
  run: Run,
  output: string,
  paths: readonly string[],
): Promise<FailingTest | undefined> {
  const places = failurePlaces(output, paths);
  for (const path of new Set(places.map((place) => place.path))) {
    try {
      const file = await run.ports.workspace.read(path);
      const lines = places.filter((place) => place.path === path).map(({ line }) => line);
      if (isTest(path, file.text)) return { file, lines };
    } catch (error) {
      if (isAbort(error)) throw error;
    }
  }
  return undefined;
}

/** The assertion at a line that the failure names. */
function failedAssertion(test: FailingTest): Assertion | undefined {
  const language = assertionLanguage(test.file.path);
  if (!language) return undefined;
  return test.lines
    .map((line) => readAssertion(statementAt(test.file.text, line, language), language))
    .find((assertion) => assertion !== undefined);
}

/**
 * What the failing assertion shows: the call, what it gives and what it should give. What it gives is found by running
 * that call, only where commands run without asking; a call that fails or prints much says nothing.
 */
export async function shownFact(run: Run, test: FailingTest | undefined): Promise<string | undefined> {
  const assertion = test && failedAssertion(test);
  if (!assertion) return undefined;
  const command = probeCommand(assertion.call, test.file.path, test.file.text);
  const probe = command === undefined || !mayProbe(run, command) ? undefined : await runCheck(run, command);
  const got = probe?.output.trim() ?? '';
  const isClear = probe?.passed === true && got !== '' && got.length <= 300 && !got.includes('\n');
  return assertionFact(assertion, isClear ? got : undefined);
}

/** What the test expects of a function, as far as its assertions say it in one line each. */
export function examplesFor(test: FailingTest | undefined, name: string): string[] {
  const language = test && assertionLanguage(test.file.path);
  if (!test || !language) return [];
  const examples: string[] = [];
  let size = 0;
  for (const { call, expected } of assertionsAbout(test.file.text, name, language)) {
    const line = `${call} == ${expected}`;
    size += line.length + 1;
    if (examples.length >= mostExamples || size > longestExamples) break;
    examples.push(line);
  }
  return examples;
}

/** The failing test's own code, where it is short. */
export async function testCode(run: Run, { file, lines }: FailingTest): Promise<string> {
  for (const line of lines) {
    const symbol = await symbolAround(run, file, line);
    const text = symbol ? symbolCode(file.text, symbol) : '';
    if (text !== '') return text.length <= longestTest ? text : '';
  }
  return '';
}
