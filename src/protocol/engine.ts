/**
 * Messages between the host and the engine process, over vscode-jsonrpc on the IPC channel of a forked child.
 * Requests are cancelled by JSON-RPC's own `$/cancelRequest`. Token counts are counts of model tokens.
 */
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ErrorReport } from '../base/errors';

/** The uses of one engine, each with a KV cache of its own. `completion` goes before `chat`. */
export type Lane = 'chat' | 'completion';

/** A piece of prompt. Only `special` pieces may yield control tokens: a user's text never does. */
export interface PromptPart {
  text: string;
  special?: boolean;
}

/** How keys and values are kept: 16-bit, or 8-bit blocks in half the memory. */
export type KvType = 'f16' | 'q8_0';

export interface LoadParams {
  /** Absolute path of a GGUF file. */
  modelPath: string;
  /** Tokens of context per lane; a lane left out is not created. Clamped to the model's trained size. */
  lanes: Partial<Record<Lane, number>>;
  threads?: number;
  /** `f16` when left out. */
  kvType?: KvType;
  /** Prompt tokens that llama.cpp evaluates at once; 512 when left out. */
  batchSize?: number;
  /** Layers on the GPU: 0 for the processor only, `auto` for what fits. */
  gpuLayers: number | 'auto';
  /** Folder in which the KV states of shared beginnings are kept; none when left out. */
  stateFolder?: string;
  /** Reads all tensors once and rejects NaN or infinite weights; slow, so once per file. */
  checkTensors?: boolean;
  /**
   * A second model, which answers the completions in place of the first. The first keeps its own context for them, so
   * that it can go on alone at any time.
   */
  completionModel?: CompletionModelParams;
}

export interface CompletionModelParams {
  /** Absolute path of a GGUF file. */
  modelPath: string;
  /** Tokens. */
  contextSize: number;
}

export interface LoadResult {
  architecture: string;
  name: string;
  /** Tokens per lane as created. */
  lanes: Partial<Record<Lane, number>>;
  trainContextSize: number;
  vocabularySize: number;
  /** Whether the file names tokens for fill-in-the-middle. */
  fillInTheMiddle: boolean;
  chatTemplate: string | undefined;
  loadMs: number;
  threads: number;
  gpu: string;
  /** Resident set of the process right after loading, in bytes; the first prompt adds its activations. */
  residentBytes: number;
  /** Of the second model, where one was asked for: the tokens of its context, or why it is not there. */
  completionModel?: { contextSize: number } | { error: ErrorReport };
}

export interface SamplingParams {
  /** 0 is greedy. */
  temperature: number;
  topP?: number;
  topK?: number;
  minP?: number;
  repeatPenalty?: number;
  seed?: number;
}

/** A grammar that holds from a trigger on: sampling is free until the output ends with one, at a token's end. */
export interface LazyGrammar {
  /** GBNF rules without `root`. */
  rules: string;
  /** `rule` holds behind `text`; with `lineStart`, only white space may stand before it in its line. */
  triggers: readonly { text: string; lineStart?: boolean; rule: string }[];
}

export interface GenerateParams {
  /** Names this request in notifications; unique per engine process. */
  id: string;
  lane: Lane;
  prompt: PromptPart[];
  /** Parts at the beginning of the prompt that other prompts share: their KV state is worth keeping on disk. */
  prefixParts?: number;
  maxTokens: number;
  sampling: SamplingParams;
  /** Texts at which generation ends; the text itself is not part of the output. */
  stop?: string[];
  /** Grammar in llama.cpp's GBNF that the whole output must match, or one that begins later. */
  grammar?: string | LazyGrammar;
  /**
   * Text that the output begins with. Only tokens that agree with it are sampled until it is there, so that a word
   * half typed is read as the token that it will become (token healing). The output may go another way where the
   * vocabulary has no such token.
   */
  begin?: string;
  /** Report the probability of each token. */
  probabilities?: boolean;
  /**
   * How long others may have to wait for one chunk of prompt, in milliseconds. `patient` uses large chunks: the
   * fastest, for when nobody waits.
   */
  responsiveness?: 'patient' | 'interactive';
  /** Nobody waits for it yet: it goes behind everything else, and the next request of its lane cancels it. */
  ahead?: boolean;
}

export type FinishReason = 'end' | 'stop' | 'length' | 'cancelled';

export interface GenerateStats {
  promptTokens: number;
  /** Prompt tokens that were already in the KV cache. */
  cachedTokens: number;
  /** Prompt tokens that had to be evaluated. */
  uncachedTokens: number;
  generatedTokens: number;
  /** From the request's arrival to the end of prompt evaluation. */
  promptMs: number;
  /** From the request's arrival to the first token; null when none came. */
  firstTokenMs: number | null;
  totalMs: number;
  contextSize: number;
}

export interface GenerateResult {
  reason: FinishReason;
  /** The stop text that ended it, for `stop`. */
  stopText?: string;
  stats: GenerateStats;
}

/** Sent after each chunk of prompt. */
export interface PromptProgress {
  id: string;
  evaluated: number;
  total: number;
  cached: number;
}

/** One or more generated tokens; `text` never ends within a character. */
export interface TokenBatch {
  id: string;
  text: string;
  tokens: number;
  /** Probability of each token, when asked for. */
  probabilities?: number[];
}

export interface EngineStatus {
  loaded: boolean;
  residentBytes: number;
  /** Requests running or waiting, by lane. */
  active: Record<Lane, number>;
  /** Chunks and tokens begun so far: while something is active and this stays the same, the engine hangs. */
  turns: number;
}

export const loadRequest = new RequestType<LoadParams, LoadResult, ErrorReport>('load');
export const unloadRequest = new RequestType0<void, ErrorReport>('unload');
export const generateRequest = new RequestType<GenerateParams, GenerateResult, ErrorReport>('generate');
/** Counts with the tokenizer of the model that answers that lane. */
export const countTokensRequest = new RequestType<{ texts: string[]; lane: Lane }, number[], ErrorReport>(
  'countTokens',
);
/** Frees the second model; the first answers the completions from then on. Without a second one nothing happens. */
export const dropCompletionModelRequest = new RequestType0<void, ErrorReport>('dropCompletionModel');
/** Answers from the event loop, between evaluations: the supervisor's heartbeat. */
export const statusRequest = new RequestType0<EngineStatus, ErrorReport>('status');
export const shutdownRequest = new RequestType0<void, ErrorReport>('shutdown');

export const loadProgressNotification = new NotificationType<{ fraction: number }>('loadProgress');
export const promptProgressNotification = new NotificationType<PromptProgress>('promptProgress');
export const tokensNotification = new NotificationType<TokenBatch>('tokens');
/** The user is typing (or not any more): prompt chunks of other lanes stay small while it lasts. */
export const typingNotification = new NotificationType<{ untilMs: number }>('typing');
