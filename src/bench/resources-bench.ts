/** `thimble bench resources`: the memory that is predicted before a model is loaded, against what it takes. */
import path from 'node:path';
import { startEngine } from '../model/engine-client';
import { readGgufHeader } from '../model/gguf-header';
import { memoryNeed, shapeOfHeader } from '../model/memory-need';
import type { KvType } from '../protocol/engine';
import { codePrompt } from './engine-figures';

export interface ResourcesFigure {
  model: string;
  contextTokens: number;
  kvType: KvType;
  /** Bytes. */
  predicted: number;
  /** Resident set of the engine after a prompt of about one batch, in bytes. */
  measured: number;
  /** Predicted over measured. */
  ratio: number;
}

export interface ResourcesBenchOptions {
  modelPaths: readonly string[];
  enginePath: string;
  contexts: readonly number[];
  kvTypes: readonly KvType[];
}

/** About 500 tokens, a whole batch; a tiny vocabulary makes more of them, which still fit into 2,048. */
const promptFunctions = 10;

/** One engine process for each measurement, one after the other. Rejects with a `UserError`. */
export async function benchResources(
  options: ResourcesBenchOptions,
  report: (figure: ResourcesFigure) => void,
  signal: AbortSignal,
): Promise<ResourcesFigure[]> {
  const figures: ResourcesFigure[] = [];
  for (const modelPath of options.modelPaths) {
    for (const contextTokens of options.contexts) {
      for (const kvType of options.kvTypes) {
        signal.throwIfAborted();
        const figure = await measure(options.enginePath, { modelPath, contextTokens, kvType }, signal);
        figures.push(figure);
        report(figure);
      }
    }
  }
  return figures;
}

async function measure(
  enginePath: string,
  { modelPath, contextTokens, kvType }: { modelPath: string; contextTokens: number; kvType: KvType },
  signal: AbortSignal,
): Promise<ResourcesFigure> {
  const header = await readGgufHeader(modelPath);
  const engine = startEngine({ enginePath });
  try {
    const lanes = { chat: contextTokens };
    const loaded = await engine.load({ modelPath, lanes, kvType, gpuLayers: 0 }, () => undefined, signal);
    const prompt = [{ text: codePrompt(1, promptFunctions) }];
    await engine.generate(
      { lane: 'chat', prompt, maxTokens: 0, sampling: { temperature: 0 } },
      () => undefined,
      signal,
    );
    // The engine may have clamped the context to what the model was trained with.
    const need = memoryNeed(shapeOfHeader(header), { contextTokens: loaded.lanes.chat ?? 0, kvType });
    const { residentBytes: measured } = await engine.status();
    return {
      model: path.basename(modelPath, '.gguf'),
      contextTokens: loaded.lanes.chat ?? 0,
      kvType,
      predicted: need.total,
      measured,
      ratio: need.total / measured,
    };
  } finally {
    engine.kill();
  }
}

/** One line of the table. */
export function formatResourcesFigure(figure: ResourcesFigure): string {
  const { model, contextTokens, kvType, predicted, measured, ratio } = figure;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`.padStart(8);
  return `${model.padEnd(42)} ${String(contextTokens).padStart(6)} ${kvType.padEnd(5)} predicted ${megabytes(predicted)}, measured ${megabytes(measured)}: ${Math.round(ratio * 100)} %`;
}
