import type { ModelProfile } from '../profile';
import { qwenFillInTheMiddle } from './qwen2.5-coder';

/** Qwen3-Coder: trained on `<function=…>` calls and on fill-in-the-middle. Sampling as its card advises. */
export const qwen3Coder: ModelProfile = {
  family: 'qwen3-coder',
  template: 'chatml',
  dialect: 'qwen3-coder',
  bareJsonCalls: false,
  fillInTheMiddle: qwenFillInTheMiddle,
  chatSampling: { temperature: 0.7, topP: 0.8, topK: 20, repeatPenalty: 1.05 },
  contextSize: 16384,
  stop: ['<|im_end|>', '<|endoftext|>'],
  abilities: { complete: true, chat: true, edit: true },
};
