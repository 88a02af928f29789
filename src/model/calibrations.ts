import os from 'node:os';
import * as v from 'valibot';
import { readJsonAs, writeJson } from '../base/json-store';
import type { Store } from '../base/ports';
import type { LoadParams } from '../protocol/engine';
import { fileKey } from './scorecard';

const calibrationSchema = v.object({
  threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
  batchSize: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Tokens a second with these. */
  prompt: v.number(),
  decode: v.number(),
});

/** The threads and the batch that came out best for a model on a computer. */
export type Calibration = v.InferOutput<typeof calibrationSchema>;

export interface Calibrations {
  /** Undefined where the file was not calibrated on this computer. Never rejects. */
  of(modelPath: string): Promise<Calibration | undefined>;
  keep(modelPath: string, calibration: Calibration): Promise<void>;
}

/** `store` holds nothing else; `machine` names the processor, since a home folder may be shared between computers. */
export function createCalibrations(store: Store, machine = thisMachine()): Calibrations {
  const keyOf = async (modelPath: string): Promise<string> => `${machine}/${await fileKey(modelPath)}.json`;
  return {
    of: async (modelPath) => {
      try {
        return await readJsonAs(store, await keyOf(modelPath), calibrationSchema);
      } catch {
        return undefined;
      }
    },
    keep: async (modelPath, calibration) => writeJson(store, await keyOf(modelPath), calibration),
  };
}

/** What of loading a model a calibration decides; nothing without one. */
export function tunedParams(calibration: Calibration | undefined): Pick<LoadParams, 'threads' | 'batchSize'> {
  return calibration ? { threads: calibration.threads, batchSize: calibration.batchSize } : {};
}

/** The processor and the threads of it that may be used: a container with fewer is another computer. */
function thisMachine(): string {
  return `${os.cpus()[0]?.model.trim() ?? 'unknown'} ${os.availableParallelism()}`.replaceAll('/', '-');
}
