import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { benchKills, formatKills, type KillResult } from '../bench/kills-bench';
import { tinyKillsModel } from '../bench/kills-model';
import type { ModelSpec } from '../model/engine-supervisor';
import { type Core, resolveOption } from './compose';
import { readLines } from './json-lines';
import { exitCode } from './output-port';

export interface KillsFlags {
  /** The tiny model that the checkout makes, when left out. */
  model?: string;
  runs?: number;
  json: boolean;
  /** Keeps the results, and goes on from those there. */
  out?: string;
}

/** `thimble bench kills`; answers the exit code. `dist` holds the built bundles. */
export async function killsCommand(
  { model, runs = 100, json, out }: KillsFlags,
  {
    core,
    dist,
    write,
    signal,
  }: { core: Core; dist: string; write: (line: string) => void; signal: AbortSignal },
): Promise<number> {
  const known = out === undefined || !existsSync(out) ? [] : await readLines<KillResult>(out);
  const machine =
    model === undefined ? await tinyKillsModel(dist, core.home) : { spec: await realModel(model, core) };
  const { results, hostDelayMs } = await benchKills(
    {
      ...machine,
      enginePath: path.join(dist, 'engine.mjs'),
      syntax: core.syntax,
      count: runs,
      from: known.length,
      report: async (result) => {
        const line = JSON.stringify(result);
        if (out !== undefined) await appendFile(out, `${line}\n`);
        if (json) write(line);
      },
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
