import type { ModelProfile } from '../profile';

/** SmolLM2 and SmolLM3: JSON calls in `<tool_call>`, no fill-in-the-middle. Sampling as the card of SmolLM2 advises. */
export const smolLm: ModelProfile = {
  family: 'smollm',
  template: 'chatml',
  dialect: 'hermes',
  bareJsonCalls: true,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 0.2, topP: 0.9 },
  contextSize: 8192,
  stop: ['<|im_end|>', '<|endoftext|>'],
  abilities: { complete: false, chat: true, edit: true },
};
