/** Which model is used, and what the panel shows of it. Knows nothing of VS Code. */
import { reportOf, UserError } from '../base/errors';
import { Emitter, type Disposable } from '../base/lifecycle';
import { completionModel } from '../completion/ask-model';
import type { EngineSupervisor } from '../model/engine-supervisor';
import type { LanguageModel } from '../model/language-model';
import type { LoadPlan } from '../model/load-plan';
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
  params(): Omit<LoadParams, 'modelPath' | 'lanes' | 'kvType'> & { contextSize: number | undefined };
  /** How much of the free memory the model may take decides its context; see `model/load-plan.ts`. */
  plan(
    modelPath: string,
    wishes: { chat: { size: number; fixed: boolean }; completion: number | undefined },
  ): Promise<Pick<LoadPlan, 'lanes' | 'kvType'>>;
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
  let download: { name: string; stop: AbortController; progress: DownloadProgress | undefined } | undefined;

  const changed = (): void => changes.fire();
  const wanted = (): string => options.selected() ?? source.defaultName();
  const stateSubscription = supervisor.onState(changed);

  const load = async (): Promise<LanguageModel> => {
    const { contextSize, ...params } = options.params();
    try {
      if (isRemoteSpec(wanted())) {
        const remote = await options.connect(wanted(), contextSize);
        failure = undefined;
        remoteHost = remote.host;
        return (loaded = remote);
      }
      const { name, profile, modelPath } = await source.resolve(wanted());
      const { lanes, kvType } = await options.plan(modelPath, {
        chat: { size: contextSize ?? profile.contextSize, fixed: contextSize !== undefined },
        completion: profile.fillInTheMiddle ? completionContext : undefined,
      });
      const model = await supervisor.load(
        { name, profile, params: { ...params, modelPath, lanes, kvType } },
        (part) => {
          fraction = part;
          changed();
        },
      );
      failure = undefined;
      loaded = model;
      return model;
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
    await supervisor.unload();
    changed();
  };

  const view = (): ModelView => {
    const name = download?.name ?? wanted();
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
        return failure === undefined
          ? { ...base, state: 'stopped' }
          : { ...base, state: 'failed', ...message };
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
        if (remoteHost !== undefined) {
          await unload();
          await begin();
        } else if (loaded) await supervisor.restart();
        else await begin();
      } catch (error) {
        failure = reportOf(error).happened;
        throw error;
      } finally {
        changed();
      }
    },
    reload: unload,
    dispose: () => {
      download?.stop.abort();
      stateSubscription.dispose();
      changes.dispose();
    },
  };
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
