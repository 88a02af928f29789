/** A request to the model in the words of a server's routes. Pure, so that what is sent can be shown before. */
import type { GenerateRequest } from '../language-model';
import { type RemoteMessage, infillOf, messagesOf, promptAsText, withoutControls } from './prompt-parts';
import type { RemoteServer } from './server';

export type Route = '/v1/completions' | '/v1/chat/completions' | '/infill';

export interface RemoteBody {
  route: Route;
  /** Fields that every server takes. */
  core: Record<string, unknown>;
  /** Fields that make the answer better; left out for a server that refuses them. */
  extra: Record<string, unknown>;
  /** What the answer is a continuation of, where the server may begin anew. */
  prefill: string;
  /** Texts that the answer is restricted to, where the server holds no grammar. */
  choices: string[] | undefined;
  /** Undoes what kept the user's text from spelling control tokens. */
  restore: (answer: string) => string;
}

/** OpenAI's own limit. */
const maxStops = 4;
/** Tokens for an answer of one word that no grammar holds. */
const wordTokens = 8;

export function remoteBody(server: RemoteServer, request: GenerateRequest): RemoteBody {
  const route = request.lane === 'chat' ? server.chat : server.completion;
  const holdsGrammar = server.kind === 'llama.cpp' && route === 'rendered';
  const choices = holdsGrammar ? undefined : choicesOf(request.grammar);
  const sampling = samplingFields(server, request);
  const stop = (request.stop ?? []).filter((text) => text !== '');
  const maxTokens = choices ? Math.max(request.maxTokens, wordTokens) : request.maxTokens;
  const common = { model: server.model, max_tokens: maxTokens, stream: true, ...sampling.core };
  const extra = {
    ...sampling.extra,
    stream_options: { include_usage: true },
    ...(request.probabilities ? { logprobs: 1 } : {}),
    ...(holdsGrammar && typeof request.grammar === 'string' ? { grammar: request.grammar } : {}),
    ...(server.kind === 'vllm' && choices ? { structured_outputs: { choice: choices } } : {}),
  };
  const begun = beginGrammar(server, request);
  if (route === 'messages') {
    const { parts, restore } = withoutControls(server.profile.template, request.prompt);
    const messages = messagesOf(parts);
    const last = messages.at(-1);
    const prefill = last?.role === 'assistant' ? last.content : '';
    return {
      route: '/v1/chat/completions',
      // A stop that the beginning itself holds would end an answer that repeats it.
      core: { ...common, messages, ...stopField(stop.filter((text) => !`\n${prefill}`.includes(text))) },
      extra: {
        ...extra,
        ...(request.probabilities ? { logprobs: true } : {}),
        ...continuation(server, messages),
      },
      prefill,
      choices,
      restore,
    };
  }
  if (route === 'infill' || route === 'suffix') {
    const { prefix, suffix, files } = infillOf(request.prompt);
    const plain = { prefill: '', choices, restore: (answer: string): string => answer };
    if (route === 'suffix') {
      const core = { ...common, prompt: prefix, suffix, ...stopField(stop) };
      return { route: '/v1/completions', core, extra, ...plain };
    }
    const context = files.map((file) => ({ filename: file.path, text: file.text }));
    return {
      route: '/infill',
      core: {
        input_prefix: prefix,
        input_suffix: suffix,
        ...(context.length > 0 ? { input_extra: context } : {}),
        n_predict: request.maxTokens,
        stream: true,
        ...sampling.core,
        ...stopField(stop),
      },
      extra: { cache_prompt: true, ...begun, ...(request.probabilities ? { n_probs: 1 } : {}) },
      ...plain,
    };
  }
  const { text, restore } = promptAsText(server.profile.template, request.prompt);
  return {
    route: '/v1/completions',
    core: { ...common, prompt: text, ...stopField(stop) },
    extra: { ...extra, ...begun },
    prefill: '',
    choices,
    restore,
  };
}

function samplingFields(
  { kind }: RemoteServer,
  { sampling }: GenerateRequest,
): { core: Record<string, unknown>; extra: Record<string, unknown> } {
  const { temperature, topP, topK, minP, repeatPenalty, seed } = sampling;
  const own = kind === 'llama.cpp' || kind === 'vllm';
  return {
    core: { temperature, ...(topP === undefined ? {} : { top_p: topP }) },
    extra: {
      ...(seed === undefined ? {} : { seed }),
      ...(own && topK !== undefined ? { top_k: topK } : {}),
      ...(own && minP !== undefined ? { min_p: minP } : {}),
      ...(repeatPenalty === undefined || !own
        ? {}
        : kind === 'vllm'
          ? { repetition_penalty: repeatPenalty }
          : { repeat_penalty: repeatPenalty }),
      ...(kind === 'llama.cpp' ? { cache_prompt: true } : {}),
      // Control tokens stay out of the answer; the profile's stop texts are then the server's own.
      ...(kind === 'vllm' ? { skip_special_tokens: true } : {}),
    },
  };
}

/**
 * Holds an answer to the beginning that is wanted, where the server can. Elsewhere the answer may go another way, as
 * the port allows; appended to the prompt, half a word would be read as a token that it is not.
 */
function beginGrammar({ kind }: RemoteServer, { begin, grammar }: GenerateRequest): Record<string, unknown> {
  if (kind !== 'llama.cpp' || begin === undefined || begin === '' || grammar !== undefined) return {};
  return { grammar: `root ::= ${JSON.stringify(begin)} [^\\x01]*` };
}

function stopField(stop: readonly string[]): Record<string, unknown> {
  return stop.length === 0 ? {} : { stop: stop.slice(0, maxStops) };
}

/** How vLLM is told to go on with the last message; llama.cpp's server and Ollama do so by themselves. */
function continuation({ kind }: RemoteServer, messages: readonly RemoteMessage[]): Record<string, unknown> {
  return kind === 'vllm' && messages.at(-1)?.role === 'assistant'
    ? { continue_final_message: true, add_generation_prompt: false }
    : {};
}

/** The texts of a grammar that is nothing but a choice between texts. */
export function choicesOf(grammar: GenerateRequest['grammar']): string[] | undefined {
  if (typeof grammar !== 'string') return undefined;
  const match = /^\s*root\s*::=\s*("[^"\\]*"(?:\s*\|\s*"[^"\\]*")*)\s*$/.exec(grammar);
  return match?.[1]?.split('|').map((text) => text.trim().slice(1, -1));
}
