import type { FillInTheMiddleTokens, ModelProfile } from '../profile';

/** The StarCoder line was trained with both orders, half of the time each. */
export const starCoderFillInTheMiddle: FillInTheMiddleTokens = {
  prefix: '<fim_prefix>',
  suffix: '<fim_suffix>',
  middle: '<fim_middle>',
  order: 'suffix-first',
};

/** StarCoder2: a base model with fill-in-the-middle, which completes and follows no instructions. */
export const starCoder2: ModelProfile = {
  family: 'starcoder2',
  template: 'chatml',
  dialect: 'auto',
  bareJsonCalls: true,
  fillInTheMiddle: {
    ...starCoderFillInTheMiddle,
    repository: '<repo_name>',
    fileSeparator: '<file_sep>',
    pathInPrefix: true,
  },
  chatSampling: { temperature: 0 },
  contextSize: 8192,
  stop: ['<|endoftext|>', '<file_sep>'],
  abilities: { complete: true, chat: false, edit: false },
};
