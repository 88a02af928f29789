import assert from 'node:assert/strict';
import type { GenerateEvent, GenerateRequest } from '../../../src/model/language-model';
import { parseRemoteSpec } from '../../../src/model/remote/address';
import {
  type RemoteModelOptions,
  type RemoteReview,
  connectRemote,
} from '../../../src/model/remote/remote-model';
import { fillInTheMiddlePrompt } from '../../../src/prompt/fill-in-the-middle';
import { renderChat } from '../../../src/prompt/chat-template';
import {
  chatEvents,
  completionEvents,
  event,
  type FakeHandler,
  type FakeRemote,
  fakeRemote,
  json,
  openStream,
  streaming,
} from '../../support/fake-remote';

const never = new AbortController().signal;
/** Time that passes at once, so that pauses cost nothing. */
const clock = { now: () => performance.now(), sleep: () => Promise.resolve() };
const llama = { data: [{ id: 'qwen2.5-coder-1.5b', owned_by: 'llamacpp' }] };
const unknownLlama = { data: [{ id: 'something-else', owned_by: 'llamacpp' }] };
const gateway = { data: [{ id: 'big', owned_by: 'openai' }] };

const request = (part: Partial<GenerateRequest> = {}): GenerateRequest => ({
  lane: 'chat',
  prompt: renderChat('chatml', [{ role: 'user', content: 'Hello' }]),
  maxTokens: 50,
  sampling: { temperature: 0 },
  ...part,
});

async function collect(
  stream: AsyncIterable<GenerateEvent>,
): Promise<{ text: string; last: GenerateEvent | undefined; events: GenerateEvent[] }> {
  const events: GenerateEvent[] = [];
  for await (const one of stream) events.push(one);
  const text = events.map((one) => (one.type === 'text' ? one.text : '')).join('');
  return { text, last: events.at(-1), events };
}

const codeOf = (last: GenerateEvent | undefined): string | undefined =>
  last?.type === 'failed' ? last.error.code : undefined;

describe('remote model', () => {
  let server: FakeRemote | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  const start = async (handlers: Record<string, FakeHandler>, models?: unknown): Promise<FakeRemote> =>
    (server = await fakeRemote(handlers, models));
  const connect = (remote: FakeRemote, options: Partial<RemoteModelOptions> = {}) =>
    connectRemote(
      {
        address: parseRemoteSpec(`remote:${remote.url}`),
        key: undefined,
        clock,
        review: () => Promise.resolve(true),
        ...options,
      },
      never,
    );

  describe('connecting', () => {
    it('takes name, context and profile from what the server says', async () => {
      const model = await connect(await start({}));
      assert.equal(model.name, 'qwen2.5-coder-7b');
      assert.equal(model.contextSize('chat'), 4096);
      assert.equal(model.profile.family, 'qwen2.5-coder');
      assert.equal(model.profile.template, 'chatml');
    });

    it('asks llama.cpp’s server for its context', async () => {
      const remote = await start(
        { '/props': (_, response) => json(response, { default_generation_settings: { n_ctx: 2048 } }) },
        llama,
      );
      assert.equal((await connect(remote)).contextSize('chat'), 2048);
    });

    it('wants a name where there are several models, and lists them', async () => {
      const remote = await start({}, { data: [{ id: 'a' }, { id: 'b' }] });
      await assert.rejects(connect(remote), { code: 'remote-model-unnamed', next: /a, b/ });
      const address = parseRemoteSpec(`remote:${remote.url}/c`);
      await assert.rejects(connect(remote, { address }), { code: 'remote-model-unknown' });
    });

    it('takes the named model of a gateway that lists none', async () => {
      const remote = await start({ '/v1/models': (_, response) => json(response, {}, 404) });
      const address = parseRemoteSpec(`remote:${remote.url}/big`);
      assert.equal((await connect(remote, { address })).name, 'big');
    });

    it('says what is wrong with a server that is none', async () => {
      const remote = await start({ '/v1/models': (_, response) => void response.end('<html>hello</html>') });
      await assert.rejects(connect(remote), { code: 'remote-garbled' });
      const gone = { url: 'http://127.0.0.1:9' };
      await assert.rejects(connect(gone as FakeRemote), { code: 'remote-unreachable' });
    });

    it('sends no key over an unencrypted network', async () => {
      let called = 0;
      const options = {
        address: parseRemoteSpec('remote:http://models.example.com'),
        key: 'secret',
        fetch: () => {
          called++;
          return Promise.reject(new Error('not reached'));
        },
      };
      await assert.rejects(connect({ url: 'http://127.0.0.1:9' } as FakeRemote, options), {
        code: 'remote-unencrypted-key',
      });
      assert.equal(called, 0);
    });
  });

  describe('what is sent', () => {
    it('is asked about once, word for word, and nothing goes before the yes', async () => {
      const remote = await start({ '/v1/completions': streaming(completionEvents(['Hi'])) });
      const reviews: RemoteReview[] = [];
      let sentBefore = -1;
      const model = await connect(remote, {
        review: (review) => {
          reviews.push(review);
          sentBefore = remote.requests.filter(({ method }) => method === 'POST').length;
          return Promise.resolve(true);
        },
      });
      await model.countTokens(['secret code']);
      await collect(model.generate(request(), never));
      await collect(model.generate(request(), never));
      assert.equal(reviews.length, 1);
      assert.equal(sentBefore, 0);
      assert.equal(reviews[0]!.isPrivate, true);
      const sent = remote.requests.find(({ path }) => path === '/v1/completions')!.body;
      assert.deepEqual(JSON.parse(reviews[0]!.body), sent);
    });

    it('stays here when the answer is no', async () => {
      const remote = await start({ '/v1/completions': streaming(completionEvents(['Hi'])) });
      const model = await connect(remote, { review: () => Promise.resolve(false) });
      const { last } = await collect(model.generate(request(), never));
      assert.equal(codeOf(last), 'remote-not-allowed');
      assert.ok(remote.requests.every(({ method }) => method === 'GET'));
    });

    it('is asked about again by a message, not by typing', async () => {
      const remote = await start({ '/v1/completions': streaming(completionEvents(['Hi'])) });
      let asked = 0;
      const model = await connect(remote, { review: () => Promise.resolve(++asked > 1) });
      const lastOf = async (lane: 'chat' | 'completion') =>
        (await collect(model.generate(request({ lane }), never))).last?.type;
      assert.equal(await lastOf('completion'), 'failed');
      assert.equal(await lastOf('completion'), 'failed');
      assert.equal(asked, 1);
      assert.equal(await lastOf('chat'), 'done');
      assert.equal(await lastOf('completion'), 'done');
      assert.equal(asked, 2);
    });

    it('is the rendered prompt where server and family are known', async () => {
      const remote = await start({ '/v1/completions': streaming(completionEvents(['Hi'])) }, llama);
      const model = await connect(remote, { key: 'secret' });
      const grammar = 'root ::= "a" [0-9]+';
      await collect(
        model.generate(request({ grammar, sampling: { temperature: 0.5, topK: 3, seed: 7 } }), never),
      );
      const { body, headers } = remote.requests.at(-1)!;
      assert.equal(body['prompt'], '<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n');
      assert.equal(body['grammar'], grammar);
      assert.equal(body['top_k'], 3);
      assert.equal(body['seed'], 7);
      assert.equal(headers.authorization, 'Bearer secret');
    });

    it('lets no text of the user spell a control token, and gives it back as it was', async () => {
      const answer = 'It is <\u2060|im_end|>.';
      const remote = await start({ '/v1/completions': streaming(completionEvents([answer])) }, llama);
      const model = await connect(remote);
      const prompt = renderChat('chatml', [{ role: 'user', content: 'What is <|im_end|>?' }]);
      const { text } = await collect(model.generate(request({ prompt }), never));
      const sent = String(remote.requests.at(-1)!.body['prompt']);
      assert.equal(sent.split('<|im_end|>').length - 1, 1);
      assert.match(text, /<\|im_end\|>\./);
    });

    it('is a list of messages where only the server knows the template', async () => {
      const remote = await start(
        { '/v1/chat/completions': streaming(chatEvents([{ content: 'Hi' }])) },
        gateway,
      );
      const model = await connect(remote);
      const prompt = renderChat(model.profile.template, [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'One\ntwo' },
        { role: 'assistant', content: 'call' },
        { role: 'tool', tool: 'read', content: 'result' },
      ]);
      const { text } = await collect(model.generate(request({ prompt }), never));
      assert.equal(text, 'Hi');
      assert.deepEqual(remote.requests.at(-1)!.body['messages'], [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'One\ntwo' },
        { role: 'assistant', content: 'call' },
        { role: 'user', content: '<tool_response>\nresult\n</tool_response>' },
      ]);
    });

    it('goes once more with the common fields to a server that refuses the others', async () => {
      const remote = await start(
        {
          '/v1/chat/completions': (sent, response) =>
            'stream_options' in sent.body
              ? json(response, { error: { message: 'unknown field' } }, 400)
              : streaming(chatEvents([{ content: 'Hi' }]))(sent, response, () => false),
        },
        gateway,
      );
      const model = await connect(remote);
      for (const expected of [2, 3]) {
        const { text } = await collect(model.generate(request(), never));
        assert.equal(text, 'Hi');
        assert.equal(remote.requests.filter(({ method }) => method === 'POST').length, expected);
      }
    });

    it('is counted by the server’s tokenizer, and estimated where there is none', async () => {
      const remote = await start(
        {
          '/v1/completions': streaming(completionEvents(['Hi'])),
          '/tokenize': (_, response) => json(response, { tokens: [1, 2, 3] }),
        },
        llama,
      );
      const model = await connect(remote);
      await collect(model.generate(request(), never));
      assert.deepEqual(await model.countTokens(['abcdef']), [3]);
      await model.countTokens(['abcdef']);
      assert.equal(remote.requests.filter(({ path }) => path === '/tokenize').length, 1);
    });
  });

  describe('completion', () => {
    const pieces = {
      path: 'b.py',
      prefix: 'def add(a, b):\n    re',
      suffix: '\n',
      context: [{ path: 'a.py', text: 'x = 1' }],
    };

    it('goes to /infill of llama.cpp’s server with a model of no known family', async () => {
      const remote = await start(
        {
          '/infill': streaming([
            event({ content: 'return a', stop: false }),
            event({ content: '', stop: true, stop_type: 'eos', tokens_evaluated: 9, tokens_predicted: 2 }),
          ]),
        },
        unknownLlama,
      );
      const model = await connect(remote);
      const prompt = fillInTheMiddlePrompt(model.profile.fillInTheMiddle!, {
        ...pieces,
        prefix: 'def add(a, b):\n    ',
      });
      const { text, last } = await collect(
        model.generate(request({ lane: 'completion', prompt, begin: 're' }), never),
      );
      assert.equal(text, 'return a');
      assert.ok(last?.type === 'done' && last.stats.promptTokens === 9);
      const { body } = remote.requests.at(-1)!;
      assert.equal(body['input_prefix'], 'def add(a, b):\n    ');
      assert.equal(body['grammar'], 'root ::= "re" [^\\x01]*');
      assert.equal(body['input_suffix'], '\n');
      assert.deepEqual(body['input_extra'], [{ filename: 'a.py', text: 'x = 1\n' }]);
    });

    it('reads both orders of the prompt', async () => {
      const remote = await start(
        { '/infill': streaming([event({ content: 'x', stop: true })]) },
        unknownLlama,
      );
      const model = await connect(remote);
      for (const order of ['prefix-first', 'suffix-first'] as const) {
        const prompt = fillInTheMiddlePrompt(
          model.profile.fillInTheMiddle!,
          { path: 'b.py', prefix: 'left', suffix: 'right', context: [] },
          undefined,
          order,
        );
        await collect(model.generate(request({ lane: 'completion', prompt }), never));
        const { body } = remote.requests.at(-1)!;
        assert.deepEqual([body['input_prefix'], body['input_suffix']], ['left', 'right']);
      }
    });

    it('uses OpenAI’s suffix with Ollama', async () => {
      const remote = await start(
        { '/v1/completions': streaming(completionEvents(['return'])) },
        { data: [{ id: 'qwen2.5-coder:7b', owned_by: 'library' }] },
      );
      const model = await connect(remote);
      const prompt = fillInTheMiddlePrompt(model.profile.fillInTheMiddle!, pieces);
      await collect(model.generate(request({ lane: 'completion', prompt }), never));
      const { body } = remote.requests.at(-1)!;
      assert.deepEqual([body['prompt'], body['suffix']], [pieces.prefix, '\n']);
    });

    it('tells the probabilities of tokens', async () => {
      const remote = await start(
        {
          '/v1/completions': streaming([
            event({ choices: [{ text: 'a', logprobs: { content: [{ logprob: Math.log(0.5) }] } }] }),
            event({
              choices: [{ text: 'b', logprobs: { token_logprobs: [Math.log(0.25)] }, finish_reason: 'stop' }],
            }),
          ]),
        },
        llama,
      );
      const model = await connect(remote);
      const { events } = await collect(
        model.generate(request({ lane: 'completion', probabilities: true }), never),
      );
      const told = events.flatMap((one) => (one.type === 'text' ? (one.probabilities ?? []) : []));
      assert.deepEqual(
        told.map((value) => value.toFixed(2)),
        ['0.50', '0.25'],
      );
    });
  });

  describe('the answer', () => {
    const answered = async (
      pieces: readonly string[],
      part: Partial<GenerateRequest> = {},
      models: unknown = llama,
    ) => {
      const route = models === gateway ? '/v1/chat/completions' : '/v1/completions';
      const remote = await start({ [route]: streaming(pieces) }, models);
      const model = await connect(remote);
      return collect(model.generate(request(part), never));
    };

    it('has text, an end and the server’s figures', async () => {
      const { text, last } = await answered(completionEvents(['Hel', 'lo ', 'wörld']));
      assert.equal(text, 'Hello wörld');
      assert.ok(last?.type === 'done');
      assert.equal(last.reason, 'end');
      assert.deepEqual(
        [
          last.stats.promptTokens,
          last.stats.cachedTokens,
          last.stats.uncachedTokens,
          last.stats.generatedTokens,
        ],
        [20, 12, 8, 3],
      );
    });

    it('is the same however the bytes are cut', async () => {
      const bytes = Buffer.from(completionEvents(['grün', '✓', '𝛼']).join(''));
      const remote = await start(
        {
          '/v1/completions': async (_, response) => {
            openStream(response);
            for (const byte of bytes) {
              response.write(Buffer.of(byte));
              if (byte > 127) await new Promise(setImmediate);
            }
            response.end();
          },
        },
        llama,
      );
      const { text } = await collect((await connect(remote)).generate(request(), never));
      assert.equal(text, 'grün✓𝛼');
    });

    it('ends at a stop text that the server lets through', async () => {
      const { text, last } = await answered(completionEvents(['one\nENDtwo']), { stop: ['\nEND'] });
      assert.equal(text, 'one');
      assert.ok(last?.type === 'done' && last.reason === 'stop' && last.stopText === '\nEND');
    });

    it('ends at the limit where the server knows none', async () => {
      const { last } = await answered(completionEvents(Array.from({ length: 200 }, () => 'x')), {
        maxTokens: 5,
      });
      assert.ok(last?.type === 'done' && last.reason === 'length');
    });

    it('may be one JSON document', async () => {
      const remote = await start(
        {
          '/v1/completions': (_, response) =>
            json(response, { choices: [{ text: 'whole', finish_reason: 'stop' }] }),
        },
        llama,
      );
      const { text } = await collect((await connect(remote)).generate(request(), never));
      assert.equal(text, 'whole');
    });

    it('is one of the words of a grammar that the server cannot hold', async () => {
      for (const [said, expected] of [
        ['Yes.', 'yes'],
        ['**no**, since', 'no'],
      ] as const) {
        const { text } = await answered(
          chatEvents([{ content: said }]),
          { grammar: 'root ::= "yes" | "no"', maxTokens: 2 },
          gateway,
        );
        assert.equal(text, expected);
        await server!.close();
      }
    });

    it('goes on where its given beginning ends, also when the server begins anew', async () => {
      const prompt = renderChat('roles', [{ role: 'user', content: 'Write f' }], '```python\n');
      for (const said of [
        'def f(): pass\n```\nDone',
        '```python\ndef f(): pass\n```',
        'Sure:\n```python\ndef f(): pass\n```',
      ]) {
        const { text } = await answered(
          chatEvents([{ content: said }]),
          { prompt, stop: ['\n```'] },
          gateway,
        );
        assert.equal(text, 'def f(): pass', said);
        await server!.close();
      }
    });

    it('carries reasoning and calls that the server has taken out of the text', async () => {
      const { text } = await answered(
        chatEvents([
          { reasoning_content: 'hm' },
          { content: 'Well.' },
          { tool_calls: [{ index: 0, function: { name: 'read_file', arguments: '{"pa' } }] },
          { tool_calls: [{ index: 0, function: { arguments: 'th": "a"}' } }] },
        ]),
        {},
        gateway,
      );
      assert.equal(
        text,
        '<think>\nhm\n</think>\n\nWell.\n<tool_call>\n{"name": "read_file", "arguments": {"path": "a"}}\n</tool_call>',
      );
    });
  });

  describe('failures', () => {
    const failing = async (
      handler: FakeHandler,
      options: Partial<RemoteModelOptions> = {},
    ): Promise<{ last: GenerateEvent | undefined; text: string; remote: FakeRemote }> => {
      const remote = await start({ '/v1/completions': handler }, llama);
      const model = await connect(remote, options);
      return { ...(await collect(model.generate(request(), never))), remote };
    };
    const posts = (remote: FakeRemote): number =>
      remote.requests.filter(({ method }) => method === 'POST').length;

    it('the key is refused: said at once, not tried again', async () => {
      for (const status of [401, 403]) {
        const { last, remote } = await failing(
          (_, response) => json(response, { error: { message: 'bad key' } }, status),
          { key: 'secret' },
        );
        assert.equal(codeOf(last), 'remote-key');
        assert.ok(last?.type === 'failed' && !JSON.stringify(last).includes('secret'));
        assert.equal(posts(remote), 1);
        await server!.close();
      }
    });

    it('no such route', async () => {
      const { last } = await failing((_, response) => json(response, {}, 404));
      assert.equal(codeOf(last), 'remote-not-offered');
    });

    it('busy or broken for a moment: tried again until it works', async () => {
      for (const status of [429, 500, 502, 503]) {
        let calls = 0;
        const { text } = await failing((sent, response) =>
          ++calls < 3
            ? json(response, { error: { message: 'Loading model' } }, status, { 'retry-after': '1' })
            : streaming(completionEvents(['Hi']))(sent, response, () => false),
        );
        assert.equal(text, 'Hi');
        await server!.close();
      }
    });

    it('busy or broken for good: said after a few tries', async () => {
      for (const [status, code] of [
        [429, 'remote-busy'],
        [500, 'remote-failed'],
      ] as const) {
        const { last, remote } = await failing(
          (_, response) => void response.writeHead(status).end('<html>'),
        );
        assert.equal(codeOf(last), code);
        assert.equal(posts(remote), 4);
        await server!.close();
      }
    });

    it('a prompt that is too long has the engine’s code', async () => {
      const message = 'the request exceeds the available context size';
      const { last } = await failing((_, response) => json(response, { error: { message } }, 400));
      assert.equal(codeOf(last), 'prompt-too-long');
    });

    it('a redirect elsewhere is not followed, and the key with it', async () => {
      const elsewhere = await fakeRemote({});
      try {
        for (const status of [301, 302, 307, 308]) {
          const { last } = await failing(
            (_, response) =>
              void response.writeHead(status, { location: `${elsewhere.url}/v1/completions` }).end(),
            { key: 'secret' },
          );
          assert.equal(codeOf(last), 'remote-redirect');
          await server!.close();
        }
        assert.equal(elsewhere.requests.length, 0);
      } finally {
        await elsewhere.close();
      }
    });

    it('dies in the middle: what came is kept, and the request may be continued', async () => {
      const { last, text } = await failing((_, response) => {
        openStream(response);
        response.write(event({ choices: [{ text: 'half' }] }), () => response.socket?.destroy());
      });
      assert.equal(text, 'half');
      assert.ok(last?.type === 'failed' && last.retryable);
    });

    it('ends without an end: not taken for a whole answer', async () => {
      const { last, text } = await failing(
        streaming([event({ choices: [{ text: 'half' }] }), 'data: {"choices":[{"te']),
      );
      assert.equal(text, 'half');
      assert.equal(codeOf(last), 'remote-ended');
    });

    it('a connection that breaks after the end costs nothing', async () => {
      const { last, text } = await failing((_, response) => {
        openStream(response);
        response.write(event({ choices: [{ text: 'all', finish_reason: 'stop' }] }), () =>
          response.socket?.destroy(),
        );
      });
      assert.equal(text, 'all');
      assert.equal(last?.type, 'done');
    });

    it('never begins to answer: given up after the time that is allowed', async () => {
      const { last, remote } = await failing(() => undefined, { timeoutMs: 60 });
      assert.equal(codeOf(last), 'remote-stalled');
      assert.equal(posts(remote), 1);
    });

    it('broken events, JSON of another kind, an error in the stream', async () => {
      for (const [piece, code] of [
        ['data: {broken\n\n', 'remote-garbled'],
        ['data: 17\n\n', 'remote-garbled'],
        ['data: {"hello": 1}\n\n', 'remote-garbled'],
        ['data: {"choices": "none"}\n\n', 'remote-garbled'],
        ['<html>no stream at all</html>', 'remote-ended'],
        [event({ error: { message: 'out of memory' } }), 'remote-failed'],
      ] as const) {
        const { last } = await failing(streaming([piece]));
        assert.equal(codeOf(last), code, piece);
        await server!.close();
      }
    });

    it('a line without an end does not fill the memory', async () => {
      const { last } = await failing(async (_, response, closed) => {
        openStream(response);
        response.write('data: ');
        const block = 'x'.repeat(512 * 1024);
        for (let written = 0; written < 40 && !closed(); written++) {
          if (!response.write(block)) await new Promise((resolve) => setTimeout(resolve, 5));
        }
        response.end();
      });
      assert.equal(codeOf(last), 'remote-garbled');
    });

    it('comments, unknown fields and other line ends are no failure', async () => {
      const body = completionEvents(['a', 'b']).join('').replaceAll('\n', '\r\n');
      const { text } = await failing(streaming([': ping\r\n\r\n', 'foo: bar\r\n', body]));
      assert.equal(text, 'ab');
    });
  });

  describe('a cancel', () => {
    it('closes the request, in the middle of an answer and before it', async () => {
      for (const before of [true, false]) {
        const stop = new AbortController();
        const remote = await start(
          {
            '/v1/completions': (_, response) => {
              if (before) {
                setImmediate(() => stop.abort());
                return;
              }
              openStream(response);
              response.write(event({ choices: [{ text: 'one' }] }));
            },
          },
          llama,
        );
        const model = await connect(remote);
        let last: GenerateEvent | undefined;
        for await (const one of model.generate(request(), stop.signal)) {
          if (one.type === 'text') stop.abort();
          last = one;
        }
        assert.ok(last?.type === 'done' && last.reason === 'cancelled');
        while (remote.abandoned() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        await server!.close();
      }
    });

    it('a consumer that leaves closes it too', async () => {
      const remote = await start(
        {
          '/v1/completions': (_, response) => {
            openStream(response);
            response.write(event({ choices: [{ text: 'one' }] }));
          },
        },
        llama,
      );
      const model = await connect(remote);
      for await (const one of model.generate(request(), never)) if (one.type === 'text') break;
      while (remote.abandoned() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });
  });
});
