import type { ErrorReport } from '../base/errors';
import type { GenerateParams, GenerateResult, PromptProgress, TokenBatch } from '../protocol/engine';
import type { ModelProfile } from './profile';

/** What a generation tells, in this order: progress*, text*, then one `done` or `failed`. */
export type GenerateEvent =
  | ({ type: 'progress' } & Omit<PromptProgress, 'id'>)
  | ({ type: 'text' } & Omit<TokenBatch, 'id'>)
  | ({ type: 'done' } & GenerateResult)
  /** The stream ends without a result. `retryable`: the same request can be sent again (the engine died). */
  | { type: 'failed'; error: ErrorReport; retryable: boolean };

export type GenerateRequest = Omit<GenerateParams, 'id'>;

/** A model that is ready for use. Its methods never reject: failures arrive as events or as an estimate. */
export interface LanguageModel {
  readonly name: string;
  readonly profile: ModelProfile;
  /** Tokens of context per lane; 0 when the lane does not exist. */
  contextSize(lane: GenerateRequest['lane']): number;
  /** Counts tokens with the model's own tokenizer; estimates from characters while the engine is away. */
  countTokens(texts: string[]): Promise<number[]>;
  /** Generates until the end, a stop text, the limit, or until `signal` aborts (then `done` with `cancelled`). */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent>;
}
