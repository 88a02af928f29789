import type { Clock } from '../base/ports';
import type { EngineSupervisor } from './engine-supervisor';

export interface RestOptions {
  supervisor: Pick<EngineSupervisor, 'state' | 'onState'>;
  clock: Pick<Clock, 'sleep'>;
  /** Minutes without a request after which the model is unloaded; 0 for never. Read at each look. */
  idleMinutes: () => number;
  /** Bytes that are free. */
  freeMemory(): Promise<number>;
  /** False while something is going on that will use the model again in a moment. */
  mayRest(): boolean;
  /** Frees something smaller before the model, where there is something; answers whether there was. */
  giveUpFirst(): Promise<boolean>;
  /** Unloads the model; `why` is a sentence for the user. */
  rest(why: string): Promise<void>;
}

/** Time between two looks, in milliseconds. */
const intervalMs = 10_000;
/** Looks in a row that must find too little memory: other programs start with a peak. */
const lowLooks = 3;
/** Less than this is too little, in bytes; on a small computer less than half of what loading has left. */
const lowBytes = 1e9;

/**
 * Unloads a model that is not used, or whose memory other programs need; the next request loads it again. Looks are
 * counted, not timed, so that a computer that slept has not been idle. Ends when `signal` aborts.
 */
export async function watchRest(options: RestOptions, signal: AbortSignal): Promise<void> {
  const { supervisor, clock } = options;
  let idle = 0;
  let low = 0;
  let afterLoading: number | undefined;
  const subscription = supervisor.onState((state) => {
    if (state !== 'ready') idle = 0;
    if (state === 'loading') afterLoading = undefined;
  });
  const reason = async (): Promise<'memory' | 'idle' | undefined> => {
    if (supervisor.state !== 'ready' || !options.mayRest()) {
      idle = 0;
      low = 0;
      return undefined;
    }
    idle++;
    const free = await options.freeMemory();
    afterLoading ??= free;
    low = free < Math.min(lowBytes, afterLoading / 2) ? low + 1 : 0;
    const minutes = options.idleMinutes();
    if (low >= lowLooks) return 'memory';
    return minutes > 0 && idle * intervalMs >= minutes * 60_000 ? 'idle' : undefined;
  };
  try {
    for (;;) {
      await clock.sleep(intervalMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      // A look that fails is one that found nothing.
      const found = await reason().catch(() => undefined);
      if (found === undefined) continue;
      low = 0;
      if (found === 'memory' && (await options.giveUpFirst())) continue;
      idle = 0;
      await options.rest(
        found === 'memory'
          ? 'The model was unloaded, since the computer ran short of memory. The next request loads it again.'
          : `The model was unloaded after ${options.idleMinutes()} minutes without use. The next request loads it again.`,
      );
    }
  } finally {
    subscription.dispose();
  }
}
