/**
 * What a model will take before it is loaded, in bytes. The parts and their constants were measured on the resident
 * set of the engine process (`docs/resources.md`); `thimble bench resources` holds them against the machine at hand.
 */
import type { CatalogueEntry } from './catalogue';
import type { GgufHeader } from './gguf-header';
import type { KvType } from '../protocol/engine';

/** What of a model decides its memory. */
export interface MemoryShape {
  /** The file. */
  weights: number;
  /** Weights that are held twice on a processor. */
  repacked: number;
  /** 16-bit keys and values of one token. */
  kvBytesPerToken: number;
  vocabularySize: number;
  embeddingLength: number;
  feedForwardLength: number;
}

export interface MemoryNeed {
  weights: number;
  repacked: number;
  kvCache: number;
  /** Compute buffers and the engine process itself. */
  overhead: number;
  total: number;
}

export interface ContextUse {
  /** Tokens of context in all lanes together. */
  contextTokens: number;
  /** Contexts; each has compute buffers of its own. */
  lanes?: number;
  kvType?: KvType;
  batchSize?: number;
  /** Another model is in the same process, which is counted there. */
  isSecond?: boolean;
}

/** Node, the library and llama.cpp, before any model. */
const processBytes = 95e6;
/** The vocabulary's texts and merges as the library keeps them in JavaScript. */
const vocabularyBytes = 1100;
/** What a context takes beside KV cache and activations. */
const contextBytes = 10e6;
export const defaultBatchSize = 512;

/** Bytes of a value in the KV cache over those of a 16-bit one: Q8_0 holds 32 values in 34 bytes. */
const kvScale: Record<KvType, number> = { f16: 1, q8_0: 34 / 64 };

/**
 * Weights, copies, KV cache and buffers. llama.cpp reserves compute buffers for the logits of a whole batch, and
 * touches of them only what the activations of a batch need; that is what is counted.
 */
export function memoryNeed(shape: MemoryShape, use: ContextUse): MemoryNeed {
  const { kvType = 'f16', batchSize = defaultBatchSize, lanes = 1 } = use;
  const kvCache = shape.kvBytesPerToken * use.contextTokens * kvScale[kvType];
  const activations = batchSize * 4 * (2 * shape.feedForwardLength + 4 * shape.embeddingLength);
  const process = use.isSecond ? 0 : processBytes;
  const overhead = process + vocabularyBytes * shape.vocabularySize + lanes * (contextBytes + activations);
  const { weights, repacked } = shape;
  return { weights, repacked, kvCache, overhead, total: weights + repacked + kvCache + overhead };
}

export function shapeOfHeader(header: GgufHeader): MemoryShape {
  const { fileBytes, repackedBytes, vocabularySize, embeddingLength, feedForwardLength } = header;
  return {
    weights: fileBytes,
    repacked: repackedBytes,
    // A head that does not tell is taken for a model with as many KV heads as heads.
    kvBytesPerToken: header.kvBytesPerToken ?? 4 * embeddingLength * 32,
    vocabularySize,
    embeddingLength,
    feedForwardLength,
  };
}

/** Of Q4_K_M files whose rows fill whole blocks; the others keep most tensors in types that are not copied. */
const usualRepackedShare = 0.56;

/** From the catalogue alone, before there is a file; the vocabulary and widths are the Qwen line's, as an upper end. */
export function shapeOfEntry(
  entry: Pick<CatalogueEntry, 'bytes' | 'kvBytesPerToken' | 'repackedBytes'>,
): MemoryShape {
  return {
    weights: entry.bytes,
    repacked: entry.repackedBytes ?? entry.bytes * usualRepackedShare,
    kvBytesPerToken: entry.kvBytesPerToken,
    vocabularySize: 151_936,
    embeddingLength: 2048,
    feedForwardLength: 11_008,
  };
}
