/** Which model is used, and what the panel shows of it. Knows nothing of VS Code. */
import { type ErrorReport, errorOf, reportOf, UserError } from '../base/errors';
import { Emitter, type Disposable } from '../base/lifecycle';
import { completionModel } from '../completion/ask-model';
import type { EngineSupervisor } from '../model/engine-supervisor';
import type { LanguageModel } from '../model/language-model';
import type { LoadPlan } from '../model/load-plan';
import { type RequestRecord, withRequestLog } from '../model/request-log';
import { createRelayModel } from '../model/relay-model';
import { isRemoteSpec } from '../model/remote/address';
import type { RemoteModel } from '../model/remote/remote-model';
import type { ModelProfile } from '../model/profile';
import type { LoadParams } from '../protocol/engine';
import type { ModelChoice, ModelView } from '../protocol/panel';

/** Bytes, bytes a second, and milliseconds left. */
export type DownloadProgress = NonNullable<ModelView['download']>;

/** Where models come from. */
export interface ModelSource {
  /** The name to use when the user has named none. */
  defaultName(): string;
  choices(): Promise<ModelChoice[]>;
  /** Rejects with a `UserError` when the model is not there or its file is not sound. */
  resolve(spec: string): Promise<{ name: string; profile: ModelProfile; modelPath: string }>;
  pull(name: string, onProgress: (progress: DownloadProgress) => void, signal: AbortSignal): Promise<void>;
}

export interface ModelServiceOptions {
  supervisor: EngineSupervisor;
  source: ModelSource;
  /** The user's choice of model; undefined for the default. */
  selected(): string | undefined;
  select(name: string): Promise<void>;
  /** Connects to the server that a `remote:` names. Rejects with a `UserError`. */
  connect(spec: string, contextSize: number | undefined): Promise<RemoteModel>;
  /** Whether the server of the settings may answer when no model on this computer can. */
  remoteMayStandIn(): boolean;
  /** Told of each request that has ended. */
  record?: (request: RequestRecord) => void;
  /** Tells the user that something is different from what they chose. */
  notice(report: ErrorReport): void;
  params(): Omit<LoadParams, 'modelPath' | 'lanes' | 'kvType'> & { contextSize: number | undefined };
  /** How much of the free memory the model may take decides its context; see `model/load-plan.ts`. */
  plan(
    modelPath: string,
    wishes: { chat: { size: number; fixed: boolean }; completion: number | undefined },
    /** `tuned` is what was measured to be best here; what the user has set goes before it. */
  ): Promise<Pick<LoadPlan, 'lanes' | 'kvType'> & { tuned?: Pick<LoadParams, 'threads' | 'batchSize'> }>;
}

export interface ModelService extends Disposable {
  view(): ModelView;
  choices(): readonly ModelChoice[];
  onChange(listener: () => void): Disposable;
  /** Looks again at what is installed. */
  refresh(): Promise<void>;
  /** The model, loaded first where needed. Rejects with a `UserError` or an `AbortError`. */
  model(signal: AbortSignal): Promise<LanguageModel>;
  /**
   * The model for a use that nobody asked for in words: once it has loaded, and undefined where none is installed or
   * it failed. Rejects with `AbortError` only.
   */
  modelUnasked(signal: AbortSignal): Promise<LanguageModel | undefined>;
  pick(name: string): Promise<void>;
  /** Downloads and then uses a model. One at a time. */
  download(name: string): Promise<void>;
  cancelDownload(): void;
  restart(): Promise<void>;
  /** Frees the memory until the next request; `why` is shown meanwhile. */
  rest(why: string): Promise<void>;
  /** The next request loads anew, with the settings as they are then. */
  reload(): Promise<void>;
}

/** Tokens of the completion lane: its prompt is bounded by `prompt/fill-in-the-middle`. */
const completionContext = 3072;

export function createModelService(options: ModelServiceOptions): ModelService {
  const { supervisor, source } = options;
  const changes = new Emitter<void>();
  let choices: ModelChoice[] = [];
  let loading: Promise<LanguageModel> | undefined;
  let loaded: LanguageModel | undefined;
  let remoteHost: string | undefined;
  let fraction: number | undefined;
  let failure: string | undefined;
  /** The model that answers in place of the chosen one, which made the engine die again and again. */
  let standIn: string | undefined;
  /** Why nothing answers until the user asks for a new start: a crash loop must end. */
  let gaveUp: ErrorReport | undefined;
  /** Why a model that was loaded is not any more. */
  let rested: string | undefined;
  let download: { name: string; stop: AbortController; progress: DownloadProgress | undefined } | undefined;

  const changed = (): void => changes.fire();
  const wanted = (): string => options.selected() ?? source.defaultName();
  const inUse = (): string => standIn ?? wanted();
  const stateSubscription = supervisor.onState(changed);

  const loadNamed = async (spec: string): Promise<LanguageModel> => {
    const { contextSize, ...params } = options.params();
    if (isRemoteSpec(spec)) {
      const remote = await options.connect(spec, contextSize);
      remoteHost = remote.host;
      return remote;
    }
    const { name, profile, modelPath } = await source.resolve(spec);
    const { lanes, kvType, tuned } = await options.plan(modelPath, {
      chat: { size: contextSize ?? profile.contextSize, fixed: contextSize !== undefined },
      completion: profile.fillInTheMiddle ? completionContext : undefined,
    });
    return supervisor.load(
      { name, profile, params: { ...tuned, ...params, modelPath, lanes, kvType } },
      (part) => {
        fraction = part;
        changed();
      },
    );
  };

  /** The next smaller model that is here, and the next, then the server; undefined when none of them runs either. */
  const takeOver = async (error: ErrorReport): Promise<LanguageModel | undefined> => {
    const failed = inUse();
    for (const choice of successors(await source.choices(), failed, options.remoteMayStandIn())) {
      try {
        const model = await loadNamed(choice.name);
        standIn = choice.name;
        options.notice({
          code: 'model-stand-in',
          happened: `${failed} does not run: ${error.happened} ${choice.label} answers instead.`,
          kept: 'The chat goes on.',
          next: 'Restart the engine to try the chosen model again.',
        });
        return model;
      } catch {
        // The next one is smaller still.
      }
    }
    gaveUp = error;
    failure = error.happened;
    loaded = undefined;
    return undefined;
  };

  const load = async (): Promise<LanguageModel> => {
    try {
      if (gaveUp) throw errorOf(gaveUp);
      rested = undefined;
      const model = await loadNamed(inUse()).catch(async (error: unknown) => {
        const report = reportOf(error);
        const other = report.code === 'engine-crash-loop' ? await takeOver(report) : undefined;
        if (!other) throw error;
        return other;
      });
      failure = undefined;
      const relayed = remoteHost === undefined ? createRelayModel(model, takeOver) : model;
      const { record } = options;
      return (loaded = record ? withRequestLog(relayed, record, performance) : relayed);
    } catch (error) {
      failure = reportOf(error).happened;
      throw error;
    } finally {
      fraction = undefined;
      loading = undefined;
      changed();
    }
  };
  const begin = (): Promise<LanguageModel> => (loading ??= load());

  const refresh = async (): Promise<void> => {
    choices = await source.choices();
    changed();
  };
  const unload = async (): Promise<void> => {
    await loading?.catch(() => undefined);
    loaded = undefined;
    remoteHost = undefined;
    failure = undefined;
    standIn = undefined;
    gaveUp = undefined;
    rested = undefined;
    await supervisor.unload();
    changed();
  };

  const view = (): ModelView => {
    const name = download?.name ?? inUse();
    const choice = choices.find((candidate) => candidate.name === name);
    const base = {
      name,
      label: choice?.label ?? baseName(name),
      ...(loaded ? { completes: completionModel(loaded) !== undefined } : {}),
    };
    if (download) {
      const { progress } = download;
      return progress
        ? {
            ...base,
            state: 'downloading',
            download: progress,
            fraction: progress.done / Math.max(progress.total, 1),
          }
        : { ...base, state: 'downloading' };
    }
    if (loading) return { ...base, state: 'loading', ...(fraction === undefined ? {} : { fraction }) };
    if (choice && !choice.installed && !loaded) return { ...base, state: 'none' };
    if (remoteHost !== undefined) return { ...base, state: 'ready', remoteHost };
    const message = failure === undefined ? {} : { message: failure };
    switch (supervisor.state) {
      case 'starting':
      case 'loading':
        return { ...base, state: 'loading' };
      case 'stopped':
        if (failure !== undefined) return { ...base, state: 'failed', ...message };
        return { ...base, state: 'stopped', ...(rested === undefined ? {} : { message: rested }) };
      case 'failed':
      case 'degraded':
        return { ...base, state: supervisor.state, ...message };
      case 'ready':
      case 'busy':
        return { ...base, state: supervisor.state };
    }
  };

  return {
    view,
    choices: () => choices,
    onChange: changes.on,
    refresh,
    model: (signal) => (loaded ? Promise.resolve(loaded) : orAborted(begin(), signal)),
    modelUnasked: async (signal) => {
      if (loaded) return loaded;
      const { state } = view();
      // A model that failed is tried again when somebody asks, not at each keystroke.
      if (state !== 'stopped' && state !== 'loading') return undefined;
      return orAborted(
        begin().catch(() => undefined),
        signal,
      );
    },
    pick: async (name) => {
      if (name === wanted() && loaded) return;
      await unload();
      await options.select(name);
      changed();
      // The panel shows how it ends.
      begin().catch(() => undefined);
    },
    download: async (name) => {
      if (download) {
        throw new UserError('download-running', `${download.name} is being downloaded.`, {
          kept: 'That download goes on.',
          next: 'Wait for its end, or cancel it first.',
        });
      }
      download = { name, stop: new AbortController(), progress: undefined };
      const { stop } = download;
      changed();
      try {
        await source.pull(
          name,
          (progress) => {
            if (download) download.progress = progress;
            changed();
          },
          stop.signal,
        );
        if (name !== wanted()) {
          await unload();
          await options.select(name);
        }
        failure = undefined;
      } catch (error) {
        if (!stop.signal.aborted) throw error;
      } finally {
        download = undefined;
        await refresh();
      }
    },
    cancelDownload: () => download?.stop.abort(),
    restart: async () => {
      failure = undefined;
      try {
        if (loaded && remoteHost === undefined && standIn === undefined) await supervisor.restart();
        else {
          await unload();
          await begin();
        }
      } catch (error) {
        failure = reportOf(error).happened;
        throw error;
      } finally {
        changed();
      }
    },
    rest: async (why) => {
      loaded = undefined;
      rested = why;
      await supervisor.unload();
      changed();
    },
    reload: unload,
    dispose: () => {
      download?.stop.abort();
      stateSubscription.dispose();
      changes.dispose();
    },
  };
}

/** Who may take over from a model that does not run: the smaller ones that are here, the largest first, and the server. */
function successors(choices: readonly ModelChoice[], failed: string, remote: boolean): ModelChoice[] {
  const size = choices.find(({ name }) => name === failed)?.memoryBytes ?? Infinity;
  const smaller = choices
    .filter((choice) => choice.installed && choice.remoteHost === undefined && choice.memoryBytes < size)
    .sort((a, b) => b.memoryBytes - a.memoryBytes);
  return [...smaller, ...choices.filter((choice) => remote && choice.remoteHost !== undefined)];
}

function baseName(spec: string): string {
  return spec.split(/[\\/]/).at(-1) ?? spec;
}

/** Leaves off waiting when aborted; the work itself goes on, since others may wait for it. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new DOMException('Stopped', 'AbortError'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
