import type { FillInTheMiddleTokens, ModelProfile } from '../profile';

/** The control tokens that every code model of the Qwen line was trained with; the order as in `docs/models.md`. */
export const qwenFillInTheMiddle: FillInTheMiddleTokens = {
  prefix: '<|fim_prefix|>',
  suffix: '<|fim_suffix|>',
  middle: '<|fim_middle|>',
  order: 'suffix-first',
  repository: '<|repo_name|>',
  fileSeparator: '<|file_sep|>',
};

/**
 * Qwen2.5-Coder. Its own JSON tool calls come out in five spellings; asked for Qwen3-Coder's `<function=…>` it
 * follows (measured on the 1.5B model, `docs/models.md`). Greedy, as it was measured.
 */
export const qwen25Coder: ModelProfile = {
  family: 'qwen2.5-coder',
  template: 'chatml',
  dialect: 'qwen3-coder',
  bareJsonCalls: true,
  fillInTheMiddle: qwenFillInTheMiddle,
  chatSampling: { temperature: 0 },
  contextSize: 8192,
  stop: ['<|im_end|>', '<|endoftext|>'],
  abilities: { complete: true, chat: true, edit: true },
};
