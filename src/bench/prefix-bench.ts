/** `thimble bench prefix`: how long a first answer takes after a start, with and without the kept state of its beginning. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startEngine } from '../model/engine-client';
import type { ModelProfile } from '../model/profile';
import { systemPromptWithTools } from '../prompt/agent-prompts';
import { chatPieces, partsOf, sharedParts } from '../prompt/chat-template';
import { renderToolsCompact } from '../toolcall';
import { toolDefinitions } from '../tools/definitions';
import { median } from './engine-figures';

export interface PrefixFigure {
  state: 'without' | 'kept';
  /** Tokens of the prompt, and how many of them did not have to be read. */
  promptTokens: number;
  cachedTokens: number;
  /** Milliseconds from the start of the process until the model was loaded, and until the first token; medians. */
  loadedMs: number;
  firstTokenMs: number;
  runs: number;
}

export interface PrefixBenchOptions {
  enginePath: string;
  modelPath: string;
  profile: ModelProfile;
  runs: number;
}

/** The same question after each start, in turns without and with the state. Rejects with a `UserError`. */
export async function benchPrefix(options: PrefixBenchOptions, signal: AbortSignal): Promise<PrefixFigure[]> {
  const stateFolder = await mkdtemp(path.join(os.tmpdir(), 'thimble-prefix-'));
  try {
    const runs: Record<PrefixFigure['state'], Run[]> = { without: [], kept: [] };
    // The first one writes the state.
    await startAndAsk(options, stateFolder, signal);
    for (let run = 0; run < options.runs; run++) {
      runs.without.push(await startAndAsk(options, undefined, signal));
      runs.kept.push(await startAndAsk(options, stateFolder, signal));
    }
    return (['without', 'kept'] as const).map((state) => ({
      state,
      promptTokens: runs[state][0]?.promptTokens ?? 0,
      cachedTokens: runs[state][0]?.cachedTokens ?? 0,
      loadedMs: median(runs[state].map(({ loadedMs }) => loadedMs)),
      firstTokenMs: median(runs[state].map(({ firstTokenMs }) => firstTokenMs)),
      runs: options.runs,
    }));
  } finally {
    await rm(stateFolder, { recursive: true, force: true });
  }
}

type Run = Omit<PrefixFigure, 'state' | 'runs'>;

async function startAndAsk(
  { enginePath, modelPath, profile }: PrefixBenchOptions,
  stateFolder: string | undefined,
  signal: AbortSignal,
): Promise<Run> {
  signal.throwIfAborted();
  const pieces = chatPieces(profile.template, [
    { role: 'system', content: systemPromptWithTools(renderToolsCompact(profile.dialect, toolDefinitions)) },
    { role: 'user', content: 'Which file defines the function median?' },
  ]);
  const started = performance.now();
  const engine = startEngine({ enginePath });
  try {
    const params = { modelPath, lanes: { chat: 4096 }, gpuLayers: 0 as const };
    await engine.load(
      { ...params, ...(stateFolder === undefined ? {} : { stateFolder }) },
      () => undefined,
      signal,
    );
    const loadedMs = performance.now() - started;
    const { stats } = await engine.generate(
      {
        lane: 'chat',
        prompt: partsOf(pieces),
        prefixParts: sharedParts(pieces),
        maxTokens: 1,
        sampling: { temperature: 0 },
      },
      () => undefined,
      signal,
    );
    const firstTokenMs = performance.now() - started;
    return { promptTokens: stats.promptTokens, cachedTokens: stats.cachedTokens, loadedMs, firstTokenMs };
  } finally {
    engine.kill();
    await engine.exited;
  }
}

export function formatPrefixFigures(figures: readonly PrefixFigure[]): string {
  const [without, kept] = figures;
  const rows = figures.map(
    ({ state, promptTokens, cachedTokens, loadedMs, firstTokenMs, runs }) =>
      `${state.padEnd(8)} loaded after ${Math.round(loadedMs)} ms, first token after ${Math.round(firstTokenMs)} ms; ${cachedTokens} of ${promptTokens} tokens not read (median of ${runs})`,
  );
  const ratio = kept && without ? kept.firstTokenMs / without.firstTokenMs : Number.NaN;
  return [...rows, `kept over without: ${ratio.toFixed(2)}`].join('\n');
}
