import type { ModelProfile } from '../profile';

/** TinyLlama Chat: trained on 2,048 tokens, before tools; it talks and is not asked to edit. */
export const tinyLlama: ModelProfile = {
  family: 'tinyllama',
  template: 'zephyr',
  dialect: 'auto',
  bareJsonCalls: true,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 0.7, topP: 0.95, topK: 50 },
  contextSize: 2048,
  stop: ['</s>'],
  abilities: { complete: false, chat: true, edit: false },
};
