import { fenceClosing, fenceOpening, type PromptExcerpt } from '../prompt/agent-prompts';
import { writeTestPrompt } from '../prompt/micro-prompts';
import type { MicroAgent } from './micro-agent';
import { wholeTests } from './test-cases';
import { testFrame, type TestSubject } from './test-frame';

export interface TestInput {
  subject: TestSubject;
  /** The code that is tested, without the indentation that its lines share. */
  code: string;
  /** Names that the tests are of, one of which they must use; none where no definition is known. */
  names: readonly string[];
  testPath: string;
  related: readonly PromptExcerpt[];
  note: string;
}

/** Writes a test file: framed by the program where the language's form is known, with whole tests that use the code. */
export const writeTest: MicroAgent<TestInput, string> = {
  job: 'test',
  prompt: (input, refused) =>
    writeTestPrompt({
      ...input,
      path: input.subject.path,
      what: input.names.join(', ') || 'this code',
      problem: refused?.problem,
    }),
  prefill: ({ subject }) => fenceOpening(subject.languageId) + (testFrame(subject) ?? ''),
  stop: [fenceClosing],
  maxTokens: () => 500,
  check: ({ text, complete }, { subject, names }) => {
    const frame = testFrame(subject);
    if (frame === undefined && !complete) return { ok: false, problem: 'it did not come to an end' };
    const file =
      frame === undefined ? `${text.trimEnd()}\n` : wholeTests(frame + text, complete, subject.languageId);
    if (file === undefined) return { ok: false, problem: 'it held no whole test that asserts something' };
    if (file.trim() === '') return { ok: false, problem: 'it was empty' };
    const written = file.slice(frame?.length ?? 0);
    if (names.length > 0 && !names.some((name) => written.includes(name)))
      return { ok: false, problem: `it did not use ${names.join(', ')}` };
    if (
      frame === undefined &&
      !/\bassert|\bexpect|\bt\.(?:Error|Fatal)|\bEXPECT_|\bshould\b|\bAssert\./i.test(file)
    )
      return { ok: false, problem: 'it asserted nothing' };
    return { ok: true, value: file };
  },
};
