/** Loads what the user has chosen: the chat's model, here or on a server, and the second one that completes. */
import { reportOf } from '../base/errors';
import type { EngineSupervisor } from '../model/engine-supervisor';
import type { LanguageModel } from '../model/language-model';
import { completionLaneTokens, type LoadPlan, type SecondPlan } from '../model/load-plan';
import { isRemoteSpec } from '../model/remote/address';
import type { RemoteModel } from '../model/remote/remote-model';
import type { ResolvedModel } from '../model/resolve-model';
import type { CompletionModelParams, LoadParams } from '../protocol/engine';
import { chosenSecond, plannedSecond, type Second } from './second-model';

/** What the plan is made for; a size that the user has set is kept. Tokens. */
export interface PlanWishes {
  chat: { size: number; fixed: boolean } | undefined;
  completion: number | undefined;
  second: CompletionModelParams | undefined;
}

export interface ModelPlan extends Pick<LoadPlan, 'lanes' | 'kvType'> {
  /** What was measured to be best here; what the user has set goes before it. */
  tuned?: Pick<LoadParams, 'threads' | 'batchSize'>;
  /** Of the second model, where one was wished for. */
  second?: SecondPlan;
  /** Bytes that the first model is to take. */
  predicted: number;
}

/** What the models were to take and took right after loading, before a prompt, in bytes. */
export interface MemoryFigures {
  predicted: number;
  measured: number;
}

export interface LoaderOptions {
  supervisor: EngineSupervisor;
  /** Rejects with a `UserError` when the model is not there or its file is not sound. */
  resolve: (spec: string) => Promise<ResolvedModel>;
  /** Connects to the server that a `remote:` names. Rejects with a `UserError`. */
  connect(spec: string, contextSize: number | undefined): Promise<RemoteModel>;
  /** The user's choice of a model of its own for completions; undefined where the chat's completes. */
  completionSelected(): string | undefined;
  params(): Omit<LoadParams, 'modelPath' | 'lanes' | 'kvType'> & { contextSize: number | undefined };
  /** How much of the free memory the models may take decides; see `model/load-plan.ts`. */
  plan(modelPath: string, wishes: PlanWishes): Promise<ModelPlan>;
  /** Told after each load, so that the prediction can be held against it. */
  onMemory?: (figures: MemoryFigures) => void;
}

export interface LoadedModels {
  chat: LanguageModel;
  /** The host that has the chat's model; undefined for one on this computer. */
  remoteHost: string | undefined;
  /** What became of the user's wish for a second model; undefined where there is none. */
  second: Second | undefined;
  /** The second model while it is loaded. */
  secondModel(): LanguageModel | undefined;
}

export interface ModelLoader {
  /** `isAlone`: without a second model, for one that stands in for another. Rejects with a `UserError`. */
  load(spec: string, isAlone: boolean, onProgress: (fraction: number) => void): Promise<LoadedModels>;
}

export function createModelLoader(options: LoaderOptions): ModelLoader {
  const { supervisor, resolve } = options;

  const settings = () => {
    const { contextSize, ...engine } = options.params();
    return { contextSize, engine };
  };

  const compare = ({ predicted, second }: ModelPlan): void => {
    const { loaded, completion } = supervisor;
    if (!loaded) return;
    const both = predicted + (completion && second ? second.predicted.total : 0);
    options.onMemory?.({ predicted: both, measured: loaded.residentBytes });
  };

  const loadHere: ModelLoader['load'] = async (spec, isAlone, onProgress) => {
    const { contextSize, engine } = settings();
    const { name, profile, modelPath } = await resolve(spec);
    const chosen = isAlone ? undefined : await chosenSecond(options.completionSelected(), spec, resolve);
    const plan = await options.plan(modelPath, {
      chat: { size: contextSize ?? profile.contextSize, fixed: contextSize !== undefined },
      completion: profile.fillInTheMiddle ? completionLaneTokens : undefined,
      second: chosen?.model && secondParams(chosen.model),
    });
    const { lanes, kvType, tuned } = plan;
    const second = chosen && plannedSecond(chosen, plan.second);
    const completion = second?.model;
    const chat = await supervisor.load(
      {
        name,
        profile,
        params: {
          ...tuned,
          ...engine,
          modelPath,
          lanes,
          kvType,
          ...(completion ? { completionModel: secondParams(completion) } : {}),
        },
        ...(completion ? { completion: { name: completion.name, profile: completion.profile } } : {}),
      },
      onProgress,
    );
    compare(plan);
    return { chat, remoteHost: undefined, second, secondModel: () => supervisor.completion };
  };

  /** The model that completes here while the chat's is on a server. Never rejects. */
  const loadCompletionOnly = async (
    second: Second,
    onProgress: (fraction: number) => void,
  ): Promise<{ second: Second; model?: LanguageModel }> => {
    if (!second.model) return { second };
    try {
      const { name, profile, modelPath } = second.model;
      const wishes = { chat: undefined, completion: completionLaneTokens, second: undefined };
      const plan = await options.plan(modelPath, wishes);
      const { lanes, kvType, tuned } = plan;
      const model = await supervisor.load(
        { name, profile, params: { ...tuned, ...settings().engine, modelPath, lanes, kvType } },
        onProgress,
      );
      compare(plan);
      return { second: { ...second, why: 'It completes here; the chat’s model is on a server.' }, model };
    } catch (error) {
      return { second: { name: second.name, why: reportOf(error).happened } };
    }
  };

  const loadRemote: ModelLoader['load'] = async (spec, isAlone, onProgress) => {
    const chat = await options.connect(spec, settings().contextSize);
    const chosen = isAlone ? undefined : await chosenSecond(options.completionSelected(), spec, resolve);
    const here = chosen && (await loadCompletionOnly(chosen, onProgress));
    return { chat, remoteHost: chat.host, second: here?.second, secondModel: () => here?.model };
  };

  return {
    load: (spec, ...more) => (isRemoteSpec(spec) ? loadRemote : loadHere)(spec, ...more),
  };
}

function secondParams({ modelPath }: ResolvedModel): CompletionModelParams {
  return { modelPath, contextSize: completionLaneTokens };
}
