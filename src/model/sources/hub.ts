/**
 * Files of the model hub over HTTPS. The hub answers `resolve` with a redirect whose headers state the file behind
 * the LFS pointer: `x-linked-etag` (its SHA-256) and `x-linked-size` (bytes).
 */
import { UserError } from '../../base/errors';
import type { Clock } from '../../base/ports';
import type { HubAddress, ModelFile } from '../catalogue';
import {
  type FetchedFacts,
  type FetchRequest,
  type ModelSource,
  diskFull,
  isDiskFull,
  keptPart,
} from './source';

export interface HubOptions {
  clock: Clock;
  /** Without a slash at the end. */
  baseUrl?: string;
  fetch?: typeof fetch;
  /** A connection that gives no byte for so long is tried again. */
  stallMs?: number;
  /** Tries in a row that bring nothing before it gives up. */
  tries?: number;
}

const defaultBaseUrl = 'https://huggingface.co';
const longestPauseMs = 60_000;
const mostRedirects = 5;
/** Tries in a row without a connection: waiting longer only delays the next source. */
const triesUnreachable = 2;

/** One try failed and another may work. */
class Retry extends Error {
  constructor(
    readonly final: UserError,
    readonly afterMs?: number,
    /** No connection came about: there is no network, or none to the hub. */
    readonly unreachable = false,
  ) {
    super(final.message);
  }
}

export function createHubSource(options: HubOptions): ModelSource {
  return {
    name: 'hub',
    offers: (file) => file.hub !== undefined,
    fetch: (request) => fetchFromHub(request, options),
  };
}

async function fetchFromHub(request: FetchRequest, options: HubOptions): Promise<FetchedFacts> {
  const tries = options.tries ?? 5;
  for (let failures = 0; ;) {
    const before = request.part.size;
    try {
      return await fetchOnce(request, options);
    } catch (error) {
      request.signal.throwIfAborted();
      if (!(error instanceof Retry)) throw error;
      failures = request.part.size > before ? 1 : failures + 1;
      if (failures >= (error.unreachable ? Math.min(triesUnreachable, tries) : tries)) throw error.final;
      const pause = Math.min(error.afterMs ?? 1000 * 2 ** (failures - 1), longestPauseMs);
      await options.clock.sleep(pause, request.signal);
    }
  }
}

/** One connection, which goes on where the part ends. */
async function fetchOnce(request: FetchRequest, options: HubOptions): Promise<FetchedFacts> {
  const { file, part } = request;
  const stall = createStallGuard(options.stallMs ?? 30_000, request.signal);
  try {
    const { response, stated } = await open(request, options, stall.signal);
    const facts = compareWithCatalogue(file, stated);
    if (response.status === 416) {
      // Nothing lies behind the part's end: it is complete, or longer than the file.
      if (facts.bytes !== undefined && part.size > facts.bytes) {
        await part.truncate(0);
        throw new Retry(network(new Error('the part was longer than the file')));
      }
      return { ...facts, bytes: facts.bytes ?? part.size };
    }
    const start = startOf(response);
    if (start > part.size) throw new Retry(network(new Error('the server skipped bytes')));
    if (start < part.size) await part.truncate(start);
    const length = Number(response.headers.get('content-length') ?? NaN);
    const total = facts.bytes ?? (Number.isFinite(length) ? start + length : undefined);
    await receive(response, request, total, stall.touch);
    if (total !== undefined && part.size < total)
      throw new Retry(network(new Error('the connection ended early')));
    return { ...facts, bytes: total };
  } catch (error) {
    if (error instanceof Retry || error instanceof UserError) throw error;
    if (isDiskFull(error)) throw diskFull(error);
    request.signal.throwIfAborted();
    throw new Retry(network(error), undefined, isUnreachable(error));
  } finally {
    stall.end();
  }
}

async function receive(
  response: Response,
  { part, onBytes }: FetchRequest,
  total: number | undefined,
  touch: () => void,
): Promise<void> {
  if (!response.body) throw new Error('the answer is empty');
  for await (const chunk of response.body) {
    touch();
    if (total !== undefined && part.size + chunk.length > total) {
      throw new UserError('model-size-wrong', 'The hub sent more bytes than the file has.', {
        kept: 'Nothing of it is used.',
        next: 'Try again later, or check the network for something that changes downloads.',
      });
    }
    await part.append(chunk);
    onBytes(part.size, total);
  }
}

/** Follows redirects by hand, since the facts about the file stand on the first answer. */
async function open(
  { file, part }: FetchRequest,
  options: HubOptions,
  signal: AbortSignal,
): Promise<{ response: Response; stated: FetchedFacts }> {
  const call = options.fetch ?? fetch;
  const base = options.baseUrl ?? defaultBaseUrl;
  if (!file.hub) throw new TypeError('the file has no address on the hub');
  let url = new URL(`${base}/${urlPath(file.hub)}`);
  const stated: FetchedFacts = { bytes: undefined, sha256: undefined };
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const response = await call(url, {
      // Without `identity` a proxy might compress, and the ranges would not fit.
      headers: { 'accept-encoding': 'identity', ...(part.size > 0 ? { range: `bytes=${part.size}-` } : {}) },
      redirect: 'manual',
      signal,
    });
    noteFacts(response.headers, stated);
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel();
      const target = new URL(location, url);
      if (url.protocol === 'https:' && target.protocol !== 'https:') throw unsafeRedirect(target);
      url = target;
      continue;
    }
    if (response.ok || response.status === 416) return { response, stated };
    await response.body?.cancel();
    throw failureOf(response, file);
  }
  throw new Retry(network(new Error('too many redirects')));
}

function urlPath({ repository, revision, file }: HubAddress): string {
  const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
  return `${encoded(repository)}/resolve/${encodeURIComponent(revision)}/${encoded(file)}`;
}

function noteFacts(headers: Headers, stated: FetchedFacts): void {
  const tag = /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(headers.get('x-linked-etag') ?? '')?.[1];
  const size = Number(headers.get('x-linked-size') ?? NaN);
  if (tag !== undefined) stated.sha256 ??= tag.toLowerCase();
  if (Number.isSafeInteger(size) && size > 0) stated.bytes ??= size;
}

/** What the hub states must be what the catalogue says, before anything is downloaded. */
function compareWithCatalogue(file: ModelFile, stated: FetchedFacts): FetchedFacts {
  for (const [what, expected, found] of [
    ['size', file.bytes, stated.bytes],
    ['SHA-256', file.sha256, stated.sha256],
  ] as const) {
    if (expected !== undefined && found !== undefined && expected !== found) {
      throw new UserError(
        'model-changed-on-hub',
        `The hub's file is not the one that the catalogue names: its ${what} is ${found}, not ${expected}.`,
        { kept: 'Nothing was downloaded.', next: 'Update Thimble, or choose another model.' },
      );
    }
  }
  const sha256 = file.sha256 ?? stated.sha256;
  if (sha256 === undefined) {
    throw new UserError(
      'model-hash-unknown',
      'The hub states no SHA-256 for this file, so it could not be checked.',
      {
        kept: 'Nothing was downloaded.',
        next: 'Download the file yourself and give its path as the model.',
      },
    );
  }
  return { bytes: file.bytes ?? stated.bytes, sha256 };
}

/** First byte of the answer's body within the file. */
function startOf(response: Response): number {
  if (response.status !== 206) return 0;
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (start === undefined) throw new Error('the answer does not say which bytes it holds');
  return Number(start);
}

function failureOf(response: Response, file: ModelFile): Error {
  const { status } = response;
  if (status === 404 || status === 410) {
    return new UserError('model-not-on-hub', `The hub has no file for ${file.name} (${status}).`, {
      kept: keptPart,
      next: 'Check the name, or choose another model.',
    });
  }
  if (status === 401 || status === 403) {
    return new UserError('model-gated', `The hub does not give ${file.name} to everybody (${status}).`, {
      kept: keptPart,
      next: 'Download it in a browser after accepting its terms, and give its path as the model.',
    });
  }
  const busy = status === 429;
  const final = new UserError(
    busy ? 'hub-busy' : 'hub-failed',
    busy ? 'The hub limits downloads at the moment (429).' : `The hub answered with an error (${status}).`,
    { kept: keptPart, next: 'Try again in some minutes.' },
  );
  if (!busy && status < 500) return final;
  return new Retry(final, retryAfterMs(response.headers.get('retry-after')));
}

/** `Retry-After` in seconds; a date or nothing leaves the pause to the caller. */
function retryAfterMs(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) * 1000 : undefined;
}

function network(cause: unknown): UserError {
  return new UserError('no-network', `The hub could not be reached: ${deepestMessage(cause)}.`, {
    kept: keptPart,
    next: 'Check the network and the proxy settings, then pull again.',
    cause,
  });
}

function isUnreachable(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'].includes(String(code));
}

/** `fetch` only says “fetch failed”; the reason is inside. */
function deepestMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? deepestMessage(error.cause) : error.message;
}

function unsafeRedirect(target: URL): UserError {
  return new UserError('hub-redirect', `The hub points to an address without encryption (${target.host}).`, {
    kept: keptPart,
    next: 'Check the network for something that redirects downloads.',
  });
}

/** Aborts when `touch` is not called for `stallMs`, or with `outer`. */
function createStallGuard(
  stallMs: number,
  outer: AbortSignal,
): { signal: AbortSignal; touch: () => void; end: () => void } {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error('no answer for too long')), stallMs);
  return {
    signal: AbortSignal.any([stalled.signal, outer]),
    touch: () => timer.refresh(),
    end: () => clearTimeout(timer),
  };
}
