import type { ModelProfile } from '../profile';

/** StarCoder2: a base model with fill-in-the-middle, which completes and follows no instructions. */
export const starCoder2: ModelProfile = {
  family: 'starcoder2',
  template: 'chatml',
  dialect: 'auto',
  bareJsonCalls: true,
  fillInTheMiddle: {
    prefix: '<fim_prefix>',
    suffix: '<fim_suffix>',
    middle: '<fim_middle>',
    repository: '<repo_name>',
    fileSeparator: '<file_sep>',
  },
  chatSampling: { temperature: 0 },
  contextSize: 8192,
  stop: ['<|endoftext|>', '<file_sep>'],
  abilities: { complete: true, chat: false, edit: false },
};
