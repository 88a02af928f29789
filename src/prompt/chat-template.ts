import type { ChatMessage } from '../protocol/chat';
import type { PromptPart } from '../protocol/engine';
import type { ChatTemplate } from '../model/profile';

interface Layout {
  /** Before everything. */
  start: string;
  open(role: 'system' | 'user' | 'assistant'): string;
  close: string;
  /** Models without a system role get its text in front of the first user message. */
  systemRole: boolean;
  /** How a tool's answer stands inside a user turn. */
  toolResult(content: string): string;
}

const toolResponse = (content: string): string => `<tool_response>\n${content}\n</tool_response>`;

/** One table row per template, as the families' own templates lay a chat out. */
const layouts: Record<ChatTemplate, Layout> = {
  chatml: {
    start: '',
    open: (role) => `<|im_start|>${role}\n`,
    close: '<|im_end|>\n',
    systemRole: true,
    toolResult: toolResponse,
  },
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
  mistral: {
    start: '<s>',
    open: (role) => (role === 'assistant' ? ' ' : '[INST] '),
    close: '',
    systemRole: false,
    toolResult: toolResponse,
  },
};

interface Turn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** Tool answers become (part of) a user turn, neighbours of one role become one turn. */
function turnsOf(messages: readonly ChatMessage[], layout: Layout): Turn[] {
  const turns: Turn[] = [];
  let system = '';
  for (const message of messages) {
    if (message.role === 'system' && !layout.systemRole) {
      system += `${message.content}\n\n`;
      continue;
    }
    const role = message.role === 'tool' ? 'user' : message.role;
    const content = message.role === 'tool' ? layout.toolResult(message.content) : message.content;
    const last = turns.at(-1);
    if (last?.role === role) last.content += `\n${content}`;
    else turns.push({ role, content });
  }
  const firstUser = turns.find((turn) => turn.role === 'user');
  if (system && firstUser) firstUser.content = system + firstUser.content;
  return turns;
}

/**
 * Lays a chat out for the model, ending where the assistant's next turn begins. `prefill` is the beginning of that
 * turn when the program writes it. Control tokens are `special` parts; everything else is plain text, so that a
 * file which happens to hold `<|im_end|>` cannot end a turn.
 */
export function renderChat(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  prefill = '',
): PromptPart[] {
  const layout = layouts[template];
  const parts: PromptPart[] = [];
  const special = (text: string): void => {
    if (text) parts.push({ text, special: true });
  };
  special(layout.start);
  for (const turn of turnsOf(messages, layout)) {
    special(layout.open(turn.role));
    parts.push({ text: turn.content });
    special(template === 'mistral' ? (turn.role === 'assistant' ? '</s>' : ' [/INST]') : layout.close);
  }
  special(layout.open('assistant'));
  if (prefill) parts.push({ text: prefill });
  return mergeSpecial(parts);
}

function mergeSpecial(parts: PromptPart[]): PromptPart[] {
  const merged: PromptPart[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (part.special && last?.special) last.text += part.text;
    else merged.push({ ...part });
  }
  return merged;
}

/** The prompt as one text, for golden files, the log and the panel's view of it. */
export function promptText(parts: readonly PromptPart[]): string {
  return parts.map((part) => part.text).join('');
}
