import { errorOf } from '../base/errors';
import type { LanguageModel } from '../model/language-model';
import type { GenerateStats, PromptPart, SamplingParams } from '../protocol/engine';
import { healPrefix } from './healing';

/** A line that is not empty, and the end of it. */
export const firstLine = /\S.*\n/;

/** Asks with the token at the cursor healed; an answer that goes another way is asked for again as things stand. */
export async function healed(
  prefix: string,
  ask: (prompt: string, begin: string) => Promise<Generated>,
): Promise<Generated> {
  const { prompt, begin } = healPrefix(prefix);
  const answer = await ask(prompt, begin);
  if (answer.text.startsWith(begin)) return { ...answer, text: answer.text.slice(begin.length) };
  return ask(prefix, '');
}

/** What the model wrote, behind what it had to begin with. */
export interface Generated {
  text: string;
  probabilities: readonly number[];
  stats: GenerateStats;
}

/**
 * One generation on the completion lane, until `isComplete` says that the text is enough. Rejects with `AbortError`, or
 * with a `UserError` when the engine failed.
 */
export async function generate(
  model: LanguageModel,
  request: {
    prompt: PromptPart[];
    begin: string;
    maxTokens: number;
    stop: string[];
    isComplete: (text: string) => boolean;
    sampling?: SamplingParams;
    signal: AbortSignal;
  },
): Promise<Generated> {
  let text = '';
  const probabilities: number[] = [];
  const enough = new AbortController();
  const stream = model.generate(
    {
      lane: 'completion',
      prompt: request.prompt,
      ...(request.begin === '' ? {} : { begin: request.begin }),
      maxTokens: request.maxTokens,
      sampling: request.sampling ?? { temperature: 0 },
      stop: request.stop,
      probabilities: true,
      responsiveness: 'interactive',
    },
    AbortSignal.any([request.signal, enough.signal]),
  );
  for await (const event of stream) {
    if (event.type === 'text') {
      // What is written before the abort arrives belongs to nothing.
      if (enough.signal.aborted) continue;
      text += event.text;
      if (event.probabilities) probabilities.push(...event.probabilities);
      if (request.isComplete(text)) enough.abort();
    } else if (event.type === 'failed') throw errorOf(event.error);
    else if (event.type === 'done') {
      request.signal.throwIfAborted();
      return { text, probabilities, stats: event.stats };
    }
  }
  request.signal.throwIfAborted();
  throw new Error('the model’s stream ended without a result');
}
