import type { LanguageModel } from '../model/language-model';
import type { AgentEvent, PromptPiece, Usage } from '../protocol/agent';
import type { PromptView } from '../protocol/panel';
import type { ChatRecord } from './chat-record';

/** The newest prompt, for whoever asks what the model sees. */
export interface LastPrompt {
  /** The model that counts the tokens of the turns to come. */
  use(model: Pick<LanguageModel, 'countTokens' | 'contextSize'>): void;
  note(chatId: string, event: AgentEvent): void;
  /** Counted only now, since few ask. Null while the chat has had no turn in this window. */
  view(chat: Pick<ChatRecord, 'id' | 'transcript'>): Promise<PromptView | null>;
}

/** Codes of the notices that tell of a cut. */
const cutCodes = new Set(['context-cut', 'instructions-cut', 'context-full']);

export function createLastPrompt(): LastPrompt {
  let model: Pick<LanguageModel, 'countTokens' | 'contextSize'> | undefined;
  let last: { chatId: string; pieces: readonly PromptPiece[]; usage: Usage | undefined } | undefined;
  return {
    use: (next) => {
      model = next;
    },
    note: (chatId, event) => {
      if (event.type === 'prompt') last = { chatId, pieces: event.pieces, usage: undefined };
      else if (event.type === 'usage' && last?.chatId === chatId) last.usage = event.usage;
    },
    view: async ({ id, transcript }) => {
      if (!model || last?.chatId !== id) return null;
      const { pieces, usage } = last;
      const tokens = await model.countTokens(pieces.map(({ text }) => text));
      const asked = transcript.items.findLastIndex((item) => item.kind === 'user');
      const cuts = transcript.items
        .slice(asked + 1)
        .flatMap((item) =>
          item.kind === 'notice' && cutCodes.has(item.report.code) ? [item.report.happened] : [],
        );
      return promptView(pieces, tokens, usage?.cached ?? 0, model.contextSize('chat'), cuts);
    },
  };
}

/** The cached tokens are the prompt's first ones. */
export function promptView(
  pieces: readonly PromptPiece[],
  tokens: readonly number[],
  cached: number,
  contextSize: number,
  cuts: string[],
): PromptView {
  let before = 0;
  const counted = pieces.map((piece, index) => {
    const size = tokens[index] ?? 0;
    const from = before;
    before += size;
    return { ...piece, tokens: size, cached: Math.max(0, Math.min(size, cached - from)) };
  });
  return { pieces: counted, total: before, cached: Math.min(cached, before), contextSize, cuts };
}
