/** `thimble models calibrate`: the threads and the batch with which a model runs best on this computer. */
import { decodeSpeed } from '../model/decode-speed';
import type { EngineClient } from '../model/engine-client';
import type { LoadParams } from '../protocol/engine';
import { filler } from './probe-tasks';

/** Threads and batch of one trial with the speeds that they gave, in tokens a second. */
export interface Trial {
  threads: number;
  batchSize: number;
  prompt: number;
  decode: number;
}

export interface CalibrationOptions {
  /** Starts an engine; each setting gets one of its own. */
  start: () => EngineClient;
  params: Omit<LoadParams, 'threads' | 'batchSize' | 'lanes'>;
  /** Processor threads that may be used, and physical cores where they are known. */
  machine: { threads: number; cores: number | undefined };
  /** Monotonic milliseconds. */
  now: () => number;
  /** No trial begins after that long, in milliseconds. */
  timeMs: number;
  onTrial(trial: Trial): void;
}

const usualBatch = 512;
const batches = [256, 1024];
const contextTokens = 2048;
/** Functions of the prompt and tokens of the answer that are timed. */
const promptFunctions = 12;
const answerTokens = 24;

/** Thread counts that are tried, the likeliest first: cores, all threads, half, one less than the cores. */
export function threadCandidates({ threads, cores }: CalibrationOptions['machine']): number[] {
  const known = cores === undefined ? threads : Math.min(cores, threads);
  const wanted = [known, threads, Math.floor(known / 2), known - 1];
  return [...new Set(wanted)].filter((count) => count >= 1 && count <= threads);
}

/**
 * How long a usual turn takes in milliseconds: 400 tokens of prompt read, 60 written. What is smaller is better, so that
 * neither of both speeds is bought with the other.
 */
export function turnMs({ prompt, decode }: Pick<Trial, 'prompt' | 'decode'>): number {
  return (400 * 1000) / prompt + (60 * 1000) / decode;
}

/** The best of the trials that there was time for. Rejects with a `UserError` when the model does not load. */
export async function calibrate(options: CalibrationOptions, signal: AbortSignal): Promise<Trial> {
  const started = options.now();
  let best: Trial | undefined;
  const attempt = async (threads: number, batchSize: number): Promise<void> => {
    if (best && options.now() - started > options.timeMs) return;
    const trial = await measure(options, { threads, batchSize }, signal);
    options.onTrial(trial);
    if (!best || turnMs(trial) < turnMs(best)) best = trial;
  };
  for (const threads of threadCandidates(options.machine)) await attempt(threads, usualBatch);
  const { threads } = best ?? { threads: 1 };
  for (const batchSize of batches) await attempt(threads, batchSize);
  if (!best) throw new Error('there is always one trial');
  return best;
}

async function measure(
  { start, params }: CalibrationOptions,
  setting: { threads: number; batchSize: number },
  signal: AbortSignal,
): Promise<Trial> {
  const engine = start();
  try {
    await engine.load({ ...params, ...setting, lanes: { chat: contextTokens } }, () => undefined, signal);
    const ask = (text: string, maxTokens: number) =>
      engine.generate(
        { lane: 'chat', prompt: [{ text }], maxTokens, sampling: { temperature: 0 } },
        () => undefined,
        signal,
      );
    // The first one touches the memory and is not counted.
    await ask('def warm_up():', 1);
    const { stats } = await ask(filler(promptFunctions).join('\n'), answerTokens);
    return {
      ...setting,
      prompt: atLeast((stats.uncachedTokens * 1000) / Math.max(stats.promptMs, 0.1)),
      decode: atLeast(decodeSpeed(stats)),
    };
  } finally {
    engine.kill();
    await engine.exited;
  }
}

/** At least a little, so that a model which ends at once is no division by zero. */
function atLeast(speed: number): number {
  return Math.max(0.1, speed);
}
