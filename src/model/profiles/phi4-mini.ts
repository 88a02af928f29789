import type { ModelProfile } from '../profile';

/** Phi-4-mini: no line ends between role and text. Its calls are JSON behind a mark that the parser finds by itself. */
export const phi4Mini: ModelProfile = {
  family: 'phi4-mini',
  template: 'phi4',
  dialect: 'auto',
  bareJsonCalls: true,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 0 },
  contextSize: 8192,
  stop: ['<|end|>', '<|endoftext|>'],
  abilities: { complete: false, chat: true, edit: true },
};
