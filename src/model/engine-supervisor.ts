import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, reportOf } from '../base/errors';
import { Emitter, type Disposable } from '../base/lifecycle';
import type { Clock } from '../base/ports';
import type { LoadParams, LoadResult } from '../protocol/engine';
import { startEngine, type EngineClient, type EngineClientOptions } from './engine-client';
import { watchHeartbeat } from './engine-heartbeat';
import { createEngineModel } from './engine-model';
import type { EngineExit } from './engine-process';
import { crashLoopError, restartPlan } from './engine-restarts';
import type { LanguageModel } from './language-model';
import type { ModelProfile } from './profile';

/**
 * `stopped`: no process · `starting`, `loading`: on the way · `ready`, `busy`: a model is loaded, idle or at work ·
 * `degraded`: the process died or the model did not load, the next request tries again · `failed`: it died too
 * often, only `restart` tries again.
 */
export type EngineState = 'stopped' | 'starting' | 'loading' | 'ready' | 'busy' | 'degraded' | 'failed';

export interface ModelSpec {
  name: string;
  profile: ModelProfile;
  params: LoadParams;
}

/** Keeps one engine process with one model alive, and starts both again when the process dies. */
export interface EngineSupervisor extends Disposable {
  readonly state: EngineState;
  readonly pid: number | undefined;
  onState(listener: (state: EngineState) => void): Disposable;
  onRestart(listener: (event: { reason: string; attempt: number }) => void): Disposable;
  /** Loads a model in place of the one before. Rejects with a `UserError`; an abort with code `cancelled`. */
  load(
    spec: ModelSpec,
    onProgress?: (fraction: number) => void,
    signal?: AbortSignal,
  ): Promise<LanguageModel>;
  /** Ends the process and frees its memory; requests of the old model then fail. */
  unload(): Promise<void>;
  /** Starts afresh, also after the supervisor has given up. Rejects when the model does not load. */
  restart(): Promise<void>;
  /** The user types until that Unix time in milliseconds: long prompts of the chat make room. */
  setTyping(untilMs: number): void;
}

export interface SupervisorOptions extends EngineClientOptions {
  clock?: Pick<Clock, 'sleep' | 'now'>;
  /** Time between two heartbeats and how many may be missed, while loading and else. */
  heartbeat?: { intervalMs: number; misses: number; missesWhileLoading: number };
}

/** A process that answers nothing for half a minute hangs; loading may block it for longer. */
const defaultHeartbeat = { intervalMs: 5000, misses: 6, missesWhileLoading: 60 };

const defaultClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}),
};

/** One process, from its start until the model is loaded, used, and the process gone. */
interface Life {
  client: EngineClient;
  loaded: Promise<LoadResult>;
  isLoading: boolean;
  stop: AbortController;
}

export function createEngineSupervisor(options: SupervisorOptions): EngineSupervisor {
  const clock = options.clock ?? defaultClock;
  const heartbeat = options.heartbeat ?? defaultHeartbeat;
  const states = new Emitter<EngineState>();
  const restarts = new Emitter<{ reason: string; attempt: number }>();
  let state: EngineState = 'stopped';
  let wanted: ModelSpec | undefined;
  let life: Life | undefined;
  let coming: Promise<Life> | undefined;
  let lastResult: LoadResult | undefined;
  let deaths = 0;
  let lastExit: EngineExit | undefined;
  let active = 0;
  /** Changes with every change of mind, so that a start that was under way can tell. */
  let generation = 0;

  const setState = (next: EngineState): void => {
    if (next === state) return;
    state = next;
    states.fire(next);
  };
  const settle = (): void => {
    if (life && !life.isLoading) setState(active > 0 ? 'busy' : 'ready');
  };

  /** The process with the model loaded; starts and loads first where needed. */
  const ready = (onProgress: (fraction: number) => void = () => undefined): Promise<Life> => {
    if (!wanted) return Promise.reject(noModel());
    const { giveUp, delayMs } = restartPlan(deaths);
    if (giveUp) return Promise.reject(crashLoopError(lastExit?.reason ?? 'unknown', lastExit?.log ?? []));
    return (coming ??= bringUp(wanted, delayMs, onProgress));
  };

  const bringUp = async (
    spec: ModelSpec,
    delayMs: number,
    onProgress: (fraction: number) => void,
  ): Promise<Life> => {
    const mine = generation;
    await clock.sleep(delayMs);
    if (mine !== generation) throw noModel();
    setState('starting');
    const born = give(startEngine(options), spec, onProgress);
    life = born;
    setState('loading');
    try {
      lastResult = await born.loaded;
      born.isLoading = false;
      settle();
      return born;
    } catch (error) {
      // A process that could not load is of no use; one that died is dealt with at its exit.
      if (life === born && reportOf(error).code !== 'engine-died') {
        end(born);
        setState('degraded');
      }
      throw error;
    }
  };

  const give = (client: EngineClient, spec: ModelSpec, onProgress: (fraction: number) => void): Life => {
    const stop = new AbortController();
    const born: Life = {
      client,
      loaded: client.load(spec.params, onProgress, stop.signal),
      isLoading: true,
      stop,
    };
    void client.exited.then((exit) => onExit(born, exit));
    void watchHeartbeat(
      {
        clock,
        intervalMs: heartbeat.intervalMs,
        misses: () => (born.isLoading ? heartbeat.missesWhileLoading : heartbeat.misses),
        ask: () => client.status(),
        onSilence: () => {
          options.log?.('The engine does not answer; it is ended.');
          client.kill();
        },
      },
      stop.signal,
    );
    return born;
  };

  /** Ends a process on purpose. */
  const end = (old: Life): void => {
    if (life === old) {
      life = undefined;
      coming = undefined;
    }
    old.stop.abort();
    old.client.kill();
  };

  const onExit = (dead: Life, exit: EngineExit): void => {
    dead.stop.abort();
    if (life !== dead) return;
    life = undefined;
    coming = undefined;
    lastExit = exit;
    deaths++;
    options.log?.(`The engine ended: ${exit.reason}.`);
    if (restartPlan(deaths).giveUp) {
      setState('failed');
      return;
    }
    setState('degraded');
    restarts.fire({ reason: exit.reason, attempt: deaths });
    // A model that was never loaded is the caller's to load again.
    if (!dead.isLoading || lastResult)
      ready().catch((error: unknown) => options.log?.(reportOf(error).happened));
  };

  const stopAll = (): void => {
    generation++;
    wanted = undefined;
    lastResult = undefined;
    deaths = 0;
    if (life) end(life);
    coming = undefined;
    setState('stopped');
  };

  return {
    get state() {
      return state;
    },
    get pid() {
      return life?.client.pid;
    },
    onState: states.on,
    onRestart: restarts.on,
    async load(spec, onProgress, signal) {
      const key = keyOf(spec);
      const isWanted = (): boolean => wanted !== undefined && keyOf(wanted) === key;
      if (!isWanted()) stopAll();
      wanted = spec;
      // A model that was loaded before comes back with its next request, which outlives the death of an engine.
      if (!lastResult) {
        await abortable(ready(onProgress), signal, () => {
          if (isWanted() && life?.isLoading !== false) stopAll();
        });
      }
      return createEngineModel(spec, {
        client: async () => {
          if (!isWanted()) throw noModel();
          return (await ready()).client;
        },
        loadedClient: () => (isWanted() && life && !life.isLoading ? life.client : undefined),
        contextSizes: () => (isWanted() ? lastResult?.lanes : undefined) ?? spec.params.lanes,
        onStart: () => {
          active++;
          settle();
        },
        onEnd: (served) => {
          active--;
          if (served) deaths = 0;
          settle();
        },
      });
    },
    unload() {
      stopAll();
      return Promise.resolve();
    },
    async restart() {
      const spec = wanted;
      stopAll();
      wanted = spec;
      if (spec) await ready();
    },
    setTyping: (untilMs) => life?.client.setTyping(untilMs),
    dispose() {
      stopAll();
      states.dispose();
      restarts.dispose();
    },
  };
}

/** Equal for specs that ask for the same model in the same way. */
function keyOf({ name, params }: ModelSpec): string {
  return JSON.stringify([name, params]);
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined, stop: () => void): Promise<T> {
  if (!signal) return work;
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => {
      stop();
      reject(new UserError('cancelled', 'Loading was cancelled.'));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  return Promise.race([work, aborted]);
}

function noModel(): UserError {
  return new UserError('model-not-loaded', 'The model is not loaded any more.', { next: 'Choose a model.' });
}
