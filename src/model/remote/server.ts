/** What a server is, found out by what it says about itself; no code of the user's is sent for it. */
import * as v from 'valibot';
import { UserError } from '../../base/errors';
import { profiles } from '../profiles';
import type { ModelProfile } from '../profile';
import { garbled } from './failures';
import type { Patience, RemoteHttp } from './http';
import { infillMarks } from './prompt-parts';

/** Programs that differ in what they offer beside OpenAI's routes. */
export type ServerKind = 'llama.cpp' | 'vllm' | 'ollama' | 'lm-studio' | 'other';

export interface RemoteServer {
  kind: ServerKind;
  /** The name that the server knows the model by. */
  model: string;
  /** Tokens of context that one request may use. */
  contextSize: number;
  profile: ModelProfile;
  /**
   * How a chat is asked for: `rendered` as one text in the model's own template, which keeps the beginning of an
   * answer and a grammar; `messages` where only the server knows the template.
   */
  chat: 'rendered' | 'messages';
  /** How code is completed: as one text, by llama.cpp's `/infill`, or by OpenAI's `suffix`. */
  completion: 'rendered' | 'infill' | 'suffix' | 'none';
}

const owners: Record<string, ServerKind> = {
  llamacpp: 'llama.cpp',
  vllm: 'vllm',
  library: 'ollama',
  organization_owner: 'lm-studio',
};

/** For a server that does not say how much it takes. */
const assumedContext = 8192;

const patience: Patience = { firstByteMs: 15_000, stallMs: 15_000, tries: 3 };

const modelList = v.object({
  data: v.array(
    v.looseObject({
      id: v.string(),
      owned_by: v.optional(v.nullable(v.string())),
      max_model_len: v.optional(v.nullable(v.number())),
    }),
  ),
});
const properties = v.looseObject({ default_generation_settings: v.looseObject({ n_ctx: v.number() }) });

/** Rejects with a `UserError` when there is no such server or no such model. */
export async function discoverServer(
  http: RemoteHttp,
  wanted: { model: string | undefined; contextSize: number | undefined },
  signal: AbortSignal,
): Promise<RemoteServer> {
  const list = await listModels(http, signal);
  if (list === undefined) {
    if (wanted.model === undefined) throw unnamed(http.host, []);
    return describe('other', wanted.model, wanted.contextSize ?? assumedContext);
  }
  const owner = list[0]?.owned_by ?? '';
  const kind = owners[owner] ?? 'other';
  const found = list.find(({ id }) => id === wanted.model) ?? (list.length === 1 ? list[0] : undefined);
  // llama.cpp's server has one model and answers with it whatever it is called.
  const model = kind === 'llama.cpp' ? found : list.find(({ id }) => id === (wanted.model ?? found?.id));
  if (!model) {
    const names = list.map(({ id }) => id);
    throw wanted.model === undefined ? unnamed(http.host, names) : unknown(http.host, wanted.model, names);
  }
  const stated =
    kind === 'llama.cpp' ? await contextOfLlama(http, signal) : (model.max_model_len ?? undefined);
  return describe(kind, model.id, wanted.contextSize ?? stated ?? assumedContext);
}

async function listModels(
  http: RemoteHttp,
  signal: AbortSignal,
): Promise<v.InferOutput<typeof modelList>['data'] | undefined> {
  let answer: unknown;
  try {
    answer = await http.json('/v1/models', undefined, patience, signal);
  } catch (error) {
    // A gateway need not list what it has.
    if (error instanceof UserError && error.code === 'remote-not-offered') return undefined;
    throw error;
  }
  const parsed = v.safeParse(modelList, answer);
  if (!parsed.success) throw garbled(http.host, 'it lists no models');
  return parsed.output.data;
}

async function contextOfLlama(http: RemoteHttp, signal: AbortSignal): Promise<number | undefined> {
  try {
    const answer = await http.json('/props', undefined, patience, signal);
    const parsed = v.safeParse(properties, answer);
    return parsed.success ? parsed.output.default_generation_settings.n_ctx : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Families by the names that servers give models. The first that fits counts. */
const families: { name: RegExp; family: keyof typeof profiles }[] = [
  { name: /qwen-?2\.5-?coder/i, family: 'qwen2.5-coder' },
  { name: /qwen-?3-?coder/i, family: 'qwen3-coder' },
  { name: /qwen-?3(?![.\d])/i, family: 'qwen3' },
  { name: /gemma-?3(?!n)/i, family: 'gemma3' },
];

/** What may be asked of a model, by the program that serves it and by its name. */
export function describe(kind: ServerKind, model: string, contextSize: number): RemoteServer {
  const family = families.find(({ name }) => name.test(model))?.family;
  const known: ModelProfile | undefined = family && profiles[family];
  // The others put a template of their own around the text of /v1/completions, or may do so.
  const raw = kind === 'llama.cpp' || kind === 'vllm';
  const completion = completionRoute(kind, known);
  const fillInTheMiddle = completion === 'rendered' ? known?.fillInTheMiddle : infillMarks;
  return {
    kind,
    model,
    contextSize,
    chat: known && raw ? 'rendered' : 'messages',
    completion,
    profile: {
      ...(known ?? unknownProfile),
      ...(known && raw ? {} : { template: 'roles', stop: [] }),
      contextSize,
      fillInTheMiddle: completion === 'none' ? undefined : fillInTheMiddle,
      abilities: { complete: completion !== 'none', chat: true, edit: known?.abilities.edit ?? true },
    },
  };
}

function completionRoute(kind: ServerKind, known: ModelProfile | undefined): RemoteServer['completion'] {
  if (kind === 'ollama') return known && !known.abilities.complete ? 'none' : 'suffix';
  if (known) return known.fillInTheMiddle && known.abilities.complete ? 'rendered' : 'none';
  return kind === 'llama.cpp' ? 'infill' : 'none';
}

/** A model of no known family: larger than what runs here, or there were no reason to ask it. */
const unknownProfile: ModelProfile = {
  family: 'remote',
  template: 'roles',
  dialect: 'auto',
  bareJsonCalls: true,
  fillInTheMiddle: undefined,
  chatSampling: { temperature: 0.2, topP: 0.95 },
  contextSize: assumedContext,
  stop: [],
  abilities: { complete: false, chat: true, edit: true },
};

function unnamed(host: string, names: string[]): UserError {
  return new UserError('remote-model-unnamed', `${host} has several models, and none is named.`, {
    next: `Name one: thimble.remote.model in the settings, or remote:https://host/MODEL.${listed(names)}`,
  });
}

function unknown(host: string, model: string, names: string[]): UserError {
  return new UserError('remote-model-unknown', `${host} has no model “${model}”.`, {
    next: `Name one that it has.${listed(names)}`,
  });
}

function listed(names: string[]): string {
  return names.length === 0 ? '' : ` There are: ${names.slice(0, 20).join(', ')}.`;
}
