import type { ModelProfile } from '../profile';

/** Granite 3: roles in control tokens of their own. Greedy, as its card runs it; `<tool_call>` holds JSON. */
export const granite: ModelProfile = {
  family: 'granite',
  template: 'granite',
  dialect: 'hermes',
  bareJsonCalls: true,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 0 },
  contextSize: 8192,
  stop: ['<|end_of_text|>'],
  abilities: { complete: false, chat: true, edit: true },
};
