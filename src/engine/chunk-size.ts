import type { GenerateParams } from '../protocol/engine';

/** What decides how many prompt tokens are evaluated in one go. */
export interface ChunkConditions {
  responsiveness: NonNullable<GenerateParams['responsiveness']>;
  /** Speed measured on earlier chunks, in tokens per millisecond; undefined before the first. */
  speed: number | undefined;
  /** The user is typing, so that a completion may come at any moment. */
  hurried: boolean;
  /** The most that llama.cpp evaluates in one batch, in tokens. */
  batchSize: number;
}

/** Chunks are multiples of this many tokens: smaller ones waste most of the matrix kernels' speed. */
const step = 8;
/** At this size prompts run at 85 % or more of full speed (measured on processors with 0.5B and 1.5B models). */
const efficient = 32;
/** How long one chunk may keep others waiting, in milliseconds. */
const quietMs = 400;
/** How much longer it may be when a shorter one would be below the efficient size. */
const stretchedMs = 800;
const hurriedMs = 150;

/**
 * Tokens of prompt to evaluate before looking again whether somebody waits. Evaluation of a chunk cannot be
 * interrupted, so its length is the longest that a cancel or a more urgent request waits.
 */
export function chunkSize({ responsiveness, speed, hurried, batchSize }: ChunkConditions): number {
  if (hurried) return clamp(speed === undefined ? 2 * step : quantise(speed * hurriedMs), batchSize);
  if (responsiveness === 'patient') return batchSize;
  if (speed === undefined) return clamp(efficient, batchSize);
  const quiet = quantise(speed * quietMs);
  const stretched = quantise(speed * stretchedMs);
  return clamp(Math.max(quiet, Math.min(efficient, stretched)), batchSize);
}

/** The new average speed after a chunk; chunks below the smallest size say nothing about throughput. */
export function updateSpeed(speed: number | undefined, tokens: number, ms: number): number | undefined {
  if (tokens < step || ms <= 0) return speed;
  const measured = tokens / ms;
  return speed === undefined ? measured : speed + (measured - speed) * 0.3;
}

function quantise(tokens: number): number {
  return Math.max(step, Math.floor(tokens / step) * step);
}

function clamp(tokens: number, batchSize: number): number {
  return Math.max(1, Math.min(tokens, batchSize));
}
