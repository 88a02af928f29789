import path from 'node:path';
import { benchKills, formatKills, type KillResult } from '../bench/kills-bench';
import { tinyKillsModel } from '../bench/kills-model';
import type { ModelSpec } from '../model/engine-supervisor';
import { type Core, resolveOption } from './compose';
import { exitCode } from './output-port';

export interface KillsFlags {
  /** The tiny model that the checkout makes, when left out. */
  model?: string;
  runs?: number;
  json: boolean;
}

/** `dist` holds the built bundles. */
interface KillsSetting {
  core: Core;
  dist: string;
  write: (line: string) => void;
  signal: AbortSignal;
  /** Results of earlier runs, from which this one goes on. */
  known: readonly KillResult[];
  keep: (result: KillResult) => Promise<void>;
}

/** `thimble bench kills`; answers the exit code. */
export async function killsCommand(
  { model, runs = 100, json }: KillsFlags,
  { core, dist, write, signal, known, keep }: KillsSetting,
): Promise<number> {
  const machine =
    model === undefined ? await tinyKillsModel(dist, core.home) : { spec: await realModel(model, core) };
  const { results, hostDelayMs } = await benchKills(
    {
      ...machine,
      enginePath: path.join(dist, 'engine.mjs'),
      syntax: core.syntax,
      count: runs,
      from: known.length,
      report: keep,
    },
    signal,
  );
  const all = [...known, ...results];
  if (!json)
    write(`${formatKills(all)}\nlongest pause of the host in this run: ${Math.round(hostDelayMs)} ms`);
  return all.some(({ lost }) => lost !== undefined) ? exitCode.failed : exitCode.done;
}

/** A real model, with a small context, since it is loaded again and again. */
async function realModel(model: string, core: Core): Promise<ModelSpec> {
  const { name, profile, modelPath } = await resolveOption({ model }, core.models);
  return { name, profile, params: { modelPath, lanes: { chat: 4096 }, gpuLayers: 0 } };
}
