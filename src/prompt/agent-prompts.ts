/**
 * The texts that reach the model from the agent. Short and direct: every uncached token is time, and what a rule
 * can decide is not asked for. The order is fixed (instructions, tools, facts, the user's words last), so that the
 * KV cache of one turn serves the next.
 */

import type { ChatMessage } from '../protocol/chat';

/** Code or output with where it is from. */
export interface PromptExcerpt {
  /** Such as `stats.py, function median`. */
  title: string;
  text: string;
}

export const systemPrompt =
  'You are Thimble, a coding agent on the user’s own computer. Answer in a few plain sentences. ' +
  'Never claim to have done what no tool result shows.';

/** The same with tools; `tools` is the listing in the model's dialect. */
export function systemPromptWithTools(tools: string): string {
  return `${systemPrompt}\n\n${tools}\n\nUse a tool only when the answer needs it. After its result, go on or give the final answer as plain text.`;
}

/** Facts in front of the user's own words. */
export function withExcerpts(excerpts: readonly PromptExcerpt[], request: string): string {
  const blocks = excerpts.map((excerpt) => `${excerpt.title}:\n${excerpt.text}\n`);
  return [...blocks, request].join('\n');
}

/**
 * A conversation that opens with an outline of the workspace: with the first thing that the user says, since it is
 * what files say, and always there, since everything behind it is read anew when it moves.
 */
export function openedWithMap(messages: readonly ChatMessage[], map: string): ChatMessage[] {
  return openedWith(messages, [{ title: 'The most used definitions of the workspace', text: map }]);
}

/** A conversation whose first thing that the user says stands behind these. */
export function openedWith(
  messages: readonly ChatMessage[],
  excerpts: readonly PromptExcerpt[],
): ChatMessage[] {
  const first = messages.findIndex(({ role }) => role === 'user');
  return messages.map((message, at) =>
    at === first ? { ...message, content: withExcerpts(excerpts, message.content) } : message,
  );
}

/** Code that the user wants in every prompt. */
export function pinnedExcerpts(parts: readonly { path: string; text: string }[]): PromptExcerpt[] {
  return parts.map(({ path, text }) => ({ title: `${path}, pinned by the user`, text }));
}

/**
 * Asks for one whole symbol in a code fence: the one form that small models were measured to keep to and to get
 * right most often (docs/models.md). The answer begins after {@link fenceOpening}.
 */
export function rewriteSymbolPrompt(task: {
  request: string;
  path: string;
  kind: string;
  symbol: string;
  code: string;
  related: readonly PromptExcerpt[];
  failure: { command: string; output: string } | undefined;
  /** What the failing assertion shows, in one sentence. */
  fact?: string;
  /** What the tests expect, a call and its value on each line. */
  examples: readonly string[];
  /** An earlier try and what came of it. */
  last?: { code: string; outcome: string };
}): string {
  const excerpts: PromptExcerpt[] = [
    ...task.related,
    { title: `${task.path}, ${task.kind} ${task.symbol}`, text: task.code },
  ];
  const failure = task.failure ? `$ ${task.failure.command}\n${task.failure.output}\n` : undefined;
  const { last } = task;
  // Behind the order, so that prompts with a wrong try and those without begin with the same bytes.
  const tried = last
    ? `\nThis was tried and is wrong (${last.outcome}):\n${last.code}\n\nRewrite it another way.`
    : undefined;
  const examples =
    task.examples.length > 1 ? `What the tests expect:\n${task.examples.join('\n')}\n` : undefined;
  const order = task.failure
    ? `Rewrite the ${task.kind} ${task.symbol} so that the test passes. Change what is wrong, keep the rest.`
    : `Rewrite the ${task.kind} ${task.symbol} as asked. Keep the rest.`;
  return [withExcerpts(excerpts, task.request), failure, examples, task.fact, order, tried]
    .filter(Boolean)
    .join('\n');
}

/** Asks for a whole new file in a code fence. */
export function createFilePrompt(request: string, path: string, related: readonly PromptExcerpt[]): string {
  return withExcerpts(related, `${request}\n\nWrite the whole file ${path}.`);
}

/** Asks for a file whole that is still to be written; `related` holds instructions, tests and the file so far. */
export function implementFilePrompt(
  request: string,
  path: string,
  related: readonly PromptExcerpt[],
): string {
  return withExcerpts(related, `${request}\n\nWrite the whole file ${path} so that the tests pass.`);
}

/** Follows a try whose tests fail. */
export function testsFailPrompt(path: string, failure: string): string {
  return `The tests fail:\n${failure}\n\nWrite the whole file ${path} again, corrected.`;
}

/** Asks for a number from a list, under {@link numberGrammar}. */
export function chooseSymbolPrompt(request: string, failure: string, candidates: readonly string[]): string {
  const list = candidates.map((candidate, index) => `${index + 1}. ${candidate}`).join('\n');
  return `${request}\n\n${failure}\n\nWhich of these must change?\n${list}\nAnswer with its number.`;
}

/** A GBNF grammar of the numbers 1 to `count`. */
export function numberGrammar(count: number): string {
  return `root ::= ${Array.from({ length: count }, (_, index) => `"${index + 1}"`).join(' | ')}\n`;
}

/** Asks for one sentence about a change that worked. */
export const explainChangePrompt = 'In one short sentence: what was wrong, and what did you change?';

/** The beginning of the answer when code is asked for; the answer ends at {@link fenceClosing}. */
export function fenceOpening(languageId: string): string {
  return `\`\`\`${languageId}\n`;
}

export const fenceClosing = '\n```';

/** Asks whether a request needs the project, to be answered with yes or no. */
export function toolNeedQuestion(request: string): string {
  return `Request: ${request}\n\nMust the project’s files be read or changed, or a command be run, for this? yes or no`;
}

/** Worked answers to {@link toolNeedQuestion}. */
export const toolNeedExamples: readonly { request: string; needed: boolean }[] = [
  { request: 'Where is the database opened?', needed: true },
  { request: 'What is a closure?', needed: false },
  { request: 'The login page is too slow, speed it up', needed: true },
  { request: 'Suggest a name for a boolean flag', needed: false },
  { request: 'Does the parser handle empty lines?', needed: true },
  { request: 'Great, see you tomorrow', needed: false },
];
