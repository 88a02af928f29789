import type { ModelProfile } from '../profile';

/** Llama 3.1 and 3.2: JSON calls without an envelope. Sampling as its generation settings say. */
export const llama3: ModelProfile = {
  family: 'llama3',
  template: 'llama3',
  dialect: 'llama3-json',
  bareJsonCalls: true,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 0.6, topP: 0.9 },
  contextSize: 8192,
  stop: ['<|eot_id|>', '<|eom_id|>'],
  abilities: { complete: false, chat: true, edit: true },
};
