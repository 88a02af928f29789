import type { SamplingParams } from '../protocol/engine';

/**
 * How a chat is laid out as tokens. `qwen3` is ChatML whose answer opens with an empty thought, which turns thinking off;
 * `roles` only names who speaks, for a server that lays chats out itself.
 */
export type ChatTemplate =
  'chatml' | 'qwen3' | 'gemma' | 'llama3' | 'mistral' | 'granite' | 'phi4' | 'zephyr' | 'roles';

/**
 * Where the two sides of the cursor stand in a fill-in-the-middle prompt. `prefix-first`: PREFIX prefix SUFFIX suffix
 * MIDDLE; each typed character makes the model read the suffix anew. `suffix-first`: PREFIX SUFFIX suffix MIDDLE
 * prefix. `suffix-opens`: SUFFIX suffix PREFIX prefix MIDDLE.
 */
export type FillInTheMiddleOrder = 'suffix-first' | 'prefix-first' | 'suffix-opens';

/** Fill-in-the-middle control tokens of a family, as the tokenizer spells them, and how they are put together. */
export interface FillInTheMiddleTokens {
  prefix: string;
  suffix: string;
  /** Empty where the family has none. */
  middle: string;
  /** The order that the family was trained with, or measured to be as good in. */
  order: FillInTheMiddleOrder;
  /** Tokens for repository-level context, where the family was trained with it. */
  repository?: string;
  fileSeparator?: string;
  /** The file's path stands within the prefix's part and not before the prompt's first token. */
  pathInPrefix?: true;
}

/** Small jobs with a prompt and a check of their own, in `src/micro/`. */
export const microJobs = [
  'commit',
  'explain-error',
  'document',
  'docstring',
  'test',
  'index-answer',
] as const;
export type MicroJob = (typeof microJobs)[number];

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
  /** Small jobs that it was measured to fail at (`thimble bench micro`, docs/agent.md); they are not offered either. */
  cannot?: readonly MicroJob[];
}

/** Whether a model of that profile is of use for completing code. */
export function completesCode({ fillInTheMiddle, abilities }: ModelProfile): boolean {
  return fillInTheMiddle !== undefined && abilities.complete;
}
