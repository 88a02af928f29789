import type { ModelProfile } from '../profile';

/** Gemma 3: no system role and no tool format of its own, no fill-in-the-middle. Sampling as its card advises. */
export const gemma3: ModelProfile = {
  family: 'gemma3',
  template: 'gemma',
  dialect: 'gemma',
  bareJsonCalls: true,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 1, topP: 0.95, topK: 64 },
  contextSize: 8192,
  stop: ['<end_of_turn>', '<eos>'],
  abilities: { complete: false, chat: true, edit: true },
};
