/** One event of an answer, in whichever of the routes' forms it comes. */
import * as v from 'valibot';

export interface AnswerEvent {
  text: string;
  /** What the model thinks, where the server keeps it apart. */
  reasoning: string;
  /** Probabilities of the tokens, as far as they are told. */
  probabilities: number[];
  /** Pieces of calls that the server has read out of the text. */
  calls: { index: number; name: string; arguments: string }[];
  finish: 'end' | 'length' | undefined;
  usage: { prompt: number; cached: number; generated: number } | undefined;
  /** The server's own figures, in milliseconds. */
  promptMs: number | undefined;
  /** The server tells of a failure in the stream. */
  error: string | undefined;
}

const count = v.optional(v.nullable(v.number()));
const logprobs = v.optional(
  v.nullable(
    v.looseObject({
      content: v.optional(v.nullable(v.array(v.looseObject({ logprob: v.number() })))),
      token_logprobs: v.optional(v.nullable(v.array(v.nullable(v.number())))),
    }),
  ),
);
const toolCalls = v.optional(
  v.nullable(
    v.array(
      v.looseObject({
        index: v.optional(v.number()),
        function: v.optional(
          v.looseObject({
            name: v.optional(v.nullable(v.string())),
            arguments: v.optional(v.nullable(v.string())),
          }),
        ),
      }),
    ),
  ),
);
const message = v.optional(
  v.nullable(
    v.looseObject({
      content: v.optional(v.nullable(v.string())),
      reasoning_content: v.optional(v.nullable(v.string())),
      reasoning: v.optional(v.nullable(v.string())),
      tool_calls: toolCalls,
    }),
  ),
);
const schema = v.looseObject({
  error: v.optional(v.nullable(v.union([v.string(), v.looseObject({ message: v.optional(v.string()) })]))),
  choices: v.optional(
    v.nullable(
      v.array(
        v.looseObject({
          text: v.optional(v.nullable(v.string())),
          delta: message,
          message,
          logprobs,
          finish_reason: v.optional(v.nullable(v.string())),
        }),
      ),
    ),
  ),
  usage: v.optional(
    v.nullable(
      v.looseObject({
        prompt_tokens: count,
        completion_tokens: count,
        prompt_tokens_details: v.optional(v.nullable(v.looseObject({ cached_tokens: count }))),
      }),
    ),
  ),
  timings: v.optional(v.nullable(v.looseObject({ cache_n: count, prompt_ms: count }))),
  // llama.cpp's own form, of `/infill`.
  content: v.optional(v.nullable(v.string())),
  stop: v.optional(v.boolean()),
  stop_type: v.optional(v.string()),
  tokens_predicted: count,
  tokens_evaluated: count,
  tokens_cached: count,
  completion_probabilities: v.optional(
    v.nullable(v.array(v.looseObject({ logprob: v.optional(v.number()) }))),
  ),
});

type Raw = v.InferOutput<typeof schema>;

/** The event, or undefined for an object of no known form. */
export function answerEvent(value: unknown): AnswerEvent | undefined {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) return undefined;
  const raw = parsed.output;
  const known = raw.error ?? raw.choices ?? raw.usage ?? raw.content ?? raw.stop;
  if (known === undefined) return undefined;
  const choice = raw.choices?.[0];
  const said = choice?.delta ?? choice?.message;
  return {
    text: choice?.text ?? said?.content ?? raw.content ?? '',
    reasoning: said?.reasoning_content ?? said?.reasoning ?? '',
    probabilities: probabilitiesOf(raw),
    calls: (said?.tool_calls ?? []).map((call, index) => ({
      index: call.index ?? index,
      name: call.function?.name ?? '',
      arguments: call.function?.arguments ?? '',
    })),
    finish: finishOf(raw),
    usage: usageOf(raw),
    promptMs: raw.timings?.prompt_ms ?? undefined,
    error: errorOf(raw),
  };
}

function probabilitiesOf(raw: Raw): number[] {
  const told = raw.choices?.[0]?.logprobs;
  const logs =
    told?.content?.map(({ logprob }) => logprob) ??
    told?.token_logprobs ??
    raw.completion_probabilities?.map(({ logprob }) => logprob);
  return (logs ?? []).filter((value) => typeof value === 'number').map(Math.exp);
}

function finishOf(raw: Raw): AnswerEvent['finish'] {
  const reason = raw.choices?.[0]?.finish_reason;
  if (typeof reason === 'string') return reason === 'length' ? 'length' : 'end';
  if (raw.stop !== true) return undefined;
  return raw.stop_type === 'limit' ? 'length' : 'end';
}

function usageOf(raw: Raw): AnswerEvent['usage'] {
  const { usage, timings } = raw;
  if (usage) {
    return {
      prompt: usage.prompt_tokens ?? 0,
      cached: usage.prompt_tokens_details?.cached_tokens ?? timings?.cache_n ?? 0,
      generated: usage.completion_tokens ?? 0,
    };
  }
  if (raw.stop !== true) return undefined;
  return {
    prompt: raw.tokens_evaluated ?? 0,
    cached: timings?.cache_n ?? 0,
    generated: raw.tokens_predicted ?? 0,
  };
}

function errorOf({ error }: Raw): string | undefined {
  if (error === undefined || error === null) return undefined;
  return typeof error === 'string' ? error : (error.message ?? 'an error without a text');
}
