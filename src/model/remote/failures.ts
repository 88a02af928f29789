/** What a server answers when it does not do what it was asked, as errors that say what to do. */
import { UserError } from '../../base/errors';

/** One try failed and another may work. */
export class RemoteRetry extends Error {
  constructor(
    readonly final: UserError,
    /** Milliseconds that the server asks to wait. */
    readonly afterMs?: number,
  ) {
    super(final.message);
  }
}

/** The server refused the request's form; one with fewer fields may pass. */
export class RemoteBadRequest extends UserError {}

const kept = 'What was written until then is kept.';

/** The error for a status of 300 and more. `detail` is the server's own text, already shortened. */
export function failureOfStatus(
  { status, headers, host }: { status: number; headers: Headers; host: string },
  detail: string,
): Error {
  const said = detail === '' ? '' : ` It says: ${detail}`;
  if (status >= 300 && status < 400) {
    return new UserError(
      'remote-redirect',
      `${host} sends requests on to ${headers.get('location') ?? 'another address'}.`,
      {
        kept: 'Nothing was sent there, and the key was not either.',
        next: 'If you trust that address, set it as the server.',
      },
    );
  }
  if (status === 401 || status === 403) {
    return new UserError('remote-key', `${host} does not accept the key (${status}).${said}`, {
      kept,
      next: 'Set the key: “Thimble: Set Key of the Remote Server”, or THIMBLE_REMOTE_KEY at the command line.',
    });
  }
  if (/context.{0,20}(length|size|window)|exceed_context|too long/i.test(detail) && status < 500) {
    return new UserError('prompt-too-long', `The prompt does not fit into the context of ${host}.${said}`, {
      kept,
      next: 'Start a new chat, or give the server a larger context.',
    });
  }
  if (status === 429) {
    const final = new UserError('remote-busy', `${host} takes no more requests at the moment (429).${said}`, {
      kept,
      next: 'Try again in a moment.',
    });
    return new RemoteRetry(final, retryAfterMs(headers));
  }
  if (status === 404 || status === 405 || status === 501) {
    return new UserError('remote-not-offered', `${host} does not offer that (${status}).${said}`, {
      kept,
      next: 'Check the address and the name of the model.',
    });
  }
  if (status < 500) {
    return new RemoteBadRequest('remote-refused', `${host} refused the request (${status}).${said}`, {
      kept,
      next: 'Check the name of the model, and the log of the server.',
    });
  }
  const final = new UserError('remote-failed', `${host} answered with an error (${status}).${said}`, {
    kept,
    next: 'Try again; if it stays, look into the log of the server.',
  });
  return new RemoteRetry(final, retryAfterMs(headers));
}

/** The connection did not come about or broke. */
export function networkFailure(host: string, cause: unknown): UserError {
  return new UserError('remote-unreachable', `${host} could not be reached: ${deepestMessage(cause)}.`, {
    kept,
    next: 'Check that the server runs, and the address, the network and its certificate.',
    cause,
  });
}

/** Nothing came for longer than is allowed. */
export function stalled(host: string, ms: number): UserError {
  return new UserError('remote-stalled', `${host} sent nothing for ${Math.round(ms / 1000)} seconds.`, {
    kept,
    next: 'Try again, or allow more time (thimble.remote.timeout).',
  });
}

/** The stream ended before the answer did. */
export function endedEarly(host: string): UserError {
  return new UserError('remote-ended', `${host} ended the answer in the middle.`, {
    kept,
    next: 'Try again; if it stays, look into the log of the server.',
  });
}

/** What came is not what the protocol says. */
export function garbled(host: string, what: string): UserError {
  return new UserError('remote-garbled', `${host} answered in a form that is not understood: ${what}.`, {
    kept,
    next: 'Check that the address is one of an OpenAI-compatible server.',
  });
}

/** The server's own error text from an error body, at most 300 characters; empty when it has none. */
export function errorText(body: string): string {
  const text = textIn(body).replace(/\s+/g, ' ').trim();
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

function textIn(body: string): string {
  try {
    const value = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown } | null;
    const error = value?.error;
    const message = typeof error === 'object' ? error.message : (error ?? value?.message);
    return typeof message === 'string' ? message : '';
  } catch {
    // A page of a proxy says nothing to the user.
    return body.trimStart().startsWith('<') ? '' : body;
  }
}

function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  return value !== null && /^\d+$/.test(value) ? Number(value) * 1000 : undefined;
}

/** `fetch` only says “fetch failed”; the reason is inside. */
function deepestMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? deepestMessage(error.cause) : error.message;
}
