import { reportOf, UserError } from '../base/errors';

/** Deaths with no request served in between that are a crash loop. */
export const crashLoop = 3;
const firstDelayMs = 200;
const longestDelayMs = 5000;

/** What the supervisor does after an engine died. `level` counts the milder ways that are in use; 0 is as asked for. */
export interface RestartPlan {
  level: number;
  /** Deaths in a row, as they count from here on: in a milder way the next one is a crash loop again. */
  deaths: number;
  /** No milder way is left. */
  giveUp: boolean;
}

/** After one more death at `level`, of `ways` milder ways. */
export function afterDeath({ level, deaths }: Omit<RestartPlan, 'giveUp'>, ways: number): RestartPlan {
  const counted = deaths + 1;
  if (counted < crashLoop) return { level, deaths: counted, giveUp: false };
  return level < ways
    ? { level: level + 1, deaths: crashLoop - 1, giveUp: false }
    : { level, deaths: counted, giveUp: true };
}

/** Milliseconds to wait before the start that follows `deaths` in a row. */
export function restartDelay(deaths: number): number {
  return deaths === 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 4 ** (deaths - 1));
}

/** The error of every request while the supervisor has given up. */
export function crashLoopError(reason: string, log: readonly string[]): UserError {
  const last = log.at(-1);
  return new UserError(
    'engine-crash-loop',
    `The model engine stopped again and again (${reason}).${last === undefined ? '' : ` Its last message was: ${last}`}`,
    {
      kept: 'The chat and all files are as they were.',
      next: 'Restart the engine, choose a smaller model, or turn the GPU off in the settings.',
    },
  );
}

/** The error of a start that the system refused. */
export function notStarted(cause: unknown): UserError {
  return new UserError(
    'engine-not-started',
    `The model engine could not be started: ${reportOf(cause).happened}`,
    {
      kept: 'The chat and all files are as they were.',
      next: 'Close other programs and try again.',
      cause,
    },
  );
}

/** The error of a request whose model was unloaded or replaced meanwhile. */
export function noModel(): UserError {
  return new UserError('model-not-loaded', 'The model is not loaded any more.', { next: 'Choose a model.' });
}
