/** How a model is loaded on this machine: decided before loading, from the file's head and what is free. */
import type { KvType } from '../protocol/engine';
import { readGgufHeader } from './gguf-header';
import { memoryBudget, type MachineMemory, readMemory } from './memory';
import { type MemoryNeed, type MemoryShape, memoryNeed, shapeOfHeader } from './memory-need';

export interface PlanRequest {
  shape: MemoryShape;
  memory: MachineMemory;
  /** Part of the free memory that one model may take, 0–1. */
  share: number;
  /** Tokens of the chat's context; a size that the user has set is kept. */
  chat: { size: number; fixed: boolean } | undefined;
  /** Tokens of the completion's context. */
  completion: number | undefined;
  /** Length of a key in each head, where known. */
  keyLength: number | undefined;
}

export interface LoadPlan {
  lanes: { chat?: number; completion?: number };
  kvType: KvType;
  predicted: MemoryNeed;
  /** Bytes that the model may take. */
  budget: number;
  fits: boolean;
  /** What differs from the usual, a sentence each, for the user. */
  notices: string[];
}

export const defaultShare = 0.5;
/** Tokens of the completion lane: its prompt is bounded by `prompt/fill-in-the-middle`. */
export const completionLaneTokens = 3072;
/** Smallest context of a chat that is still of use: an agent's prompt and one function do not fit into less. */
const smallestChat = 4096;

/**
 * The first that fits, from the best on: the whole context, half of it again and again, and then the same with a KV
 * cache of 8 bits. Where nothing fits, the smallest with `fits: false`: the caller says so, and loads or refuses.
 */
export function planLoad(request: PlanRequest): LoadPlan {
  const budget = memoryBudget(request.memory, request.share);
  // A smaller context is as stable as a large one; quantised values are experimental in llama.cpp, and come last.
  const candidates = kvTypes(request.keyLength).flatMap((kvType) =>
    chatSizes(request.chat).map((chat) => ({ chat, kvType })),
  );
  const needOf = ({ chat, kvType }: { chat: number; kvType: KvType }): MemoryNeed =>
    memoryNeed(request.shape, {
      contextTokens: chat + (request.completion ?? 0),
      lanes: Number(chat > 0) + Number(request.completion !== undefined),
      kvType,
    });
  const chosen = candidates.find((candidate) => needOf(candidate).total <= budget) ?? candidates.at(-1);
  if (!chosen) throw new Error('there is always one candidate');
  const predicted = needOf(chosen);
  const fits = predicted.total <= budget;
  return {
    lanes: {
      ...(request.chat ? { chat: chosen.chat } : {}),
      ...(request.completion === undefined ? {} : { completion: request.completion }),
    },
    kvType: chosen.kvType,
    predicted,
    budget,
    fits,
    notices: notices(request, chosen, fits),
  };
}

/** Whether a second model, which completes, may be loaded beside the planned one. */
export interface SecondPlan {
  fits: boolean;
  predicted: MemoryNeed;
  /** Bytes that the first leaves of what both may take. */
  left: number;
}

/**
 * The second model gets what the first leaves: it never costs the first its context, and where it does not fit one
 * model serves both. `contextTokens` is its own context.
 */
export function planSecond(
  first: Pick<LoadPlan, 'budget' | 'predicted' | 'kvType'>,
  shape: MemoryShape,
  contextTokens: number,
): SecondPlan {
  const predicted = memoryNeed(shape, { contextTokens, kvType: first.kvType, isSecond: true });
  const left = Math.max(0, first.budget - first.predicted.total);
  return { fits: predicted.total <= left, predicted, left };
}

/** The same for a file. Rejects as {@link readGgufHeader} does. */
export async function planSecondForFile(
  first: LoadPlan,
  modelPath: string,
  contextTokens: number,
): Promise<SecondPlan> {
  return planSecond(first, shapeOfHeader(await readGgufHeader(modelPath)), contextTokens);
}

/** The plan for a model file with the memory that is free now. Rejects as {@link readGgufHeader} does. */
export async function planForFile(
  modelPath: string,
  wishes: Pick<PlanRequest, 'share' | 'chat' | 'completion'>,
): Promise<LoadPlan> {
  const [header, memory] = await Promise.all([readGgufHeader(modelPath), readMemory()]);
  return planLoad({ ...wishes, memory, shape: shapeOfHeader(header), keyLength: header.keyLength });
}

function chatSizes(chat: PlanRequest['chat']): number[] {
  if (!chat) return [0];
  const sizes = [chat.size];
  if (chat.fixed) return sizes;
  for (let size = chat.size / 2; size >= smallestChat; size /= 2) sizes.push(Math.floor(size));
  return sizes;
}

function kvTypes(keyLength: number | undefined): KvType[] {
  return keyLength !== undefined && keyLength % 32 === 0 ? ['f16', 'q8_0'] : ['f16'];
}

function notices(
  { chat, memory, share }: PlanRequest,
  chosen: { chat: number; kvType: KvType },
  fits: boolean,
): string[] {
  const found: string[] = [];
  if (chat && chosen.chat < chat.size) {
    found.push(`The context is ${chosen.chat} tokens instead of ${chat.size}, to fit into the free memory.`);
  }
  if (chosen.kvType !== 'f16') found.push('The KV cache is kept in 8 bits, to fit into the free memory.');
  if (!fits) {
    found.push(
      `The model takes more than ${Math.round(share * 100)} % of the ${(memory.free / 1e9).toFixed(1)} GB that are free, or leaves less than 2 GB. A smaller model would be safer.`,
    );
  }
  return found;
}
