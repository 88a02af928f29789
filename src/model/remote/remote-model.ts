import { UserError, reportOf } from '../../base/errors';
import type { Clock } from '../../base/ports';
import { PushStream } from '../../base/queue';
import { createStopMatcher } from '../../base/stop-matcher';
import type { GenerateResult, GenerateStats } from '../../protocol/engine';
import type { GenerateEvent, GenerateRequest, LanguageModel } from '../language-model';
import { estimateTokens } from '../token-estimate';
import type { RemoteAddress } from './address';
import { type AnswerEvent, answerEvent } from './answer-events';
import { createCallText, createReasoningTags, onlyChoice, withoutPrefill } from './answer-text';
import { jsonEvents } from './event-stream';
import { RemoteBadRequest, endedEarly, garbled } from './failures';
import { type Patience, type RemoteHttp, type RemoteStream, createRemoteHttp, wholeJson } from './http';
import { type RemoteBody, remoteBody } from './request-bodies';
import { type RemoteServer, discoverServer } from './server';
import { createRemoteTokenizer } from './tokenizer';

/** A request as it would be sent, for the user to read before the first one of a workspace. */
export interface RemoteReview {
  host: string;
  /** Where it goes. */
  url: string;
  model: string;
  /** False when it would cross a network unencrypted. */
  isPrivate: boolean;
  /** The body, as JSON. */
  body: string;
}

export interface RemoteModelOptions {
  address: RemoteAddress;
  key: string | undefined;
  clock: Clock;
  /** Tokens; left out, what the server says. */
  contextSize?: number | undefined;
  /** Milliseconds until an answer begins. */
  timeoutMs?: number | undefined;
  /** Asked before anything of the user's is sent, until it says yes. Never rejects. */
  review: (request: RemoteReview) => Promise<boolean>;
  fetch?: typeof fetch;
}

/** A model on a server, with what is known about it. */
export interface RemoteModel extends LanguageModel {
  readonly server: RemoteServer;
  readonly host: string;
}

const defaultTimeoutMs = 180_000;
/** A completion that takes longer comes after the next keystroke anyway. */
const completionTimeoutMs = 20_000;
const stallMs = 60_000;
/** Events beyond the limit of tokens after which a server that does not know the limit is cut off. */
const eventsOverLimit = 16;

/**
 * Connects to a server: asks for its models and, of llama.cpp, its context. Nothing of the user's is sent yet.
 * Rejects with a `UserError`.
 */
export async function connectRemote(options: RemoteModelOptions, signal: AbortSignal): Promise<RemoteModel> {
  const { address, key } = options;
  if (key !== undefined && !address.isPrivate) {
    throw new UserError('remote-unencrypted-key', `The key would go to ${address.host} unencrypted.`, {
      kept: 'Nothing was sent.',
      next: 'Use an https address, or remove the key.',
    });
  }
  const http = createRemoteHttp(options);
  const wanted = { model: address.model, contextSize: options.contextSize };
  return createRemoteModel(http, await discoverServer(http, wanted, signal), options);
}

function createRemoteModel(http: RemoteHttp, server: RemoteServer, options: RemoteModelOptions): RemoteModel {
  const { address } = options;
  const consent = createConsent(options, server);
  const tokenizer = createRemoteTokenizer(http, server);
  // Set once the server has refused a field that is not of the core.
  const form = { lean: false };
  return {
    name: server.model,
    profile: server.profile,
    server,
    host: address.host,
    contextSize: (lane) => (lane === 'completion' && server.completion === 'none' ? 0 : server.contextSize),
    countTokens: (texts) =>
      consent.given() ? tokenizer.count(texts) : Promise.resolve(texts.map(estimateTokens)),
    generate(request, signal) {
      const stop = new AbortController();
      const stream = new PushStream<GenerateEvent>(() => stop.abort());
      const either = AbortSignal.any([signal, stop.signal]);
      void answer({ http, server, options, consent, form, request, signal: either, stream });
      return stream;
    },
  };
}

interface Consent {
  given(): boolean;
  ask(body: RemoteBody, lane: GenerateRequest['lane']): Promise<boolean>;
}

/** One question at a time; a yes holds for the model's life, a no until the user asks for something again. */
function createConsent({ address, review }: RemoteModelOptions, server: RemoteServer): Consent {
  let given = false;
  let refused = false;
  let asking: Promise<boolean> | undefined;
  return {
    given: () => given,
    ask: async (body, lane) => {
      if (given) return true;
      // Typing is no wish to be asked once more.
      if (refused && lane === 'completion') return false;
      asking ??= review({
        host: address.host,
        url: address.root + body.route,
        model: server.model,
        isPrivate: address.isPrivate,
        body: JSON.stringify({ ...body.core, ...body.extra }, null, 2),
      }).finally(() => (asking = undefined));
      given = await asking;
      refused = !given;
      return given;
    },
  };
}

/** One answer on its way. */
interface Job {
  http: RemoteHttp;
  server: RemoteServer;
  options: RemoteModelOptions;
  consent: Consent;
  form: { lean: boolean };
  request: GenerateRequest;
  signal: AbortSignal;
  stream: PushStream<GenerateEvent>;
}

/** Failures after which the same request may well succeed. */
const retryable = new Set(['remote-ended', 'remote-stalled', 'remote-unreachable']);

async function answer(job: Job): Promise<void> {
  const started = job.options.clock.now();
  const stats = firstStats(job);
  const finish = (result: Omit<GenerateResult, 'stats'>): void => {
    stats.totalMs = job.options.clock.now() - started;
    job.stream.push({ type: 'done', ...result, stats });
  };
  try {
    finish(await exchange(job, stats, started));
  } catch (error) {
    const report = reportOf(error);
    if (job.signal.aborted) finish({ reason: 'cancelled' });
    else {
      // What was written must be worth going on from; a server that never answered was tried already.
      const mayGoOn = retryable.has(report.code) && stats.generatedTokens > 0;
      job.stream.push({ type: 'failed', error: report, retryable: mayGoOn });
    }
  } finally {
    job.stream.end();
  }
}

async function exchange(
  job: Job,
  stats: GenerateStats,
  started: number,
): Promise<Omit<GenerateResult, 'stats'>> {
  const { http, server, request, signal, consent } = job;
  const body = remoteBody(server, request);
  if (!(await consent.ask(body, request.lane))) {
    throw new UserError('remote-not-allowed', `Nothing is sent to ${http.host}: you have not allowed it.`, {
      kept: 'Nothing was sent.',
      next: 'Allow it when you are asked, or choose a model on this computer.',
    });
  }
  signal.throwIfAborted();
  const reader = createReader(job, body, stats, started);
  const response = await send(job, body);
  const events =
    response.contentType === 'application/json'
      ? once(response, http.host)
      : jsonEvents(response.chunks, http.host);
  try {
    return await readAnswer(events, reader, http.host);
  } catch (error) {
    // The answer was whole; only the connection's end was not as it should be.
    if (reader.isComplete() && !signal.aborted) return reader.end();
    throw error;
  }
}

/** Leaving early closes the connection, so that the server stops. */
async function readAnswer(
  events: AsyncIterable<unknown>,
  reader: Reader,
  host: string,
): Promise<Omit<GenerateResult, 'stats'>> {
  for await (const value of events) {
    const event = answerEvent(value);
    if (!event) throw garbled(host, 'an event is of no known form');
    if (event.error !== undefined) {
      throw new UserError('remote-failed', `${host} gave up in the middle. It says: ${event.error}`, {
        kept: 'What was written until then is kept.',
        next: 'Try again; if it stays, look into the log of the server.',
      });
    }
    const ended = reader.take(event);
    if (ended) return ended;
  }
  return reader.end();
}

async function* once(response: RemoteStream, host: string): AsyncGenerator {
  yield await wholeJson(response, host);
}

/** Sends the request; a server that refuses it gets it once more with the fields that every server knows. */
async function send(job: Job, body: RemoteBody): Promise<RemoteStream> {
  const { http, form, request, signal, options } = job;
  const isCompletion = request.lane === 'completion';
  const patience: Patience = {
    firstByteMs: isCompletion ? completionTimeoutMs : (options.timeoutMs ?? defaultTimeoutMs),
    stallMs,
    tries: isCompletion ? 2 : 4,
  };
  const lean = body.core;
  const full = { ...body.core, ...body.extra };
  if (form.lean) return http.stream(body.route, lean, patience, signal);
  try {
    return await http.stream(body.route, full, patience, signal);
  } catch (error) {
    if (!(error instanceof RemoteBadRequest) || signal.aborted) throw error;
    const response = await http.stream(body.route, lean, patience, signal).catch(() => undefined);
    if (!response) throw error;
    form.lean = true;
    return response;
  }
}

interface Reader {
  /** The end of the answer, when this event has brought it. */
  take(event: AnswerEvent): Omit<GenerateResult, 'stats'> | undefined;
  /** The server has said why the answer ends. */
  isComplete(): boolean;
  /** After the last event. Throws when the answer has not come to its end. */
  end(): Omit<GenerateResult, 'stats'>;
}

function createReader(job: Job, body: RemoteBody, stats: GenerateStats, started: number): Reader {
  const { request, stream, http, options } = job;
  const stops = createStopMatcher(request.stop ?? []);
  const filter = body.choices ? onlyChoice(body.choices) : withoutPrefill(body.prefill);
  const tag = createReasoningTags();
  const calls = createCallText();
  let pending: number[] = [];
  let events = 0;
  let finish: AnswerEvent['finish'];

  const emit = (text: string, tokens: number): void => {
    if (text === '') return;
    const probabilities = pending;
    pending = [];
    stream.push({
      type: 'text',
      text: body.restore(text),
      tokens,
      ...(request.probabilities && probabilities.length > 0 ? { probabilities } : {}),
    });
  };
  const pass = (text: string, tokens: number): Omit<GenerateResult, 'stats'> | undefined => {
    const { text: safe, stop } = stops.push(text);
    emit(safe, tokens);
    return stop === undefined ? undefined : { reason: 'stop', stopText: stop };
  };
  const rest = (): Omit<GenerateResult, 'stats'> | undefined => {
    const found = pass(filter.flush() + calls.text(), 0);
    if (!found) emit(stops.flush(), 0);
    return found;
  };

  return {
    take: (event) => {
      pending.push(...event.probabilities);
      calls.add(event.calls);
      if (event.usage) noteUsage(stats, event.usage);
      if (event.promptMs !== undefined) stats.promptMs = event.promptMs;
      const text = tag(event.reasoning, event.text);
      if (text !== '') {
        const now = options.clock.now() - started;
        if (stats.firstTokenMs === null) {
          stats.firstTokenMs = now;
          if (stats.promptMs === 0) stats.promptMs = now;
        }
        const tokens = Math.max(1, event.probabilities.length);
        stats.generatedTokens += tokens;
        events++;
        const ended = pass(filter.push(text), tokens);
        if (ended) return ended;
      }
      finish ??= event.finish;
      // The last event may bring the figures only.
      if (finish === undefined && events > request.maxTokens + eventsOverLimit) {
        return rest() ?? { reason: 'length' };
      }
      return undefined;
    },
    isComplete: () => finish !== undefined,
    end: () => {
      if (finish === undefined) {
        emit(filter.flush() + stops.flush(), 0);
        throw endedEarly(http.host);
      }
      return rest() ?? { reason: finish };
    },
  };
}

function noteUsage(stats: GenerateStats, usage: NonNullable<AnswerEvent['usage']>): void {
  stats.promptTokens = usage.prompt;
  stats.cachedTokens = Math.min(usage.cached, usage.prompt);
  stats.uncachedTokens = usage.prompt - stats.cachedTokens;
  stats.generatedTokens = Math.max(stats.generatedTokens, usage.generated);
}

/** Estimates, until the server tells its counts at the end of the answer. */
function firstStats({ server, request }: Job): GenerateStats {
  const promptTokens = estimateTokens(request.prompt.map(({ text }) => text).join(''));
  return {
    promptTokens,
    cachedTokens: 0,
    uncachedTokens: promptTokens,
    generatedTokens: 0,
    promptMs: 0,
    firstTokenMs: null,
    totalMs: 0,
    contextSize: server.contextSize,
  };
}
