import { performance } from 'node:perf_hooks';
import type { Token } from 'node-llama-cpp';
import { UserError } from '../base/errors';
import type {
  FinishReason,
  GenerateParams,
  GenerateResult,
  GenerateStats,
  PromptProgress,
  TokenBatch,
} from '../protocol/engine';
import { chunkSize, updateSpeed } from './chunk-size';
import type { LoadedLane, LoadedModel } from './load-model';
import { createOutput } from './output';
import { createHealing } from './healing';
import { checkPromptFits, promptTokens } from './prompt-tokens';
import { grammarGuide, samplingOptions } from './sampling';
import { measuredSteps, plainSteps } from './token-steps';
import type { Rank, Turns } from './turns';

/** An answer that is read while it streams loses nothing by coming ten times a second. */
const readingPaceMs = 100;

/** What a generation needs from the process around it. */
export interface GenerateContext {
  loaded: LoadedModel;
  turns: Turns;
  isTyping: () => boolean;
  onProgress: (progress: PromptProgress) => void;
  onTokens: (batch: TokenBatch) => void;
}

/** One generation on its way. */
interface Run extends GenerateContext {
  params: GenerateParams;
  lane: LoadedLane;
  signal: AbortSignal;
  /** When the request arrived, in milliseconds of the monotonic clock. */
  arrived: number;
  stats: GenerateStats;
}

/**
 * Evaluates a prompt and generates. A lane works on one request at a time, the others wait in the order of their
 * arrival. An abort takes effect within one chunk or token and leaves in the KV cache what was evaluated, so the
 * next request goes on from there. A request of the rank `ahead` is cancelled by the next one of its lane. Rejects
 * with a `UserError`.
 */
export async function generate(
  context: GenerateContext,
  params: GenerateParams,
  signal: AbortSignal,
): Promise<GenerateResult> {
  const lane = context.loaded.lanes[params.lane];
  if (!lane) throw new UserError('lane-missing', `The model was loaded without a “${params.lane}” context.`);
  const outdated = new AbortController();
  // It waits behind whoever has come now and would never get its turn.
  lane.ahead?.abort();
  lane.ahead = params.ahead ? outdated : undefined;
  const run: Run = {
    ...context,
    params,
    lane,
    signal: AbortSignal.any([signal, outdated.signal]),
    arrived: performance.now(),
    stats: emptyStats(lane.sequence.contextSize),
  };
  const leave = context.turns.enter(rankOf(params));
  try {
    const done = lane.queue.run(async () =>
      run.signal.aborted ? finish(run, 'cancelled') : await execute(run),
    );
    return await Promise.race([done, cancelledWhileWaiting(run)]);
  } finally {
    leave();
  }
}

function rankOf({ lane, ahead }: GenerateParams): Rank {
  return ahead ? 'ahead' : lane;
}

/** The library shifts the context out when its last cell is needed; generation ends before. */
function usableContext(lane: LoadedLane): number {
  return lane.sequence.contextSize - 1;
}

function cancelledWhileWaiting(run: Run): Promise<GenerateResult> {
  return new Promise((resolve) => {
    const answer = (): void => {
      // Once it runs, `execute` ends by itself, with the KV cache in order.
      if (!run.stats.promptTokens) resolve(finish(run, 'cancelled'));
    };
    if (run.signal.aborted) answer();
    else run.signal.addEventListener('abort', answer, { once: true });
  });
}

async function execute(run: Run): Promise<GenerateResult> {
  const { loaded, params, lane, stats } = run;
  const tokens = promptTokens(loaded.model, params.prompt);
  const shared = params.prompt.slice(0, params.prefixParts ?? 0);
  const prefix = shared.length > 0 ? promptTokens(loaded.model, shared).length : 0;
  checkPromptFits(tokens.length, usableContext(lane));
  stats.promptTokens = tokens.length;
  try {
    const rest = await evaluatePrompt(run, tokens, prefix);
    if (rest === undefined) return finish(run, 'cancelled');
    if (params.maxTokens <= 0) return finish(run, 'length');
    return await generateTokens(run, rest);
  } catch (error) {
    if (error instanceof UserError) throw error;
    // What is in the cache is not known any more.
    await lane.sequence.clearHistory();
    throw new UserError('engine-evaluation', `The model could not go on: ${String(error)}`, {
      next: 'Try again; if it happens again, load the model anew.',
      cause: error,
    });
  }
}

/**
 * Brings the KV cache to the prompt, chunk by chunk. Returns the tokens of the last chunk, which are left to
 * evaluate together with the first generated token; undefined after an abort. The state of the first `prefix` tokens is
 * taken from the disk, or kept there.
 */
async function evaluatePrompt(run: Run, tokens: Token[], prefix: number): Promise<Token[] | undefined> {
  const { lane, turns, params, signal, stats, loaded } = run;
  const states = loaded.prefixStates?.isWorthwhile(prefix) ? loaded.prefixStates : undefined;
  const shared = tokens.slice(0, prefix);
  let position: number | undefined;
  for (;;) {
    const endTurn = await turns.take(rankOf(params), signal);
    if (!endTurn) return undefined;
    try {
      if (position === undefined) {
        position = await keepCommonPrefix(lane, tokens);
        if (position < prefix && (await states?.load(lane.sequence, shared)))
          position = await keepCommonPrefix(lane, tokens);
        // A load that failed has left nothing.
        position = Math.min(position, lane.sequence.nextTokenIndex);
        stats.cachedTokens = position;
        stats.uncachedTokens = tokens.length - position;
      }
      const isBefore = states !== undefined && position < prefix;
      const size = Math.min(nextChunkSize(run), isBefore ? prefix - position : Infinity);
      const isLast = tokens.length - position <= size;
      if (isLast && params.maxTokens > 0) return tokens.slice(position);
      const chunk = tokens.slice(position, position + size);
      await timed(lane, chunk.length, () => lane.sequence.evaluateWithoutGeneratingNewTokens(chunk));
      position += chunk.length;
      if (isBefore && position === prefix) await states.save(lane.sequence, shared);
    } finally {
      endTurn();
    }
    reportProgress(run, position);
    if (position === tokens.length) {
      stats.promptMs = performance.now() - run.arrived;
      return [];
    }
  }
}

/** Drops from the KV cache what the prompt does not begin with; returns how many tokens are kept. */
async function keepCommonPrefix({ sequence }: LoadedLane, tokens: Token[]): Promise<number> {
  const { firstDifferentIndex } = sequence.compareContextTokens(tokens);
  // At least one token must be evaluated to get the first prediction.
  const keep = Math.min(firstDifferentIndex, tokens.length - 1);
  await sequence.adaptStateToTokens(tokens.slice(0, keep), false);
  return sequence.nextTokenIndex;
}

function nextChunkSize({ params, lane, isTyping }: Run): number {
  return chunkSize({
    responsiveness: params.responsiveness ?? 'patient',
    speed: lane.speed,
    hurried: params.ahead === true || (params.lane === 'chat' && isTyping()),
    batchSize: lane.batchSize,
  });
}

async function timed<T>(lane: LoadedLane, tokens: number, evaluate: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await evaluate();
  lane.speed = updateSpeed(lane.speed, tokens, performance.now() - started);
  return result;
}

async function generateTokens(run: Run, rest: Token[]): Promise<GenerateResult> {
  const { loaded, lane, turns, params, signal, stats } = run;
  const generated: Token[] = [];
  const output = createOutput<Token>({
    detokenize: (tokens, before) => loaded.model.detokenize(tokens, true, before),
    stops: params.stop ?? [],
    everyMs: params.lane === 'completion' ? 0 : readingPaceMs,
    now: () => performance.now(),
    emit: (batch) => run.onTokens({ id: params.id, ...batch }),
  });
  const ended = (reason: FinishReason): GenerateResult => {
    output.flush();
    return finish(run, reason);
  };
  const healing = createHealing(params.begin ?? '', loaded.vocabulary);
  const guide =
    params.grammar === undefined ? undefined : await grammarGuide(loaded, params.grammar, generated);
  const options = samplingOptions(loaded, params, generated, healing, guide);
  let steps =
    params.probabilities && params.sampling.temperature === 0 && guide === undefined
      ? measuredSteps(loaded.model, lane.sequence, options)
      : plainSteps(lane.sequence, options);
  try {
    let entering = rest;
    while (generated.length < params.maxTokens) {
      if (lane.sequence.nextTokenIndex + entering.length > usableContext(lane)) break;
      const endTurn = await turns.take(rankOf(params), signal);
      if (!endTurn) return ended('cancelled');
      const step = await timed(lane, entering.length, () => steps.next(entering)).finally(endTurn);
      if (generated.length === 0) {
        stats.promptMs = performance.now() - run.arrived;
        reportProgress(run, stats.promptTokens);
      }
      if (guide?.refuses(step?.token) === true) {
        await steps.end();
        entering = await dropLast(lane, entering);
        steps = plainSteps(lane.sequence, options);
        continue;
      }
      if (!step) return ended('end');
      generated.push(step.token);
      entering = [step.token];
      stats.generatedTokens = generated.length;
      stats.firstTokenMs ??= performance.now() - run.arrived;
      healing.took(loaded.model.detokenize([step.token], false));
      const stop = output.push(step.token, step.probability);
      if (stop !== undefined) return { ...finish(run, 'stop'), stopText: stop };
    }
    return ended('length');
  } finally {
    await steps.end();
  }
}

/** Takes the last evaluated token out of the cache again; answers what must enter for the next one to be sampled anew. */
async function dropLast({ sequence }: LoadedLane, entered: readonly Token[]): Promise<Token[]> {
  const { nextTokenIndex } = sequence;
  await sequence.eraseContextTokenRanges([{ start: nextTokenIndex - 1, end: nextTokenIndex }]);
  return entered.slice(-1);
}

function reportProgress(run: Run, evaluated: number): void {
  const { promptTokens: total, cachedTokens: cached } = run.stats;
  run.onProgress({ id: run.params.id, evaluated, total, cached });
}

function finish(run: Run, reason: FinishReason): GenerateResult {
  return { reason, stats: { ...run.stats, totalMs: performance.now() - run.arrived } };
}

function emptyStats(contextSize: number): GenerateStats {
  return {
    promptTokens: 0,
    cachedTokens: 0,
    uncachedTokens: 0,
    generatedTokens: 0,
    promptMs: 0,
    firstTokenMs: null,
    totalMs: 0,
    contextSize,
  };
}
