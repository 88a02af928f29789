import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

/** Answers one request; `closed` says whether the client has hung up. */
export type FakeHandler = (
  request: FakeRequest,
  response: ServerResponse,
  closed: () => boolean,
) => void | Promise<void>;

export interface FakeRemote {
  url: string;
  requests: FakeRequest[];
  /** Requests whose connection the client closed before the answer's end. */
  abandoned: () => number;
  close(): Promise<void>;
}

/** A server on this computer that answers as `handlers` say, by path; `/v1/models` is there unless they say else. */
export async function fakeRemote(
  handlers: Record<string, FakeHandler>,
  models: unknown = { data: [{ id: 'qwen2.5-coder-7b', owned_by: 'vllm', max_model_len: 4096 }] },
): Promise<FakeRemote> {
  const requests: FakeRequest[] = [];
  let abandoned = 0;
  const server = createServer((message, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of message) text += String(chunk);
      const request: FakeRequest = {
        method: message.method ?? '',
        path: message.url ?? '',
        headers: message.headers,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
      requests.push(request);
      let gone = false;
      response.on('close', () => {
        if (response.writableFinished) return;
        gone = true;
        abandoned++;
      });
      const handler = handlers[request.path];
      if (handler) await handler(request, response, () => gone);
      else if (request.path === '/v1/models') json(response, models);
      else json(response, { error: { message: 'no such route' } }, 404);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    abandoned: () => abandoned,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(response: ServerResponse, value: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** Begins a stream of events. */
export function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

export function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** A whole answer of `/v1/completions`, piece by piece. */
export function completionEvents(pieces: readonly string[], finish = 'stop'): string[] {
  return [
    ...pieces.map((text) => event({ choices: [{ text, finish_reason: null }] })),
    event({ choices: [{ text: '', finish_reason: finish }] }),
    event({
      choices: [],
      usage: {
        prompt_tokens: 20,
        completion_tokens: pieces.length,
        prompt_tokens_details: { cached_tokens: 12 },
      },
    }),
    'data: [DONE]\n\n',
  ];
}

export function chatEvents(deltas: readonly object[], finish = 'stop'): string[] {
  return [
    ...deltas.map((delta) => event({ choices: [{ delta, finish_reason: null }] })),
    event({ choices: [{ delta: {}, finish_reason: finish }] }),
    'data: [DONE]\n\n',
  ];
}

/** A handler that streams the given text as it is. */
export function streaming(pieces: readonly string[]): FakeHandler {
  return (_request, response) => {
    openStream(response);
    for (const piece of pieces) response.write(piece);
    response.end();
  };
}
