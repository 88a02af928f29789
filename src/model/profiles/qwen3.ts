import type { ModelProfile } from '../profile';

/** Qwen3 (dense): trained on JSON calls in `<tool_call>`, no fill-in-the-middle, told not to think. Sampling as its card advises. */
export const qwen3: ModelProfile = {
  family: 'qwen3',
  template: 'qwen3',
  dialect: 'hermes',
  bareJsonCalls: true,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 0.7, topP: 0.8, topK: 20 },
  contextSize: 8192,
  stop: ['<|im_end|>', '<|endoftext|>'],
  abilities: { complete: false, chat: true, edit: true },
};
