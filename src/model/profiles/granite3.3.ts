import type { ModelProfile } from '../profile';
import { granite } from './granite';
import { starCoderFillInTheMiddle } from './starcoder2';

/** Granite 3.3: Granite 3 that was also taught to fill in the middle, in the documented order. */
export const granite33: ModelProfile = {
  ...granite,
  family: 'granite3.3',
  fillInTheMiddle: { ...starCoderFillInTheMiddle, order: 'prefix-first' },
  abilities: { complete: true, chat: true, edit: true },
};
