/** What is read back from a prompt's parts: control tokens are parts of their own, so no text can be taken for one. */
import type { PromptPart } from '../../protocol/engine';
import type { ChatTemplate, FillInTheMiddleTokens } from '../profile';

export interface RemoteMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** A chat in the layout `roles`, as messages; a beginning of the answer is the last one, of the assistant. */
export function messagesOf(prompt: readonly PromptPart[]): RemoteMessage[] {
  const messages: RemoteMessage[] = [];
  let role: RemoteMessage['role'] | undefined;
  for (const { text, special } of prompt) {
    if (special === true) {
      const named = [...text.matchAll(/<\|(system|user|assistant)\|>/g)].at(-1)?.[1];
      if (named !== undefined) role = named as RemoteMessage['role'];
    } else if (role !== undefined) messages.push({ role, content: text });
  }
  return messages;
}

/** The pieces of a fill-in-the-middle prompt. */
export interface InfillPieces {
  prefix: string;
  suffix: string;
  files: { path: string; text: string }[];
}

/** Marks for a server that knows its own tokens for fill-in-the-middle. They are never sent. */
export const infillMarks: FillInTheMiddleTokens = {
  prefix: '<prefix>',
  suffix: '<suffix>',
  middle: '<middle>',
  order: 'suffix-first',
  repository: '<repository>',
  fileSeparator: '<file>',
};

/** The pieces of a prompt that was made with {@link infillMarks}, in either order of prefix and suffix. */
export function infillOf(prompt: readonly PromptPart[]): InfillPieces {
  const pieces: InfillPieces = { prefix: '', suffix: '', files: [] };
  let mark = '';
  for (const { text, special } of prompt) {
    if (special === true) {
      mark = text;
      continue;
    }
    if (mark === infillMarks.fileSeparator) {
      const line = text.indexOf('\n');
      // The last one names the file in work and holds nothing.
      if (line < text.length - 1) {
        pieces.files.push({ path: text.slice(0, line), text: text.slice(line + 1) });
      }
    } else if (mark === infillMarks.prefix || mark === infillMarks.middle) pieces.prefix += text;
    else if (mark === infillMarks.suffix || mark === infillMarks.prefix + infillMarks.suffix) {
      pieces.suffix += text;
    }
  }
  return pieces;
}

const spellings: Record<ChatTemplate, RegExp> = {
  chatml: /<(?=\|[A-Za-z0-9_]{2,40}\|>)/g,
  qwen3: /<(?=\|[A-Za-z0-9_]{2,40}\|>|\/?think>)/g,
  llama3: /<(?=\|[A-Za-z0-9_]{2,40}\|>)/g,
  gemma: /<(?=(?:start_of_turn|end_of_turn|bos|eos)>)/g,
  granite: /<(?=\|[A-Za-z0-9_]{2,40}\|>)/g,
  phi4: /<(?=\|[A-Za-z0-9_]{2,40}\|>)/g,
  zephyr: /<(?=\/?s>|\|[A-Za-z0-9_]{2,40}\|>)/g,
  mistral: /<(?=\/?s>)|\[(?=\/?INST\])/g,
  roles: /<(?=\|[A-Za-z0-9_]{2,40}\|>|(?:start|end)_of_turn>)/g,
};

/** Joins words without being seen; taken out of the answer again. */
const joiner = '\u2060';

/**
 * The prompt as one text for a server that reads control tokens in it. A text that happens to spell one is broken
 * by an invisible character; `restore` takes it out of what the model repeats.
 */
export function promptAsText(
  template: ChatTemplate,
  prompt: readonly PromptPart[],
): { text: string; restore: (answer: string) => string } {
  const { parts, restore } = withoutControls(template, prompt);
  return { text: parts.map((part) => part.text).join(''), restore };
}

/** The parts with no control token in what is text. */
export function withoutControls(
  template: ChatTemplate,
  prompt: readonly PromptPart[],
): { parts: PromptPart[]; restore: (answer: string) => string } {
  const parts = prompt.map((part) => {
    if (part.special === true) return part;
    const text = part.text.replace(spellings[template], (found) => found + joiner);
    return text === part.text ? part : { ...part, text };
  });
  const isBroken = parts.some((part, index) => part !== prompt[index]);
  return { parts, restore: isBroken ? (answer) => answer.replaceAll(joiner, '') : (answer) => answer };
}
