import type { ModelProfile } from '../profile';

/** Qwen3.5 (dense, mixture and Next): `<function=…>` calls, told not to think. Sampling as its card advises for that. */
export const qwen35: ModelProfile = {
  family: 'qwen3.5',
  template: 'qwen3',
  dialect: 'qwen3.5',
  bareJsonCalls: false,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 0.7, topP: 0.8, topK: 20 },
  contextSize: 8192,
  stop: ['<|im_end|>', '<|endoftext|>'],
  abilities: { complete: false, chat: true, edit: true },
};
