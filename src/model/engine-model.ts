import { reportOf } from '../base/errors';
import { PushStream } from '../base/queue';
import type { GenerateResult, Lane, LoadParams } from '../protocol/engine';
import type { EngineClient } from './engine-client';
import type { GenerateEvent, GenerateRequest, LanguageModel } from './language-model';
import type { ModelProfile } from './profile';
import { estimateTokens } from './token-estimate';

/** What the model asks of its supervisor. */
export interface EngineAccess {
  /** The engine with the model loaded, started first where needed. Rejects with a `UserError`. */
  client(): Promise<EngineClient>;
  /** The engine if the model is loaded right now. */
  loadedClient(): EngineClient | undefined;
  contextSizes(): LoadParams['lanes'];
  onStart(request: GenerateRequest): void;
  /** `served`: the engine brought the request to its end. */
  onEnd(request: GenerateRequest, served: boolean): void;
}

/**
 * A model in the engine process. It stays valid when the process dies: the next request loads it again. Tokens are
 * counted by the model that answers `countingLane`.
 */
export function createEngineModel(
  { name, profile }: { name: string; profile: ModelProfile },
  access: EngineAccess,
  countingLane: Lane = 'chat',
): LanguageModel {
  return {
    name,
    profile,
    contextSize: (lane) => access.contextSizes()[lane] ?? 0,
    async countTokens(texts) {
      const estimate = (): number[] => texts.map(estimateTokens);
      return (await access.loadedClient()?.countTokens(texts, countingLane).catch(estimate)) ?? estimate();
    },
    generate(request, signal) {
      const stop = new AbortController();
      const stream = new PushStream<GenerateEvent>(() => stop.abort());
      void follow(access, request, AbortSignal.any([signal, stop.signal]), stream);
      return stream;
    },
  };
}

/** Errors after which the same request may well succeed: the engine died under it. */
const retryable = new Set(['engine-died']);

async function follow(
  access: EngineAccess,
  request: GenerateRequest,
  signal: AbortSignal,
  stream: PushStream<GenerateEvent>,
): Promise<void> {
  const started = performance.now();
  access.onStart(request);
  let served = false;
  try {
    const result = await run(access, request, signal, stream);
    served = result !== undefined;
    stream.push({ type: 'done', ...(result ?? cancelledResult(performance.now() - started)) });
  } catch (error) {
    const report = reportOf(error);
    // Only a death leaves nothing served; a refusal is an answer.
    served = !retryable.has(report.code) && access.loadedClient() !== undefined;
    if (signal.aborted) stream.push({ type: 'done', ...cancelledResult(performance.now() - started) });
    else stream.push({ type: 'failed', error: report, retryable: retryable.has(report.code) });
  } finally {
    access.onEnd(request, served);
    stream.end();
  }
}

/** Undefined when it was cancelled before the engine got it. */
async function run(
  access: EngineAccess,
  request: GenerateRequest,
  signal: AbortSignal,
  stream: PushStream<GenerateEvent>,
): Promise<GenerateResult | undefined> {
  const client = await untilAborted(access.client(), signal);
  if (!client) return undefined;
  return client.generate(
    request,
    (news) => {
      if (news.type === 'progress') {
        const { evaluated, total, cached } = news.progress;
        stream.push({ type: 'progress', evaluated, total, cached });
      } else {
        const { text, tokens, probabilities } = news.batch;
        stream.push({ type: 'text', text, tokens, ...(probabilities ? { probabilities } : {}) });
      }
    },
    signal,
  );
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function cancelledResult(totalMs: number): GenerateResult {
  return {
    reason: 'cancelled',
    stats: {
      promptTokens: 0,
      cachedTokens: 0,
      uncachedTokens: 0,
      generatedTokens: 0,
      promptMs: 0,
      firstTokenMs: null,
      totalMs,
      contextSize: 0,
    },
  };
}
