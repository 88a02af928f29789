import type { ModelProfile } from '../profile';

/** Codestral: the suffix comes first as it was trained, and no token asks for the middle. */
export const codestral: ModelProfile = {
  family: 'codestral',
  template: 'mistral',
  dialect: 'mistral',
  bareJsonCalls: true,
  fillInTheMiddle: { prefix: '[PREFIX]', suffix: '[SUFFIX]', middle: '', order: 'suffix-opens' },
  chatSampling: { temperature: 0 },
  contextSize: 8192,
  stop: ['</s>'],
  abilities: { complete: true, chat: true, edit: true },
};
