import type { ModelProfile } from '../profile';

/**
 * DeepSeek-Coder: fill-in-the-middle in one order only, in tokens with full-width bars. It completes; the form of its
 * chats is none that is known here.
 */
export const deepSeekCoder: ModelProfile = {
  family: 'deepseek-coder',
  template: 'chatml',
  dialect: 'auto',
  bareJsonCalls: true,
  fillInTheMiddle: {
    prefix: '<｜fim▁begin｜>',
    suffix: '<｜fim▁hole｜>',
    middle: '<｜fim▁end｜>',
    order: 'prefix-first',
  },
  chatSampling: { temperature: 0 },
  contextSize: 8192,
  stop: ['<｜end▁of▁sentence｜>', '<|EOT|>'],
  abilities: { complete: true, chat: false, edit: false },
};
