import { errorOf } from '../base/errors';
import type { LanguageModel } from '../model/language-model';
import type { FillInTheMiddleOrder, FillInTheMiddleTokens } from '../model/profile';
import {
  defaultLimits,
  fillInTheMiddlePrompt,
  type FillInTheMiddleRequest,
} from '../prompt/fill-in-the-middle';
import type { GenerateStats, PromptPart, SamplingParams } from '../protocol/engine';
import { type Anchor, anchoredSuffix } from './anchor';
import { isBlockComplete } from './cut';
import { healPrefix } from './healing';

/** A model that can fill in the middle, and how it is asked. */
export interface CompletionModel {
  model: LanguageModel;
  tokens: FillInTheMiddleTokens;
  order: FillInTheMiddleOrder | undefined;
  /** The suffix as prompts tell it. */
  suffixAt: Anchor;
}

/** One question: a place with its context, and what ends the answer. All texts have `\n` line ends. */
export interface Question extends FillInTheMiddleRequest {
  /** `line` ends behind the first line that is not empty, `block` at the end of a block; else where the model ends. */
  until: 'line' | 'block' | 'end';
  /** Nothing will be cut from the answer: the prompt tells all that stands behind the cursor. */
  raw: boolean;
  /** Greedy when left out. */
  sampling?: SamplingParams;
  /** Nobody waits for the answer yet. */
  ahead?: boolean;
  signal: AbortSignal;
}

/** What the model wrote, behind what it had to begin with. */
export interface Generated {
  text: string;
  probabilities: readonly number[];
  stats: GenerateStats;
}

const maxTokens = { line: 96, block: 96, end: 128 };
/** A line that is not empty, and the end of it; or so many empty ones that no other will come. */
const firstLine = /\S.*\n|^(?:[ \t]*\n){4}/;

/** The model for questions; undefined where it cannot complete. */
export function completionModel(
  model: LanguageModel,
  { order, suffixAt }: Partial<Pick<CompletionModel, 'order' | 'suffixAt'>> = {},
): CompletionModel | undefined {
  const { fillInTheMiddle, abilities } = model.profile;
  if (!fillInTheMiddle || !abilities.complete) return undefined;
  const alone: Anchor = (_path, prefix, suffix) => anchoredSuffix(prefix, suffix);
  return { model, tokens: fillInTheMiddle, order, suffixAt: suffixAt ?? alone };
}

/**
 * Asks with the token at the cursor healed; an answer that goes another way is asked for again as things stand.
 * Rejects with `AbortError`, or with a `UserError` when the engine failed.
 */
export async function askModel(asked: CompletionModel, question: Question): Promise<Generated> {
  const { prompt, begin } = healPrefix(question.prefix);
  const answer = await askOnce(asked, question, prompt, begin);
  if (answer.text.startsWith(begin)) return { ...answer, text: answer.text.slice(begin.length) };
  return askOnce(asked, question, question.prefix, '');
}

/** Reads the prompt of a question into the cache, so that the first key at its place finds it there. Rejects alike. */
export async function readPrompt(
  asked: CompletionModel,
  question: FillInTheMiddleRequest,
  signal: AbortSignal,
): Promise<void> {
  const { prompt } = healPrefix(question.prefix);
  await generate(asked.model, {
    prompt: promptOf(asked, question, prompt),
    begin: '',
    maxTokens: 0,
    stop: [],
    isComplete: () => false,
    sampling: { temperature: 0 },
    ahead: true,
    signal,
  });
}

/** `prefix` is what of the question's prefix is in the prompt, `begin` the rest of it, which the answer begins with. */
function askOnce(
  asked: CompletionModel,
  question: Question,
  prefix: string,
  begin: string,
): Promise<Generated> {
  const { suffix, until, sampling, signal } = question;
  const isComplete = {
    line: (text: string) => firstLine.test(text.slice(begin.length)),
    block: (text: string) => isBlockComplete(text, { prefix, suffix, singleLine: false }),
    end: () => false,
  };
  return generate(asked.model, {
    prompt: promptOf(asked, question, prefix),
    begin,
    maxTokens: maxTokens[until],
    // A line is ended by the program: a stop text costs up to one token.
    stop: until === 'block' ? ['\n\n\n'] : [],
    isComplete: isComplete[until],
    sampling: sampling ?? { temperature: 0 },
    ahead: question.ahead ?? false,
    signal,
  });
}

/** `prefix` is what of the question's prefix is in the prompt. */
function promptOf(
  { tokens, order, suffixAt }: CompletionModel,
  question: FillInTheMiddleRequest & { raw?: boolean },
  prefix: string,
): PromptPart[] {
  const { path, prefix: whole, suffix } = question;
  // Only what the filters put right may be left out.
  const shown = question.raw ? suffix : suffixAt(path, whole, suffix);
  return fillInTheMiddlePrompt(tokens, { ...question, prefix, suffix: shown }, defaultLimits, order);
}

/** One generation on the completion lane, until `isComplete` says that the text is enough. */
async function generate(
  model: LanguageModel,
  request: {
    prompt: PromptPart[];
    begin: string;
    maxTokens: number;
    stop: string[];
    isComplete: (text: string) => boolean;
    sampling: SamplingParams;
    ahead: boolean;
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
      sampling: request.sampling,
      stop: request.stop,
      probabilities: true,
      responsiveness: 'interactive',
      ...(request.ahead ? { ahead: true } : {}),
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
      // Something more urgent came.
      if (event.reason === 'cancelled' && !enough.signal.aborted)
        throw new DOMException('Stopped', 'AbortError');
      return { text, probabilities, stats: event.stats };
    }
  }
  request.signal.throwIfAborted();
  throw new Error('the model’s stream ended without a result');
}
