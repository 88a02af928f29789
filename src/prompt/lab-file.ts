/** A prompt as a text that a person edits: messages under lines that name who speaks. */
import type { PromptPiece } from '../protocol/agent';
import type { ChatMessage } from '../protocol/chat';

export interface LabPrompt {
  messages: ChatMessage[];
  /** The beginning of the answer, written by the program. */
  prefill: string;
}

/** The line over the beginning of the answer. */
const begun = 'answer';
const heading = /^%% (system|user|assistant|tool|answer)$/;

/**
 * The turns of a prompt as messages, which render to the same bytes; its last piece, when it is the assistant's, is the
 * beginning of the answer.
 */
export function labPromptOf(pieces: readonly PromptPiece[]): LabPrompt {
  const last = pieces.at(-1);
  const prefill = last?.role === 'assistant' ? last.text : '';
  const messages: ChatMessage[] = [];
  let isOpen = false;
  for (const { role, text } of prefill === '' ? pieces : pieces.slice(0, -1)) {
    const turn = messages.at(-1);
    if (role === 'layout') isOpen = false;
    else if (isOpen && turn) {
      turn.content += text;
      if (role === 'user') turn.role = 'user';
    } else {
      // What a tool has answered stands in its layout already.
      messages.push({ role: role === 'tool' ? 'user' : role, content: text });
      isOpen = true;
    }
  }
  return { messages, prefill };
}

/** The text of a prompt; {@link parseLabFile} reads it back, also when a message holds such a line itself. */
export function formatLabFile({ messages, prefill }: LabPrompt): string {
  const sections = messages.map(({ role, content }) => section(role, content));
  return [...sections, ...(prefill === '' ? [] : [section(begun, prefill)])].join('');
}

function section(name: string, content: string): string {
  const escaped = content.replace(/^(\\*%% )/gm, '\\$1');
  return `%% ${name}\n${escaped}\n`;
}

/** Reads the text of a prompt. What stands before the first heading is the user's. */
export function parseLabFile(text: string): LabPrompt {
  const prompt: LabPrompt = { messages: [], prefill: '' };
  let name = 'user';
  let lines: string[] | undefined;
  const close = (): void => {
    if (!lines) return;
    const content = lines.map((line) => line.replace(/^\\(\\*%% )/, '$1')).join('\n');
    if (name === begun) prompt.prefill = content;
    else prompt.messages.push({ role: name as ChatMessage['role'], content });
  };
  for (const line of text.replace(/\r\n/g, '\n').replace(/\n$/, '').split('\n')) {
    const next = heading.exec(line)?.[1];
    if (next === undefined) (lines ??= []).push(line);
    else {
      close();
      name = next;
      lines = [];
    }
  }
  close();
  return prompt;
}
