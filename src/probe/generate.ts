import { errorOf } from '../base/errors';
import type { GenerateRequest, LanguageModel } from '../model/language-model';
import type { GenerateResult } from '../protocol/engine';

/** A whole answer, and what it took. */
export interface Answer {
  text: string;
  reason: GenerateResult['reason'];
  stats: GenerateResult['stats'];
}

/** Has a model answer to the end. Rejects with the model's `UserError`, or with the signal's reason. */
export async function generate(
  model: LanguageModel,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<Answer> {
  let text = '';
  for await (const event of model.generate(request, signal)) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'failed') throw errorOf(event.error);
    else if (event.type === 'done') {
      signal.throwIfAborted();
      return { text, reason: event.reason, stats: event.stats };
    }
  }
  throw new Error('the model’s stream ended without a result');
}
