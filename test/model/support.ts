import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { ModelFile } from '../../src/model/catalogue';
import { makeTinyGguf, type TinyModelOptions } from '../support/make-tiny-gguf.mjs';

/** The bytes of a small model that passes every check. */
export function tinyModel(options: TinyModelOptions = {}): Buffer {
  return makeTinyGguf(options);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function fileOf(bytes: Uint8Array, more: Partial<ModelFile> = {}): ModelFile {
  return {
    name: 'tiny',
    file: 'tiny.gguf',
    bytes: bytes.length,
    sha256: sha256(bytes),
    hub: { repository: 'owner/tiny', revision: 'abc', file: 'tiny.gguf' },
    ...more,
  };
}

/** A folder that is gone after the test. */
export async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-model-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface HubCall {
  url: string;
  range: string | undefined;
}

/** How the server behaves at its n-th call (from 0) to the file itself; null does what a good server does. */
export type Behaviour = (call: number, response: ServerResponse, range: number) => boolean;

/** A hub on a local port: `resolve` redirects to the file with the hub's headers, the file knows ranges. */
export async function withHub<T>(
  bytes: Buffer,
  options: { behave?: Behaviour; headers?: Record<string, string> },
  body: (baseUrl: string, calls: HubCall[]) => Promise<T>,
): Promise<T> {
  const calls: HubCall[] = [];
  let served = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { range } = request.headers;
    calls.push({ url: request.url ?? '', range });
    if (request.url?.includes('/resolve/')) {
      response.writeHead(302, {
        location: '/cdn/file',
        'x-linked-etag': `"${sha256(bytes)}"`,
        'x-linked-size': String(bytes.length),
        ...options.headers,
      });
      response.end();
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (options.behave?.(served++, response, start)) return;
    serve(bytes, start, range !== undefined, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Answers as a server that knows ranges. */
export function serve(bytes: Buffer, start: number, ranged: boolean, response: ServerResponse): void {
  if (start >= bytes.length) {
    response.writeHead(416).end();
    return;
  }
  const rest = bytes.subarray(start);
  response.writeHead(ranged ? 206 : 200, {
    'content-length': String(rest.length),
    ...(ranged ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  response.end(rest);
}
