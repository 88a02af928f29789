/** Requests to one server: redirects refused, silence limited, tries repeated while nothing has been answered. */
import type { Clock } from '../../base/ports';
import { UserError, isAbort } from '../../base/errors';
import type { RemoteAddress } from './address';
import { RemoteRetry, errorText, failureOfStatus, garbled, networkFailure, stalled } from './failures';

export interface RemoteHttpOptions {
  address: RemoteAddress;
  key: string | undefined;
  clock: Clock;
  fetch?: typeof fetch;
}

/** How long to wait, and how often to try. Milliseconds. */
export interface Patience {
  /** Until the answer begins: a server reads the whole prompt first. */
  firstByteMs: number;
  /** Between two pieces of an answer. */
  stallMs: number;
  /** Tries in all. */
  tries: number;
}

export interface RemoteHttp {
  host: string;
  /** A JSON answer. Rejects with a `UserError`, or with `AbortError` once `signal` aborts. */
  json(path: string, body: unknown, patience: Patience, signal: AbortSignal): Promise<unknown>;
  /**
   * The pieces of an answer as they come. The request is closed when the consumer leaves or `signal` aborts.
   * Failures before the first piece are tried again.
   */
  stream(path: string, body: unknown, patience: Patience, signal: AbortSignal): Promise<RemoteStream>;
}

export interface RemoteStream {
  /** Lower case, without parameters. */
  contentType: string;
  chunks: AsyncIterable<string>;
}

/** Largest JSON answer, in UTF-16 units. */
const maxJsonLength = 32 * 1024 * 1024;
const maxErrorLength = 64 * 1024;
const firstPauseMs = 400;
const longestPauseMs = 30_000;

export function createRemoteHttp(options: RemoteHttpOptions): RemoteHttp {
  const { host } = options.address;
  return {
    host,
    json: (path, body, patience, signal) =>
      repeated(options, patience, signal, async () => {
        const { chunks } = await open(options, path, body, patience, signal);
        const text = await collect(chunks, maxJsonLength);
        if (text === undefined) throw garbled(host, 'the answer is too long');
        try {
          return JSON.parse(text) as unknown;
        } catch {
          throw garbled(host, 'it is no JSON');
        }
      }),
    stream: (path, body, patience, signal) =>
      repeated(options, patience, signal, () => open(options, path, body, patience, signal)),
  };
}

async function repeated<T>(
  { clock }: RemoteHttpOptions,
  { tries }: Patience,
  signal: AbortSignal,
  once: () => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await once();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RemoteRetry)) throw error;
      if (failures >= tries) throw error.final;
      // Spread, so that fifty editors do not come back in the same moment.
      const own = firstPauseMs * 2 ** (failures - 1) * (0.75 + Math.random() / 2);
      await clock.sleep(Math.min(error.afterMs ?? own, longestPauseMs), signal);
    }
  }
}

async function open(
  { address, key, fetch: call = fetch }: RemoteHttpOptions,
  path: string,
  body: unknown,
  patience: Patience,
  signal: AbortSignal,
): Promise<RemoteStream> {
  const { host } = address;
  const guard = createSilenceGuard(patience.firstByteMs, signal);
  try {
    const response = await call(`${address.root}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'text/event-stream, application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The key must not follow to wherever the server points.
      redirect: 'manual',
      signal: guard.signal,
    });
    const pieces = decoded(response, guard, patience.stallMs, host, signal);
    if (!response.ok) {
      const detail = await collect(pieces, maxErrorLength).catch(() => '');
      throw failureOfStatus(
        { status: response.status, headers: response.headers, host },
        errorText(detail ?? ''),
      );
    }
    const contentType =
      (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    return { contentType, chunks: pieces };
  } catch (error) {
    guard.end();
    signal.throwIfAborted();
    if (error instanceof UserError || error instanceof RemoteRetry) throw error;
    // A server that thinks for too long would do so again.
    if (guard.expired()) throw stalled(host, patience.firstByteMs);
    throw new RemoteRetry(networkFailure(host, error));
  }
}

async function* decoded(
  response: Response,
  guard: SilenceGuard,
  stallMs: number,
  host: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    if (!response.body) return;
    for await (const chunk of response.body) {
      guard.touch(stallMs);
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    signal.throwIfAborted();
    throw guard.expired() ? stalled(host, stallMs) : networkFailure(host, error);
  } finally {
    guard.end();
    // Closes the connection where the consumer has left early.
    guard.close();
  }
}

/** The whole text, or undefined when it is longer than `limit`. */
async function collect(chunks: AsyncIterable<string>, limit: number): Promise<string | undefined> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk;
    if (text.length > limit) return undefined;
  }
  return text;
}

/** Reads a stream whole that turned out to be one JSON document. */
export async function wholeJson({ chunks }: RemoteStream, host: string): Promise<unknown> {
  const text = await collect(chunks, maxJsonLength);
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw garbled(host, 'it is neither a stream nor JSON');
  }
}

interface SilenceGuard {
  signal: AbortSignal;
  /** Something came; the next piece has `ms`. */
  touch(ms: number): void;
  expired(): boolean;
  end(): void;
  close(): void;
}

function createSilenceGuard(ms: number, outer: AbortSignal): SilenceGuard {
  const own = new AbortController();
  let expired = false;
  const expire = (): void => {
    expired = true;
    own.abort();
  };
  let timer = setTimeout(expire, ms);
  return {
    signal: AbortSignal.any([own.signal, outer]),
    touch: (next) => {
      clearTimeout(timer);
      timer = setTimeout(expire, next);
    },
    expired: () => expired,
    end: () => clearTimeout(timer),
    close: () => own.abort(),
  };
}
