/** `thimble models probe` and `calibrate`: measure what a model can do here, and how it runs best, and keep both. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { EngineSupervisor } from '../model/engine-supervisor';
import { defaultShare, planForFile } from '../model/load-plan';
import type { ResolvedModel } from '../model/resolve-model';
import { type Scorecard, type Scorecards, scorecardText, withScorecard } from '../model/scorecard';
import type { Calibrations } from '../model/calibrations';
import { startEngine } from '../model/engine-client';
import { systemClock } from '../node/clock';
import { readMachine } from '../node/machine';
import { calibrate, type Trial } from '../probe/calibrate';
import { probeModel } from '../probe/probe-model';
import { exitCode, type OutputPort } from './output-port';

export interface ProbeCommandPorts {
  supervisor: EngineSupervisor;
  scorecards: Scorecards;
  /** Milliseconds since the epoch. */
  wallTime: () => number;
}

/** Tokens of the completion lane while probing: its gaps are small. */
const completionContext = 1024;
/** Parts of the context that the needle is looked for in. */
const needleShares = [0.25, 0.95];

/** Measures a model and keeps its card. Rejects with a `UserError` when the model does not load. */
export async function probe(
  { name, profile, modelPath }: ResolvedModel,
  { supervisor, scorecards, wallTime }: ProbeCommandPorts,
  output: OutputPort,
  options: { needle: boolean },
  signal: AbortSignal,
): Promise<Scorecard> {
  const plan = await planForFile(modelPath, {
    share: defaultShare,
    chat: { size: profile.contextSize, fixed: false },
    completion: profile.fillInTheMiddle ? completionContext : undefined,
  });
  const params = { modelPath, lanes: plan.lanes, kvType: plan.kvType, gpuLayers: 'auto' as const };
  const loaded = await supervisor.load({ name, profile, params }, undefined, signal);
  const measured = await probeModel(
    loaded,
    {
      needleShares: options.needle ? needleShares : [],
      onPart: (part) => {
        if (!output.json && output.isTty) output.rewrite?.(`${name}: ${part} …`);
      },
    },
    signal,
  );
  const card: Scorecard = {
    version: 1,
    file: path.basename(modelPath),
    bytes: (await stat(modelPath)).size,
    at: new Date(wallTime()).toISOString(),
    threads: supervisor.loaded?.threads ?? 0,
    gpu: supervisor.loaded?.gpu ?? 'none',
    ...measured,
  };
  await scorecards.keep(modelPath, card);
  return card;
}

/** `thimble models probe`. Rejects with a `UserError` when the model does not load. */
export async function probeCommand(
  model: ResolvedModel,
  ports: ProbeCommandPorts,
  output: OutputPort,
  options: { needle: boolean },
  signal: AbortSignal,
): Promise<number> {
  const { name, profile } = model;
  const card = await probe(model, ports, output, options, signal);
  const { family, template, abilities, dialect } = withScorecard(profile, card);
  if (output.json)
    output.write(JSON.stringify({ name, card, profile: { family, template, dialect, abilities } }));
  else {
    const able = Object.entries(abilities).flatMap(([job, can]) => (can ? [job] : []));
    output.write(`${name}: ${scorecardText(card)}`);
    output.write(
      `Family ${family}, template ${template}, calls in the form ${dialect}; good for ${able.join(', ') || 'nothing that was asked'}.`,
    );
  }
  return exitCode.done;
}

/** Time after which no further setting is tried, in milliseconds. */
const calibrationMs = 60_000;

/** `thimble models calibrate`: keeps the best threads and batch for a model, which later starts then take. */
export async function calibrateCommand(
  { name, modelPath }: ResolvedModel,
  { calibrations, dist }: { calibrations: Calibrations; dist: string },
  output: OutputPort,
  signal: AbortSignal,
): Promise<number> {
  const { threads, cores } = await readMachine(path.join(dist, '..', 'node_modules'));
  const best = await calibrate(
    {
      start: () => startEngine({ enginePath: path.join(dist, 'engine.mjs') }),
      params: { modelPath, gpuLayers: 'auto' },
      machine: { threads, cores },
      now: () => systemClock.now(),
      timeMs: calibrationMs,
      onTrial: (trial) => output.write(output.json ? JSON.stringify(trial) : trialText(trial)),
    },
    signal,
  );
  await calibrations.keep(modelPath, best);
  if (output.json) output.write(JSON.stringify({ name, best }));
  else output.write(`${name}: best with ${trialText(best)}. Kept for later starts.`);
  return exitCode.done;
}

function trialText({ threads, batchSize, prompt, decode }: Trial): string {
  return `${threads} threads, batch ${batchSize}: reads ${prompt.toFixed(1)} and writes ${decode.toFixed(1)} tokens/s`;
}
