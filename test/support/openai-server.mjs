/**
 * A server of OpenAI's routes without a model: it answers each request with words that name the request, so that a
 * reader can tell whether its stream is whole and its own. `openai-server.mjs PIECES PACE_MS`; it ends with its parent.
 */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

/** What stands in a prompt for its request's name. */
const nameInPrompt = /request (\S+)\./;

/** The words of an answer, in order. */
export function answerWords(name, pieces) {
  return Array.from({ length: pieces }, (_, index) => `${name}:${index} `);
}

/** Listens on a free port of this computer. `paceMs` lies between two words. */
export async function startOpenAiServer({ pieces, paceMs }) {
  const server = createServer((request, response) => {
    answer(request, response, pieces, paceMs).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function answer(request, response, pieces, paceMs) {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  if (request.url === '/v1/models') {
    const model = { id: 'qwen2.5-coder-7b', owned_by: 'vllm', max_model_len: 8192 };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: [model] }));
    return;
  }
  const name = nameInPrompt.exec(JSON.parse(text).prompt)?.[1] ?? 'nobody';
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (value) => response.write(`data: ${JSON.stringify(value)}\n\n`);
  for (const word of answerWords(name, pieces)) {
    event({ choices: [{ text: word, finish_reason: null }] });
    if (paceMs > 0) await sleep(paceMs);
  }
  event({ choices: [{ text: '', finish_reason: 'stop' }] });
  response.end('data: [DONE]\n\n');
}

/** The least that a client can do with the same server: the text of an answer, as it comes. */
export async function plainRequest(url, body) {
  const response = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.text();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [pieces, paceMs] = process.argv.slice(2).map(Number);
  const { url } = await startOpenAiServer({ pieces, paceMs });
  process.stdout.write(`listening on ${url}\n`);
  process.stdin.on('end', () => process.exit(0)).resume();
}
