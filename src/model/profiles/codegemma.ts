import type { ModelProfile } from '../profile';

/** CodeGemma: Gemma with fill-in-the-middle in the order of its documentation; no other was measured. */
export const codeGemma: ModelProfile = {
  family: 'codegemma',
  template: 'gemma',
  dialect: 'gemma',
  bareJsonCalls: true,
  fillInTheMiddle: {
    prefix: '<|fim_prefix|>',
    suffix: '<|fim_suffix|>',
    middle: '<|fim_middle|>',
    order: 'prefix-first',
    fileSeparator: '<|file_separator|>',
  },
  chatSampling: { temperature: 0 },
  contextSize: 8192,
  stop: ['<end_of_turn>', '<eos>', '<|file_separator|>'],
  abilities: { complete: true, chat: true, edit: true },
};
