import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, reportOf } from '../base/errors';
import { Emitter, type Disposable } from '../base/lifecycle';
import type { Clock } from '../base/ports';
import type { LoadParams, LoadResult } from '../protocol/engine';
import type { EngineCrash } from './crash-reports';
import { startEngine, type EngineClient, type EngineClientOptions } from './engine-client';
import { milderWays, type MilderWay, withoutCompletionModel } from './engine-fallback';
import { watchHeartbeat } from './engine-heartbeat';
import { createEngineModel, type EngineAccess } from './engine-model';
import { isHalted, type EngineExit } from './engine-process';
import { afterDeath, crashLoopError, noModel, notStarted, restartDelay } from './engine-restarts';
import type { GenerateRequest, LanguageModel } from './language-model';
import type { ModelProfile } from './profile';

/**
 * `stopped`: no process · `starting`, `loading`: on the way · `ready`, `busy`: a model is loaded, idle or at work ·
 * `degraded`: the process died or the model did not load, the next request tries again · `failed`: it died too
 * often, in milder ways of running as well, and only `restart` tries again.
 */
export type EngineState = 'stopped' | 'starting' | 'loading' | 'ready' | 'busy' | 'degraded' | 'failed';

export interface ModelSpec {
  name: string;
  profile: ModelProfile;
  params: LoadParams;
  /** What the second model of `params` is, where there is one. */
  completion?: { name: string; profile: ModelProfile };
}

/** Keeps one engine process with one model alive, and starts both again when the process dies. */
export interface EngineSupervisor extends Disposable {
  readonly state: EngineState;
  readonly pid: number | undefined;
  /** What the engine said of the model that it loaded last; undefined before. */
  readonly loaded: LoadResult | undefined;
  /** Resident set of the engine in bytes, as it last told; undefined without a process. */
  readonly residentBytes: number | undefined;
  /** The second model, which completes; undefined while the first one does. */
  readonly completion: LanguageModel | undefined;
  onState(listener: (state: EngineState) => void): Disposable;
  onRestart(listener: (event: { reason: string; attempt: number }) => void): Disposable;
  /** After a crash loop: what differs from now on, as sentences for the user. */
  onMilder(listener: (event: { reason: string; notice: string }) => void): Disposable;
  onCrash(listener: (crash: EngineCrash) => void): Disposable;
  /**
   * Loads a model in place of the one before; deaths on the way are tried again, in milder ways after the third.
   * Rejects with a `UserError`: `engine-crash-loop` when nothing helps; an abort with code `cancelled`.
   */
  load(
    spec: ModelSpec,
    onProgress?: (fraction: number) => void,
    signal?: AbortSignal,
  ): Promise<LanguageModel>;
  /** Frees the second model, and does without it from then on; false where there is none. Never rejects. */
  dropCompletion(): Promise<boolean>;
  /** Ends the process and frees its memory; requests of the old model then fail. */
  unload(): Promise<void>;
  /** Starts afresh, also after the supervisor has given up. Rejects when the model does not load. */
  restart(): Promise<void>;
  /** The user types until that Unix time in milliseconds: long prompts of the chat make room. */
  setTyping(untilMs: number): void;
}

export interface SupervisorOptions extends EngineClientOptions {
  clock?: Pick<Clock, 'sleep' | 'now'>;
  /** Time between two heartbeats, how many may be missed, while loading and else, and may see the work stand still. */
  heartbeat?: { intervalMs: number; misses: number; missesWhileLoading: number; stalls: number };
}

/**
 * A process that answers nothing for half a minute hangs; loading may block it for longer. So does one whose chunk or
 * token takes four minutes: a batch of the largest model on a slow processor takes one.
 */
const defaultHeartbeat = { intervalMs: 500, misses: 60, missesWhileLoading: 600, stalls: 480 };

const defaultClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}),
};

/** One process, from its start until the model is loaded, used, and the process gone. */
interface Life {
  client: EngineClient;
  params: LoadParams;
  loaded: Promise<LoadResult>;
  isLoading: boolean;
  /** Bytes, as its last heartbeat told. */
  residentBytes: number | undefined;
  stop: AbortController;
}

export function createEngineSupervisor(options: SupervisorOptions): EngineSupervisor {
  const clock = options.clock ?? defaultClock;
  const heartbeat = options.heartbeat ?? defaultHeartbeat;
  const states = new Emitter<EngineState>();
  const restarts = new Emitter<{ reason: string; attempt: number }>();
  const milder = new Emitter<{ reason: string; notice: string }>();
  const crashes = new Emitter<EngineCrash>();
  let state: EngineState = 'stopped';
  let wanted: ModelSpec | undefined;
  let life: Life | undefined;
  let coming: Promise<Life> | undefined;
  let lastResult: LoadResult | undefined;
  let deaths = 0;
  /** Milder ways in use, of those that there are since the first crash loop. */
  let level = 0;
  let ways: MilderWay[] | undefined;
  let givenUp = false;
  let completion: LanguageModel | undefined;
  /** The second model was given up, for its memory. */
  let isDropped = false;
  let lastExit: EngineExit | undefined;
  const active = new Set<GenerateRequest>();
  /** Changes with every change of mind, so that a start that was under way can tell. */
  let generation = 0;

  const setState = (next: EngineState): void => {
    if (next === state) return;
    state = next;
    states.fire(next);
  };
  const settle = (): void => {
    if (life && !life.isLoading) setState(active.size > 0 ? 'busy' : 'ready');
  };

  /** The process with the model loaded; starts and loads first where needed. */
  const ready = (onProgress: (fraction: number) => void = () => undefined): Promise<Life> => {
    if (!wanted) return Promise.reject(noModel());
    if (givenUp) return Promise.reject(crashLoopError(lastExit?.reason ?? 'unknown', lastExit?.log ?? []));
    return (coming ??= bringUp(paramsOf(wanted), onProgress));
  };

  /** The same, beyond the deaths on the way. */
  const readyAtLast = async (onProgress?: (fraction: number) => void): Promise<Life> => {
    for (;;) {
      const mine = generation;
      try {
        return await ready(onProgress);
      } catch (error) {
        if (mine !== generation || reportOf(error).code !== 'engine-died') throw error;
      }
    }
  };

  const paramsOf = (spec: ModelSpec): LoadParams => {
    const params = ways?.[level - 1]?.params ?? spec.params;
    return isDropped ? withoutCompletionModel(params) : params;
  };
  /** Tokens of the second model's context; undefined without one. */
  const completionContext = (): number | undefined => {
    const found = isDropped ? undefined : lastResult?.completionModel;
    return found && 'contextSize' in found ? found.contextSize : undefined;
  };

  const bringUp = async (params: LoadParams, onProgress: (fraction: number) => void): Promise<Life> => {
    const mine = generation;
    await clock.sleep(restartDelay(deaths));
    if (mine !== generation) throw noModel();
    setState('starting');
    const born = give(startProcess(), params, onProgress);
    life = born;
    setState('loading');
    try {
      lastResult = await born.loaded;
      born.isLoading = false;
      settle();
      return born;
    } catch (error) {
      if (reportOf(error).code === 'engine-died') {
        // Its exit is dealt with before anybody tries again.
        born.client.kill();
        await born.client.exited;
      } else if (life === born) {
        // A process that could not load is of no use.
        end(born);
        setState('degraded');
      }
      throw error;
    }
  };

  /** Without memory or processes to spare the system refuses at once; the next request tries again. */
  const startProcess = (): EngineClient => {
    try {
      return startEngine(options);
    } catch (cause) {
      coming = undefined;
      setState('degraded');
      throw notStarted(cause);
    }
  };

  const give = (client: EngineClient, params: LoadParams, onProgress: (fraction: number) => void): Life => {
    const stop = new AbortController();
    const born: Life = {
      client,
      params,
      loaded: client.load(params, onProgress, stop.signal),
      isLoading: true,
      residentBytes: undefined,
      stop,
    };
    void client.exited.then((exit) => onExit(born, exit));
    void watchHeartbeat(
      {
        clock,
        intervalMs: heartbeat.intervalMs,
        misses: () => (born.isLoading ? heartbeat.missesWhileLoading : heartbeat.misses),
        stalls: heartbeat.stalls,
        ask: async () => {
          const { active: work, turns, residentBytes } = await client.status();
          born.residentBytes = residentBytes;
          return work.chat + work.completion > 0 ? turns : undefined;
        },
        isStopped: () => isHalted(client.pid),
        onSilence: (reason) => {
          options.log?.(`The engine hangs (${reason}); it is ended.`);
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
    options.log?.(`The engine ended: ${exit.reason}.`);
    if (wanted) {
      ways ??= milderWays(paramsOf(wanted), lastResult, availableParallelism());
      const doing = dead.isLoading ? 'loading' : active.size > 0 ? 'working' : 'idle';
      const { name: model } = wanted;
      const { params } = dead;
      crashes.fire({ ...exit, model, params, doing, requests: [...active], deaths: deaths + 1, level });
    }
    const plan = afterDeath({ level, deaths }, ways?.length ?? 0);
    const isMilder = plan.level > level;
    ({ level, deaths, giveUp: givenUp } = plan);
    if (givenUp) {
      setState('failed');
      return;
    }
    setState('degraded');
    restarts.fire({ reason: exit.reason, attempt: deaths });
    if (isMilder) milder.fire({ reason: exit.reason, notice: ways?.[level - 1]?.notice ?? '' });
    // A model that was never loaded is the caller's to load again.
    if (!dead.isLoading || lastResult)
      ready().catch((error: unknown) => options.log?.(reportOf(error).happened));
  };

  /** The second model's way to the engine: what it asks must not reach the first, which has other tokens. */
  const besides = (access: EngineAccess): EngineAccess => ({
    ...access,
    client: async () => {
      const client = await access.client();
      if (completionContext() === undefined) throw noModel();
      return client;
    },
    loadedClient: () => (completionContext() === undefined ? undefined : access.loadedClient()),
    contextSizes: () => ({ completion: completionContext() ?? 0 }),
  });

  const stopAll = (): void => {
    generation++;
    wanted = undefined;
    lastResult = undefined;
    deaths = 0;
    level = 0;
    ways = undefined;
    givenUp = false;
    isDropped = false;
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
    get loaded() {
      return lastResult;
    },
    get residentBytes() {
      return life?.residentBytes;
    },
    get completion() {
      return completionContext() === undefined ? undefined : completion;
    },
    onState: states.on,
    onRestart: restarts.on,
    onMilder: milder.on,
    onCrash: crashes.on,
    async load(spec, onProgress, signal) {
      const key = keyOf(spec);
      const isWanted = (): boolean => wanted !== undefined && keyOf(wanted) === key;
      if (!isWanted()) {
        stopAll();
        completion = undefined;
      }
      wanted = spec;
      // A model that was loaded before comes back with its next request, which outlives the death of an engine.
      if (!lastResult) {
        await abortable(readyAtLast(onProgress), signal, () => {
          if (isWanted() && life?.isLoading !== false) stopAll();
        });
      }
      const access: EngineAccess = {
        client: async () => {
          if (!isWanted()) throw noModel();
          return (await readyAtLast()).client;
        },
        loadedClient: () => (isWanted() && life && !life.isLoading ? life.client : undefined),
        contextSizes: () => (isWanted() ? lastResult?.lanes : undefined) ?? spec.params.lanes,
        onStart: (request) => {
          active.add(request);
          settle();
        },
        onEnd: (request, served) => {
          active.delete(request);
          if (served) deaths = 0;
          settle();
        },
      };
      if (spec.completion) completion ??= createEngineModel(spec.completion, besides(access), 'completion');
      return createEngineModel(spec, access);
    },
    async dropCompletion() {
      if (completionContext() === undefined) return false;
      isDropped = true;
      // An engine that dies meanwhile comes back without it.
      await life?.client.dropCompletionModel().catch(() => undefined);
      return true;
    },
    unload() {
      stopAll();
      return Promise.resolve();
    },
    async restart() {
      const spec = wanted;
      stopAll();
      wanted = spec;
      if (spec) await readyAtLast();
    },
    setTyping: (untilMs) => life?.client.setTyping(untilMs),
    dispose() {
      stopAll();
      states.dispose();
      restarts.dispose();
      milder.dispose();
      crashes.dispose();
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
