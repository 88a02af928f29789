import type { ModelProfile } from '../profile';

/** Devstral: Mistral's model for agents, with calls in its own form and no fill-in-the-middle. */
export const devstral: ModelProfile = {
  family: 'devstral',
  template: 'mistral',
  dialect: 'mistral',
  bareJsonCalls: true,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 0.15 },
  contextSize: 8192,
  stop: ['</s>'],
  abilities: { complete: false, chat: true, edit: true },
};
