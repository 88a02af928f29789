import type { ModelProfile } from '../profile';
import { granite } from './granite';
import { starCoderFillInTheMiddle } from './starcoder2';

/** Granite Code: StarCoder's tokens, and like it trained with both orders. It completes; its chats are another form. */
export const graniteCode: ModelProfile = {
  ...granite,
  family: 'granite-code',
  fillInTheMiddle: starCoderFillInTheMiddle,
  stop: ['<|endoftext|>'],
  abilities: { complete: true, chat: false, edit: false },
};
