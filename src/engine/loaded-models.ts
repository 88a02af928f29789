import { reportOf, UserError } from '../base/errors';
import type { CompletionModelParams, Lane, LoadParams, LoadResult } from '../protocol/engine';
import { type LlamaLibrary, loadModel, type LoadedModel } from './load-model';

/** The models of this process: one that has every lane, and perhaps a second one that answers the completions. */
export interface LoadedModels {
  readonly isLoaded: boolean;
  /** The model that answers a lane. Throws a `UserError` while there is none. */
  of: (lane: Lane) => LoadedModel;
  /** Loads in place of what was there. Rejects when the first does not load; the second's failure is in the result. */
  load: (
    params: LoadParams,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ) => Promise<LoadResult>;
  unload: () => Promise<void>;
  /** Frees the second; the first answers the completions from then on. */
  dropSecond: () => Promise<void>;
}

/** `endRequests` ends what is under way on these lanes: freeing a model under an evaluation would end the process. */
export function createLoadedModels(
  library: (gpu: boolean) => Promise<LlamaLibrary>,
  endRequests: (lanes: readonly Lane[]) => Promise<void>,
): LoadedModels {
  let first: LoadedModel | undefined;
  let second: LoadedModel | undefined;

  const dropSecond = async (): Promise<void> => {
    const model = second;
    second = undefined;
    if (!model) return;
    await endRequests(['completion']);
    await model.dispose();
  };
  const unload = async (): Promise<void> => {
    const model = first;
    first = undefined;
    await dropSecond();
    await endRequests(['chat', 'completion']);
    await model?.dispose();
  };
  const loadSecond = async (
    params: LoadParams,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ): Promise<NonNullable<LoadResult['completionModel']>> => {
    try {
      second = await loadModel(await library(params.gpuLayers !== 0), params, onProgress, signal);
      return { contextSize: second.result.lanes.completion ?? 0 };
    } catch (error) {
      if (signal.aborted) throw error;
      return { error: reportOf(error) };
    }
  };

  return {
    get isLoaded() {
      return first !== undefined;
    },
    of: (lane) => {
      const model = (lane === 'completion' ? second : undefined) ?? first;
      if (!model) throw new UserError('model-not-loaded', 'No model is loaded.', { next: 'Load a model.' });
      return model;
    },
    load: async (params, onProgress, signal) => {
      await unload();
      const { completionModel } = params;
      const models = completionModel ? 2 : 1;
      first = await loadModel(
        await library(params.gpuLayers !== 0),
        params,
        (fraction) => onProgress(fraction / models),
        signal,
      );
      if (!completionModel) return first.result;
      const { result } = first;
      try {
        const own = secondParams(params, completionModel);
        const outcome = await loadSecond(own, (fraction) => onProgress((1 + fraction) / models), signal);
        return { ...result, residentBytes: process.memoryUsage.rss(), completionModel: outcome };
      } catch (error) {
        await unload();
        throw error;
      }
    },
    unload,
    dropSecond,
  };
}

/** The second model is loaded as the first, with the one context that it is there for. */
function secondParams(params: LoadParams, { modelPath, contextSize }: CompletionModelParams): LoadParams {
  return { ...params, modelPath, lanes: { completion: contextSize } };
}
