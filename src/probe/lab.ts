/** One prompt on one model: what `thimble lab` and the editor's prompt lab share. */
import { decodeSpeed } from '../model/decode-speed';
import type { LanguageModel } from '../model/language-model';
import type { ModelProfile } from '../model/profile';
import { chatPieces, partsOf, promptText, sharedParts } from '../prompt/chat-template';
import type { LabPrompt } from '../prompt/lab-file';
import { type Answer, generate } from './generate';

/** What one model made of a prompt. */
export interface LabAnswer extends Answer {
  model: string;
  profile: string;
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
  const answer = await generate(
    model,
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
  return { model: model.name, profile: profile.family, ...answer };
}

/** An answer with its figures; `first` is the one that it is compared with. */
export function labAnswerText(
  { model, profile, text: answer, reason, stats }: LabAnswer,
  first: LabAnswer | undefined,
): string {
  const same = first?.text === answer && first.stats !== stats ? ', the same answer as the first' : '';
  const figures = `${stats.promptTokens} tokens read (${stats.cachedTokens} cached), first after ${Math.round(stats.firstTokenMs ?? stats.totalMs)} ms, ${stats.generatedTokens} written at ${decodeSpeed(stats).toFixed(1)}/s, ended by ${reason}${same}`;
  return `── ${model}, profile ${profile}: ${figures}\n${answer.trimEnd()}\n`;
}

/** Prompt and answers in one text, without times, so that another day's can be compared with it. */
export function labGoldenText(prompt: string, answers: readonly LabAnswer[]): string {
  const parts = answers.map(
    ({ model, profile, text: answer }) => `===== ${model}, profile ${profile}\n${answer}\n`,
  );
  return `===== prompt\n${prompt}\n${parts.join('')}`;
}
