import type { SamplingParams } from '../protocol/engine';

/** How a chat is laid out as tokens; `roles` only names who speaks, for a server that lays chats out itself. */
export type ChatTemplate =
  'chatml' | 'gemma' | 'llama3' | 'mistral' | 'granite' | 'phi4' | 'zephyr' | 'roles';

/** Fill-in-the-middle control tokens of a family, as the tokenizer spells them. */
export interface FillInTheMiddleTokens {
  prefix: string;
  suffix: string;
  middle: string;
  /** Tokens for repository-level context, where the family was trained with it. */
  repository?: string;
  fileSeparator?: string;
}

/** Everything that is particular to one family of models. Small, and data only. */
export interface ModelProfile {
  /** Such as `qwen2.5-coder`. */
  family: string;
  template: ChatTemplate;
  /** Tool-call dialect that the prompt teaches and the parser starts from; see `toolcall/`. */
  dialect: 'qwen3-coder' | 'hermes' | 'qwen3.5' | 'llama3-json' | 'gemma' | 'mistral' | 'auto';
  /** Accept fenced or bare JSON as a call at the end of a message. */
  bareJsonCalls: boolean;
  fillInTheMiddle: FillInTheMiddleTokens | undefined;
  chatSampling: SamplingParams;
  /** Tokens of context to ask for by default. */
  contextSize: number;
  /** Texts that end an answer. */
  stop: string[];
  /** The jobs that the model was measured to do; the others are not offered with it. */
  abilities: { complete: boolean; chat: boolean; edit: boolean };
}
