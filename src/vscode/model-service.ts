/** Which model is used, and what the panel shows of it. Knows nothing of VS Code. */
import { type ErrorReport, errorOf, reportOf, UserError } from '../base/errors';
import { Emitter, type Disposable } from '../base/lifecycle';
import { completionModel } from '../completion/ask-model';
import type { LanguageModel } from '../model/language-model';
import { type RequestRecord, withRequestLog } from '../model/request-log';
import { createRelayModel } from '../model/relay-model';
import { isRemoteSpec } from '../model/remote/address';
import type { ResolvedModel } from '../model/resolve-model';
import type { ModelChoice, ModelUse, ModelView } from '../protocol/panel';
import { createModelLoader, type LoadedModels, type LoaderOptions } from './model-loader';
import { secondView } from './second-model';

/** Bytes, bytes a second, and milliseconds left. */
export type DownloadProgress = NonNullable<ModelView['download']>;

/** Where models come from. */
export interface ModelSource {
  /** The name to use when the user has named none. */
  defaultName(): string;
  choices(): Promise<ModelChoice[]>;
  /** Rejects with a `UserError` when the model is not there or its file is not sound. */
  resolve(spec: string): Promise<ResolvedModel>;
  pull(name: string, onProgress: (progress: DownloadProgress) => void, signal: AbortSignal): Promise<void>;
}

export interface ModelSelection {
  chat?: string;
  completion: string;
}

export interface ModelServiceOptions extends Omit<LoaderOptions, 'resolve'> {
  source: ModelSource;
  /** The user's choice of model; undefined for the default. */
  selected(): string | undefined;
  /** Keeps the user's choice: what is given of it; `completion` is the second model, empty for none. */
  select(choice: ModelSelection): Promise<void>;
  /** Whether the server of the settings may answer when no model on this computer can. */
  remoteMayStandIn(): boolean;
  /** Told of each request that has ended. */
  record?: (request: RequestRecord) => void;
  /** Tells the user that something is different from what they chose. */
  notice(report: ErrorReport): void;
}

export interface ModelService extends Disposable {
  /** The model that answers in the chat, whatever is being downloaded meanwhile. */
  name(): string;
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
  /**
   * Uses a model. Without a use it is for both, and for the chat alone where completions have a model of their own or
   * this one does not complete code.
   */
  pick(name: string, use?: ModelUse): Promise<void>;
  /** Downloads and then uses a model. One at a time. */
  download(name: string, use?: ModelUse): Promise<void>;
  cancelDownload(): void;
  restart(): Promise<void>;
  /** Frees the memory until the next request; `why` is shown meanwhile. */
  rest(why: string): Promise<void>;
  /** Frees the second model where there is one, and says so; false where there is none. */
  dropSecond(): Promise<boolean>;
  /** The next request loads anew, with the settings as they are then. */
  reload(): Promise<void>;
}

export function createModelService(options: ModelServiceOptions): ModelService {
  const { supervisor, source } = options;
  const loader = createModelLoader({ ...options, resolve: (spec) => source.resolve(spec) });
  const changes = new Emitter<void>();
  let choices: ModelChoice[] = [];
  let loading: Promise<LanguageModel> | undefined;
  let loaded: LanguageModel | undefined;
  /** What `loaded` and the second model are made of. */
  let models: LoadedModels | undefined;
  /** The second model with its requests noted. */
  let noted: { of: LanguageModel; model: LanguageModel } | undefined;
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
  const labelOf = (name: string): string =>
    choices.find((choice) => choice.name === name)?.label ?? baseName(name);
  const stateSubscription = supervisor.onState(changed);

  const logged = (model: LanguageModel): LanguageModel =>
    options.record ? withRequestLog(model, options.record, performance) : model;
  /** The second model, which completes; undefined while the chat's does. */
  const second = (): LanguageModel | undefined => {
    const model = models?.secondModel();
    if (!model) return undefined;
    if (noted?.of !== model) noted = { of: model, model: logged(model) };
    return noted.model;
  };
  /** The model that completes. Who has chosen one on this computer does not mean a server to see each key. */
  const completing = (): LanguageModel | undefined =>
    second() ?? (models?.second && models.remoteHost !== undefined ? undefined : loaded);

  const loadNamed = async (spec: string, isAlone = false): Promise<LanguageModel> => {
    const found = await loader.load(spec, isAlone, (part) => {
      fraction = part;
      changed();
    });
    models = found;
    return found.chat;
  };

  /** The next smaller model that is here, and the next, then the server; undefined when none of them runs either. */
  const takeOver = async (error: ErrorReport): Promise<LanguageModel | undefined> => {
    const failed = inUse();
    for (const choice of successors(await source.choices(), failed, options.remoteMayStandIn())) {
      try {
        const model = await loadNamed(choice.name, true);
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
      return (loaded = logged(models?.remoteHost === undefined ? createRelayModel(model, takeOver) : model));
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
    models = undefined;
    failure = undefined;
    standIn = undefined;
    gaveUp = undefined;
    rested = undefined;
    await supervisor.unload();
    changed();
  };

  const completes = (): boolean => {
    const model = completing();
    return model !== undefined && completionModel(model) !== undefined;
  };
  /** Makes `name` the model for a use; false where it is that already. */
  const choose = async (name: string, use: ModelUse | undefined): Promise<boolean> => {
    const now = { chat: wanted(), completion: options.completionSelected() };
    const choice = chosenFor(name, use ?? defaultUse(name), now);
    const { chat = now.chat, completion } = choice;
    if (chat === now.chat && completion === (now.completion ?? '')) return false;
    await unload();
    await options.select(choice);
    return true;
  };
  /** Who has a second model, or takes one that does not complete, means the chat. */
  const defaultUse = (name: string): ModelUse => {
    const completesCode = choices.find((choice) => choice.name === name)?.completes !== false;
    return completesCode && options.completionSelected() === undefined ? 'both' : 'chat';
  };

  const view = (): ModelView => {
    const name = download?.name ?? inUse();
    const choice = choices.find((candidate) => candidate.name === name);
    const base = {
      name,
      label: labelOf(name),
      ...(loaded ? { completes: completes() } : {}),
      ...(models?.second
        ? {
            second: {
              ...secondView(models.second, second() !== undefined, supervisor.loaded),
              name: labelOf(models.second.name),
            },
          }
        : {}),
    };
    const remoteHost = models?.remoteHost;
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
    name: inUse,
    view,
    choices: () => choices,
    onChange: changes.on,
    refresh,
    model: (signal) => (loaded ? Promise.resolve(loaded) : orAborted(begin(), signal)),
    modelUnasked: async (signal) => {
      if (loaded) return completing();
      const { state } = view();
      // A model that failed is tried again when somebody asks, not at each keystroke.
      if (state !== 'stopped' && state !== 'loading') return undefined;
      return orAborted(
        begin().then(completing, () => undefined),
        signal,
      );
    },
    pick: async (name, use) => {
      if (!(await choose(name, use)) && loaded) return;
      changed();
      // The panel shows how it ends.
      begin().catch(() => undefined);
    },
    download: async (name, use) => {
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
        await choose(name, use);
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
        // With a second model the memory is planned anew.
        const isSimple = models?.remoteHost === undefined && !models?.second && standIn === undefined;
        if (loaded && isSimple) await supervisor.restart();
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
      models = undefined;
      rested = why;
      await supervisor.unload();
      changed();
    },
    dropSecond: async () => {
      if (!(await supervisor.dropCompletion()) || !models?.second) return false;
      const { name } = models.second;
      const why = 'It was unloaded, since the computer ran short of memory.';
      models = { ...models, second: { name, why } };
      const first = labelOf(inUse());
      options.notice({
        code: 'second-model-dropped',
        happened: `The computer ran short of memory, so ${labelOf(name)}, the model for completions, was unloaded.`,
        kept: completes() ? `${first} completes as well.` : `${first} goes on; it does not complete code.`,
        next: 'Restart the engine to load both again.',
      });
      changed();
      return true;
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

/** The user's choice once `name` is meant for `use`. A model for the chat alone leaves completions where they are. */
function chosenFor(
  name: string,
  use: ModelUse,
  now: { chat: string; completion: string | undefined },
): ModelSelection {
  switch (use) {
    case 'both':
      return { chat: name, completion: '' };
    case 'chat': {
      const completion = now.completion ?? now.chat;
      return { chat: name, completion: completion === name || isRemoteSpec(completion) ? '' : completion };
    }
    case 'completion':
      return { completion: name === now.chat ? '' : name };
  }
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
