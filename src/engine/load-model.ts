import { availableParallelism, totalmem } from 'node:os';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type * as NodeLlamaCpp from 'node-llama-cpp';
import type {
  GgmlType,
  Llama,
  LlamaContextOptions,
  LlamaContextSequence,
  LlamaGrammar,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import { SerialQueue } from '../base/queue';
import type { KvType, Lane, LoadParams, LoadResult } from '../protocol/engine';
import { createVocabulary, type Vocabulary } from './vocabulary';
import { createPrefixStates, type PrefixStates } from './prefix-state';
import { checkModelFile, libraryFailure, loadFailure, modelTooLarge } from './model-file';

/** One use of the model: a KV cache of its own, and the requests that wait for it. */
export interface LoadedLane {
  sequence: LlamaContextSequence;
  queue: SerialQueue;
  batchSize: number;
  /** Prompt speed measured so far, in tokens per millisecond. */
  speed: number | undefined;
  /** Ends the request that nobody waits for yet, if one is under way. */
  ahead: AbortController | undefined;
}

export interface LoadedModel {
  library: Library;
  llama: Llama;
  model: LlamaModel;
  lanes: Partial<Record<Lane, LoadedLane>>;
  /** The texts of all tokens; made when first asked for. */
  vocabulary: () => Vocabulary;
  /** Grammars that were already parsed, by their text. */
  grammars: Map<string, LlamaGrammar>;
  /** Undefined where no folder was given for them. */
  prefixStates: PrefixStates | undefined;
  result: LoadResult;
  dispose(): Promise<void>;
}

type Library = typeof NodeLlamaCpp;

/** llama.cpp's batch: more at once is not faster on a processor. */
const defaultBatchSize = 512;
/** `GgmlType.Q8_0`; the enum itself would load the library. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- The package exports the enum as a value of its own.
const ggmlQ8 = 8 as GgmlType;
/** Lines of llama.cpp's log that are kept to explain a failure. */
const keptLines = 50;

/** llama.cpp's library, loaded once per process and kind of device. */
export interface LlamaLibrary {
  library: Library;
  llama: Llama;
  /** The last lines that llama.cpp logged. */
  log: string[];
}

/** Loads the prebuilt library; rejects with `engine-library`. It never compiles and never downloads. */
export async function loadLibrary(gpu: boolean): Promise<LlamaLibrary> {
  const log: string[] = [];
  try {
    const library = await import('node-llama-cpp');
    const llama = await library.getLlama({
      gpu: gpu ? 'auto' : false,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      // No pool of threads shared between contexts: only one evaluates at a time.
      maxThreads: 0,
      logger: (level, message) => {
        log.push(message);
        if (log.length > keptLines) log.shift();
        process.stderr.write(`[llama.cpp ${level}] ${message.trimEnd()}\n`);
      },
    });
    return { library, llama, log };
  } catch (error) {
    throw libraryFailure(error, process.platform);
  }
}

/** Loads a model and makes its lanes. Rejects with a `UserError`; what was loaded till then is freed. */
export async function loadModel(
  { library, llama, log }: LlamaLibrary,
  params: LoadParams,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<LoadedModel> {
  const started = performance.now();
  const bytes = await checkModelFile(params.modelPath);
  if (bytes > totalmem()) throw modelTooLarge(bytes, totalmem());
  log.length = 0;
  const gpuLayers = llama.gpu === false ? 0 : params.gpuLayers;
  let model: LlamaModel | undefined;
  try {
    model = await llama.loadModel({
      modelPath: params.modelPath,
      gpuLayers,
      checkTensors: params.checkTensors ?? false,
      // Sliding-window models would otherwise forget the prefix that the next request shares.
      defaultContextSwaFullCache: true,
      onLoadProgress: onProgress,
      loadSignal: signal,
    });
    const threads = params.threads ?? defaultThreads(llama);
    const lanes = await createLanes(llama, model, params, threads, signal);
    const loaded = model;
    return {
      library,
      llama,
      model,
      lanes,
      vocabulary: lazily(() => vocabularyOf(loaded)),
      grammars: new Map(),
      prefixStates: await prefixStatesOf(library, llama, params),
      result: describe(llama, model, lanes, performance.now() - started, threads),
      dispose: () => loaded.dispose(),
    };
  } catch (error) {
    await model?.dispose();
    if (error instanceof library.InsufficientMemoryError) throw modelTooLarge(undefined, undefined, error);
    if (signal.aborted) throw error;
    await reasonLogged(log);
    throw loadFailure(params.modelPath, error, log);
  }
}

/** States are of one file, as it is now, one library and one kind of cache. */
async function prefixStatesOf(
  library: Library,
  llama: Llama,
  { modelPath, stateFolder, kvType = 'f16' }: LoadParams,
): Promise<PrefixStates | undefined> {
  if (stateFolder === undefined) return undefined;
  const { size, mtimeMs } = await stat(modelPath);
  const version = await library.getModuleVersion();
  const { release } = llama.llamaCppRelease;
  const identity = [path.resolve(modelPath), size, mtimeMs, version, release, llama.gpu, kvType];
  return createPrefixStates(stateFolder, JSON.stringify(identity));
}

async function createLanes(
  llama: Llama,
  model: LlamaModel,
  params: LoadParams,
  threads: number,
  signal: AbortSignal,
): Promise<Partial<Record<Lane, LoadedLane>>> {
  // Above the trained size llama.cpp hangs or answers nonsense.
  const sizes = (Object.entries(params.lanes) as [Lane, number][]).map(
    ([lane, size]) => [lane, Math.max(64, Math.min(size, model.trainContextSize))] as const,
  );
  const batchSize = params.batchSize ?? defaultBatchSize;
  const kv = kvOptions(params.kvType);
  await checkContextMemory(
    llama,
    model,
    sizes.map(([, size]) => size),
    batchSize,
    params.kvType,
  );
  const lanes: Partial<Record<Lane, LoadedLane>> = {};
  for (const [lane, contextSize] of sizes) {
    const context = await model.createContext({
      contextSize,
      batchSize,
      threads,
      createSignal: signal,
      ...kv,
    });
    lanes[lane] = {
      sequence: context.getSequence(),
      queue: new SerialQueue(),
      batchSize: context.batchSize,
      speed: undefined,
      ahead: undefined,
    };
  }
  return lanes;
}

/** llama.cpp takes quantised values only together with flash attention. */
function kvOptions(
  kvType: KvType | undefined,
): Pick<
  LlamaContextOptions,
  'experimentalKvCacheKeyType' | 'experimentalKvCacheValueType' | 'flashAttention'
> {
  if (kvType !== 'q8_0') return {};
  /* eslint-disable @typescript-eslint/no-deprecated -- Marked as experimental; asked for only where 16 bits do not fit. */
  return {
    experimentalKvCacheKeyType: 'Q8_0',
    experimentalKvCacheValueType: 'Q8_0',
    flashAttention: true,
  };
  /* eslint-enable @typescript-eslint/no-deprecated */
}

/** Rejects contexts that do not fit, before the system begins to swap. On a GPU the library checks by itself. */
async function checkContextMemory(
  llama: Llama,
  model: LlamaModel,
  sizes: number[],
  batchSize: number,
  kvType: KvType | undefined,
): Promise<void> {
  if (llama.gpu !== false) return;
  let needed = 0;
  for (const contextSize of sizes) {
    const estimate = await model.fileInsights.estimateContextResourceRequirementsV2({
      contextSize,
      modelGpuLayers: 0,
      batchSize,
      swaFullCache: true,
      ...(kvType === 'q8_0' ? { kvCacheKeyType: ggmlQ8, kvCacheValueType: ggmlQ8 } : {}),
    });
    needed += estimate.cpuRam;
  }
  const { free } = await llama.getRamState();
  if (needed > free) throw modelTooLarge(needed, free);
}

/** Physical cores, as far as this process may use them: hyper-threads make llama.cpp slower. */
function defaultThreads(llama: Llama): number {
  return Math.max(1, Math.min(llama.cpuMathCores, availableParallelism()));
}

function describe(
  llama: Llama,
  model: LlamaModel,
  lanes: LoadedModel['lanes'],
  loadMs: number,
  threads: number,
): LoadResult {
  const { general, tokenizer } = model.fileInfo.metadata;
  const { infill } = model.tokens;
  return {
    architecture: general.architecture,
    name: general.name ?? '',
    lanes: Object.fromEntries(
      Object.entries(lanes).map(([lane, { sequence }]) => [lane, sequence.contextSize]),
    ),
    trainContextSize: model.trainContextSize,
    vocabularySize: tokenizer.ggml.tokens.length,
    fillInTheMiddle: infill.prefix !== null && infill.suffix !== null && infill.middle !== null,
    chatTemplate: tokenizer.chat_template,
    loadMs,
    threads,
    gpu: llama.gpu === false ? 'none' : llama.gpu,
    residentBytes: process.memoryUsage.rss(),
  };
}

function vocabularyOf(model: LlamaModel): Vocabulary {
  const tokens = Array.from(model.fileInfo.metadata.tokenizer.ggml.tokens, (_, index) => index as Token);
  return createVocabulary(tokens.map((token) => model.detokenize([token], false)));
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** llama.cpp's log comes through a queue of its own and may trail the error whose reason it holds: up to a second. */
async function reasonLogged(log: readonly string[]): Promise<void> {
  for (let waited = 0; waited < 1000 && !log.some((line) => /error|invalid|fail/i.test(line)); waited += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
