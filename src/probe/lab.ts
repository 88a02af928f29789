/** One prompt on one model: what `thimble lab` and the editor's prompt lab share. */
import { errorOf } from '../base/errors';
import type { LanguageModel } from '../model/language-model';
import type { ModelProfile } from '../model/profile';
import { chatPieces, partsOf, promptText, sharedParts } from '../prompt/chat-template';
import type { LabPrompt } from '../prompt/lab-file';
import type { GenerateResult } from '../protocol/engine';

/** What one model made of a prompt. */
export interface LabAnswer {
  model: string;
  profile: string;
  text: string;
  reason: GenerateResult['reason'];
  stats: GenerateResult['stats'];
}

/** The prompt as a profile lays it out: what reaches the model. */
export function renderedPrompt({ messages, prefill }: LabPrompt, { template }: ModelProfile): string {
  return promptText(partsOf(chatPieces(template, messages, prefill)));
}

/** Asks once, with the profile's sampling where nothing else is said. Rejects with a `UserError` or an `AbortError`. */
export async function askLab(
  model: LanguageModel,
  profile: ModelProfile,
  prompt: LabPrompt,
  { maxTokens, temperature, seed }: { maxTokens: number; temperature?: number; seed?: number },
  signal: AbortSignal,
): Promise<LabAnswer> {
  const pieces = chatPieces(profile.template, prompt.messages, prompt.prefill);
  let written = '';
  const stream = model.generate(
    {
      lane: 'chat',
      prompt: partsOf(pieces),
      prefixParts: sharedParts(pieces),
      maxTokens,
      stop: profile.stop,
      sampling: {
        ...profile.chatSampling,
        ...(temperature === undefined ? {} : { temperature }),
        ...(seed === undefined ? {} : { seed }),
      },
    },
    signal,
  );
  for await (const event of stream) {
    if (event.type === 'text') written += event.text;
    else if (event.type === 'failed') throw errorOf(event.error);
    else if (event.type === 'done') {
      signal.throwIfAborted();
      return {
        model: model.name,
        profile: profile.family,
        text: written,
        reason: event.reason,
        stats: event.stats,
      };
    }
  }
  throw new Error('the model’s stream ended without a result');
}

/** An answer with its figures; `first` is the one that it is compared with. */
export function labAnswerText(
  { model, profile, text: answer, reason, stats }: LabAnswer,
  first: LabAnswer | undefined,
): string {
  const decodeMs = stats.totalMs - (stats.firstTokenMs ?? stats.totalMs);
  const speed = decodeMs > 0 ? ((stats.generatedTokens - 1) * 1000) / decodeMs : 0;
  const same = first?.text === answer && first.stats !== stats ? ', the same answer as the first' : '';
  const figures = `${stats.promptTokens} tokens read (${stats.cachedTokens} cached), first after ${Math.round(stats.firstTokenMs ?? stats.totalMs)} ms, ${stats.generatedTokens} written at ${speed.toFixed(1)}/s, ended by ${reason}${same}`;
  return `── ${model}, profile ${profile}: ${figures}\n${answer.trimEnd()}\n`;
}

/** Prompt and answers in one text, without times, so that another day's can be compared with it. */
export function labGoldenText(prompt: string, answers: readonly LabAnswer[]): string {
  const parts = answers.map(
    ({ model, profile, text: answer }) => `===== ${model}, profile ${profile}\n${answer}\n`,
  );
  return `===== prompt\n${prompt}\n${parts.join('')}`;
}
