import { UserError } from '../base/errors';

/** Deaths with no request served in between after which the engine is left alone. */
const crashLoop = 3;
const firstDelayMs = 200;
const longestDelayMs = 5000;

/** What the supervisor does after `deaths` in a row: wait and start again, or give up. */
export function restartPlan(deaths: number): { giveUp: boolean; delayMs: number } {
  const delayMs = deaths === 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 4 ** (deaths - 1));
  return { giveUp: deaths >= crashLoop, delayMs };
}

/** The error of every request while the supervisor has given up. */
export function crashLoopError(reason: string, log: readonly string[]): UserError {
  const last = log.at(-1);
  return new UserError(
    'engine-crash-loop',
    `The model engine stopped ${crashLoop} times in a row (${reason}).${last === undefined ? '' : ` Its last message was: ${last}`}`,
    {
      kept: 'The chat and all files are as they were.',
      next: 'Restart the engine, choose a smaller model, or turn the GPU off in the settings.',
    },
  );
}
