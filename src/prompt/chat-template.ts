import type { PromptPiece } from '../protocol/agent';
import type { ChatMessage } from '../protocol/chat';
import type { PromptPart } from '../protocol/engine';
import type { ChatTemplate } from '../model/profile';

interface Layout {
  /** Before everything. */
  start: string;
  open(role: 'system' | 'user' | 'assistant'): string;
  close: string;
  /** What the answer opens with, written by the template and in no earlier answer. */
  answer?: string;
  /** Models without a system role get its text in front of the first user message. */
  systemRole: boolean;
  /** How a tool's answer stands inside a user turn. */
  toolResult(content: string): string;
}

const toolResponse = (content: string): string => `<tool_response>\n${content}\n</tool_response>`;

const chatml: Layout = {
  start: '',
  open: (role) => `<|im_start|>${role}\n`,
  close: '<|im_end|>\n',
  systemRole: true,
  toolResult: toolResponse,
};

/** One table row per template, as the families' own templates lay a chat out. */
const layouts: Record<ChatTemplate, Layout> = {
  chatml,
  qwen3: { ...chatml, answer: '<think>\n\n</think>\n\n' },
  gemma: {
    start: '<bos>',
    open: (role) => `<start_of_turn>${role === 'assistant' ? 'model' : role}\n`,
    close: '<end_of_turn>\n',
    systemRole: false,
    toolResult: (content) => `\`\`\`tool_output\n${content}\n\`\`\``,
  },
  llama3: {
    start: '<|begin_of_text|>',
    open: (role) => `<|start_header_id|>${role}<|end_header_id|>\n\n`,
    close: '<|eot_id|>',
    systemRole: true,
    toolResult: toolResponse,
  },
  granite: {
    start: '',
    open: (role) => `<|start_of_role|>${role}<|end_of_role|>`,
    close: '<|end_of_text|>\n',
    systemRole: true,
    toolResult: toolResponse,
  },
  phi4: {
    start: '',
    open: (role) => `<|${role}|>`,
    close: '<|end|>',
    systemRole: true,
    toolResult: toolResponse,
  },
  zephyr: {
    start: '<s>',
    open: (role) => `<|${role}|>\n`,
    close: '</s>\n',
    systemRole: true,
    toolResult: toolResponse,
  },
  mistral: {
    start: '<s>',
    open: (role) => (role === 'assistant' ? ' ' : '[INST] '),
    close: '',
    systemRole: false,
    toolResult: toolResponse,
  },
  // Read back by `model/remote/prompt-parts.ts`, which sends the messages as they are.
  roles: {
    start: '',
    open: (role) => `<|${role}|>\n`,
    close: '\n',
    systemRole: true,
    toolResult: toolResponse,
  },
};

interface Turn {
  role: 'system' | 'user' | 'assistant';
  pieces: PromptPiece[];
}

/** Tool answers become (part of) a user turn, neighbours of one role become one turn. */
function turnsOf(messages: readonly ChatMessage[], layout: Layout): Turn[] {
  const turns: Turn[] = [];
  const system: PromptPiece[] = [];
  for (const message of messages) {
    if (message.role === 'system' && !layout.systemRole) {
      system.push({ role: 'system', text: `${message.content}\n\n` });
      continue;
    }
    const role = message.role === 'tool' ? 'user' : message.role;
    const text = message.role === 'tool' ? layout.toolResult(message.content) : message.content;
    const last = turns.at(-1);
    if (last?.role === role) last.pieces.push({ role: message.role, text: `\n${text}` });
    else turns.push({ role, pieces: [{ role: message.role, text }] });
  }
  turns.find((turn) => turn.role === 'user')?.pieces.unshift(...system);
  return turns;
}

/**
 * A chat laid out for the model, message by message, ending where the assistant's next turn begins. `prefill` is the
 * beginning of that turn when the program writes it. The texts in their order are the prompt, byte for byte.
 */
export function chatPieces(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  prefill = '',
): PromptPiece[] {
  const layout = layouts[template];
  const control = (text: string): PromptPiece => ({ role: 'layout', text });
  const closing = ({ role }: Turn): string =>
    template === 'mistral' ? (role === 'assistant' ? '</s>' : ' [/INST]') : layout.close;
  const pieces = [
    control(layout.start),
    ...turnsOf(messages, layout).flatMap((turn) => [
      control(layout.open(turn.role)),
      ...turn.pieces,
      control(closing(turn)),
    ]),
    control(layout.open('assistant') + (layout.answer ?? '')),
  ].filter(({ role, text }) => role !== 'layout' || text !== '');
  return prefill === '' ? pieces : [...pieces, { role: 'assistant', text: prefill }];
}

/**
 * The same as parts for the engine. Control tokens are `special`; everything else is plain text, so that a file which
 * happens to hold `<|im_end|>` cannot end a turn.
 */
export function renderChat(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  prefill = '',
): PromptPart[] {
  return partsOf(chatPieces(template, messages, prefill));
}

/** Neighbouring pieces of one kind become one part. */
export function partsOf(pieces: readonly PromptPiece[]): PromptPart[] {
  const parts: PromptPart[] = [];
  for (const { role, text } of pieces) {
    const special = role === 'layout';
    const last = parts.at(-1);
    if (last && (last.special ?? false) === special) last.text += text;
    else parts.push(special ? { text, special } : { text });
  }
  return parts;
}

/**
 * How many parts of {@link partsOf} are the system's words and the layout before them, which other chats share. 0 where
 * the template puts them into the user's turn.
 */
export function sharedParts(pieces: readonly PromptPiece[]): number {
  const end = pieces.findIndex(({ role }) => role !== 'layout' && role !== 'system');
  const system = pieces.slice(0, end < 0 ? pieces.length : end);
  const closed = system.at(-1)?.role === 'layout' && system.some(({ role }) => role === 'system');
  // The layout behind them goes on into the next turn, in one part with its opening.
  return closed ? partsOf(system).length - 1 : 0;
}

/** The prompt as one text, for golden files, the log and the panel's view of it. */
export function promptText(parts: readonly PromptPart[]): string {
  return parts.map((part) => part.text).join('');
}
