/**
 * The texts of the micro-agents that reach the model: code and facts first, one order last, and the form of the answer in so
 * many words, since the models that they are for follow little else.
 */
import { type PromptExcerpt, withExcerpts } from './agent-prompts';

/** What stands behind the name of a line that is asked for. */
export const docSlotMeanings = {
  summary: 'one sentence that says what it does',
  parameter: 'what it is, in a few words',
  returns: 'what is returned',
} as const;

/** Asks for the texts of a documentation comment, one on each line; the program lays them out. */
export function documentPrompt(input: {
  path: string;
  code: string;
  /** Such as `the function median`. */
  what: string;
  note: string;
  slots: readonly { kind: keyof typeof docSlotMeanings; name: string }[];
}): string {
  const lines = input.slots.map(({ kind, name }) => `${name}: ${docSlotMeanings[kind]}`);
  const note = input.note === '' ? '' : ` ${input.note}`;
  return `${input.path}:\n${input.code}\n\nDescribe ${input.what}.${note} Answer with these lines and nothing else:\n${lines.join('\n')}`;
}

/** Asks what an error means; `excerpts` is the code that it points at. */
export function explainErrorPrompt(error: string, excerpts: readonly PromptExcerpt[], note: string): string {
  const question = note === '' ? '' : ` ${note}`;
  return withExcerpts(
    excerpts,
    `This error came up:\n${error}\n\nExplain it in two or three sentences: what it says, what in the code causes it, and what to change.${question} Name what it is about. Write no code.`,
  );
}

/** Asks for a test file, whose beginning the program may have written. */
export function writeTestPrompt(input: {
  path: string;
  code: string;
  /** What the tests are of, such as a function's name. */
  what: string;
  testPath: string;
  note: string;
  /** Definitions that the code uses, and the code around it. */
  related: readonly PromptExcerpt[];
  /** Why the last file was not taken. */
  problem: string | undefined;
}): string {
  const note = input.note === '' ? '' : `\n${input.note}`;
  const problem = input.problem === undefined ? '' : `\nThe last one was not usable: ${input.problem}.`;
  return withExcerpts(
    [...input.related, { title: input.path, text: input.code }],
    `Write the whole file ${input.testPath} with three short tests of ${input.what}: a usual value, an edge case, another value. Use only values whose result you can tell from the code.${note}${problem}`,
  );
}

/** Asks a question about definitions that the program has looked up. */
export function indexQuestionPrompt(question: string, definitions: readonly string[]): string {
  return `Definitions of this project:\n${definitions.join('\n')}\n\n${question}\nAnswer in one or two sentences, from these definitions alone, and name the file.`;
}
