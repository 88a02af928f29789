import type { LlamaModel, Token } from 'node-llama-cpp';
import { UserError } from '../base/errors';
import type { PromptPart } from '../protocol/engine';

/**
 * Tokens of a prompt. Each part is tokenized by itself, and only `special` parts may yield control tokens, so that
 * a text which merely spells one (in a file about chat templates, say) stays text.
 */
export function promptTokens(model: LlamaModel, parts: readonly PromptPart[]): Token[] {
  const tokens = parts.flatMap(({ text, special }) =>
    text === '' ? [] : model.tokenize(text, special ?? false),
  );
  const { bos, shouldPrependBosToken } = model.tokens;
  return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}

/** Rejects prompts that leave no room for an answer; sizes in tokens. */
export function checkPromptFits(promptSize: number, contextSize: number): void {
  if (promptSize === 0) throw new UserError('prompt-empty', 'The prompt is empty.');
  if (promptSize >= contextSize) {
    throw new UserError(
      'prompt-too-long',
      `The request has ${promptSize} tokens, and the context holds ${contextSize}.`,
      { next: 'Attach less, start a new chat, or set a larger context.' },
    );
  }
}
