import type { ErrorReport } from '../base/errors';
import { megabytes } from '../base/text';
import { type Calibrations, tunedParams } from '../model/calibrations';
import { type EngineNote, engineNoteText } from '../model/engine-notes';
import { planForFile, planSecondForFile } from '../model/load-plan';
import type { LoaderOptions, MemoryFigures } from './model-loader';

export interface PlannerPorts {
  /** Part of the free memory that models may take, 0–1. */
  share: () => number;
  calibrations: Pick<Calibrations, 'of'>;
  notice: (report: ErrorReport) => void;
  /** What other windows and programs have loaded. */
  others: () => Promise<EngineNote[]>;
  log: (line: string) => void;
}

/** Plans with the memory that is free at that moment, and says what differs from the usual. */
export function createModelPlanner({
  share,
  calibrations,
  notice,
  others,
  log,
}: PlannerPorts): LoaderOptions['plan'] {
  return async (modelPath, { chat, completion, second: wished }) => {
    const plan = await planForFile(modelPath, { share: share(), chat, completion });
    const second = wished && (await planSecondForFile(plan, wished.modelPath, wished.contextSize));
    log(`Memory: ${megabytes(plan.predicted.total)} predicted, ${megabytes(plan.budget)} allowed.`);
    if (second)
      log(`Second model: ${megabytes(second.predicted.total)} predicted, ${megabytes(second.left)} left.`);
    for (const happened of plan.notices) notice({ code: 'load-plan', happened });
    // Who has less than usual should know what has the rest.
    if (plan.notices.length > 0 || second?.fits === false)
      for (const other of await others())
        notice({
          code: 'load-plan',
          happened: `Loaded elsewhere on this computer: ${engineNoteText(other)}`,
        });
    const { lanes, kvType } = plan;
    const tuned = tunedParams(await calibrations.of(modelPath));
    return { lanes, kvType, tuned, predicted: plan.predicted.total, ...(second ? { second } : {}) };
  };
}

/** The figures after loading, as a line of the log. */
export function memoryText({ predicted, measured }: MemoryFigures): string {
  const share = Math.round((100 * measured) / predicted);
  return `Memory: ${megabytes(measured)} after loading, before a prompt: ${share} % of the prediction.`;
}
