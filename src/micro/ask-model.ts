import { errorOf, UserError } from '../base/errors';
import type { LanguageModel } from '../model/language-model';
import { renderChat } from '../prompt/chat-template';
import type { AskModel } from './micro-agent';

/** Asks a model outside of a chat. `onText` gets each answer as it streams. */
export function askModel(
  model: LanguageModel,
  signal: AbortSignal,
  onText: (delta: string) => void = () => undefined,
): AskModel {
  return async ({ messages, prefill, stop, maxTokens, temperature, grammar }) => {
    let text = '';
    const stream = model.generate(
      {
        lane: 'chat',
        prompt: renderChat(model.profile.template, messages, prefill),
        maxTokens,
        sampling: { ...model.profile.chatSampling, temperature },
        stop: [...model.profile.stop, ...stop],
        ...(grammar === undefined ? {} : { grammar }),
        responsiveness: 'interactive',
      },
      signal,
    );
    for await (const event of stream) {
      if (event.type === 'text') {
        text += event.text;
        onText(event.text);
      } else if (event.type === 'failed') throw errorOf(event.error);
      else if (event.type === 'done') {
        signal.throwIfAborted();
        return { text, complete: event.reason !== 'length' };
      }
    }
    signal.throwIfAborted();
    throw unusable('The model’s answer broke off.');
  };
}

/** The error for an answer that nothing can be made of. */
export function unusable(happened: string): UserError {
  return new UserError('no-usable-answer', happened, {
    kept: 'Nothing was changed.',
    next: 'Try again with a smaller selection or a clearer instruction.',
  });
}
