import { UserError } from '../../base/errors';

/** Where a remote model lies. */
export interface RemoteAddress {
  /** Address that `/v1/…` and the server's own routes are put behind; without a slash at the end. */
  root: string;
  /** Model to ask for; undefined leaves the choice to a server that has only one. */
  model: string | undefined;
  /** Host and port, as they are shown while the server is in use. */
  host: string;
  /** What goes over the wire is encrypted, or stays on this computer. */
  isPrivate: boolean;
}

/** What a bare `remote:` stands for. */
export interface RemoteDefaults {
  url?: string | undefined;
  model?: string | undefined;
}

/** Whether a name of a model means a remote server. */
export function isRemoteSpec(spec: string): boolean {
  return spec.startsWith('remote:');
}

/**
 * Reads `remote:`, which means the defaults, or `remote:URL`. Of the URL's path everything behind `/v1/` is the
 * model; where there is no `/v1`, the whole path is. Throws a `UserError` when that names no server.
 */
export function parseRemoteSpec(spec: string, defaults: RemoteDefaults = {}): RemoteAddress {
  const own = spec.slice('remote:'.length).trim();
  const text = own === '' ? (defaults.url ?? '').trim() : own;
  if (text === '') {
    throw new UserError('remote-not-set', 'No remote server is set.', {
      next: 'Set its address: thimble.remote.url in the settings, THIMBLE_REMOTE_URL at the command line, or remote:https://host/model.',
    });
  }
  const url = readUrl(text);
  const { prefix, rest } = splitPath(url.pathname);
  const named = decodeURIComponent(rest);
  const model = named === '' ? defaults.model?.trim() : named;
  return {
    root: `${url.origin}${prefix}`,
    model: model === '' ? undefined : model,
    host: url.host,
    isPrivate: url.protocol === 'https:' || isLoopback(url.hostname),
  };
}

function readUrl(text: string): URL {
  const wrong = (happened: string): UserError =>
    new UserError('remote-address', happened, {
      kept: 'Nothing was sent.',
      next: 'Give an address such as https://models.example.com or http://127.0.0.1:8080.',
    });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong(`“${text}” is no address of a server.`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw wrong(`A remote server is reached by http or https, not by ${url.protocol.slice(0, -1)}.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('A key does not belong into the address: it would be shown and logged.');
  }
  return url;
}

function splitPath(pathname: string): { prefix: string; rest: string } {
  const path = pathname.replace(/^\/+|\/+$/g, '');
  const match = /^(?:(.*?)\/)?v1(?:\/(.*))?$/.exec(path);
  if (!match) return { prefix: '', rest: path };
  const before = match[1] ?? '';
  return { prefix: before === '' ? '' : `/${before}`, rest: match[2] ?? '' };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
