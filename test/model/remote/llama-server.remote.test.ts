import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createCompleter } from '../../../src/completion/completer';
import { parseRemoteSpec } from '../../../src/model/remote/address';
import { type RemoteModel, connectRemote } from '../../../src/model/remote/remote-model';
import { systemClock } from '../../../src/node/clock';
import { renderChat } from '../../../src/prompt/chat-template';
import { fillInTheMiddlePrompt } from '../../../src/prompt/fill-in-the-middle';
import { describe as describeServer } from '../../../src/model/remote/server';
import { remoteBody } from '../../../src/model/remote/request-bodies';
import { createRemoteHttp } from '../../../src/model/remote/http';
import { jsonEvents } from '../../../src/model/remote/event-stream';
import { answerEvent } from '../../../src/model/remote/answer-events';
import { runAgent } from '../../../src/agent/run-agent';
import type { GenerateStats } from '../../../src/protocol/engine';
import { agentSetup } from '../../support/agent-setup';

const modelPath = process.env['THIMBLE_TEST_MODEL_05B'];
const python = process.env['THIMBLE_TEST_PYTHON'];
const never = new AbortController().signal;
const key = 'key-of-the-tests';

/** What a user would judge, on llama.cpp's own server with the real 0.5B weights. */
(modelPath === undefined || python === undefined ? describe.skip : describe)('llama.cpp’s server', () => {
  let server: ChildProcess;
  let url: string;
  let model: RemoteModel;

  const connect = (given: string | undefined): Promise<RemoteModel> =>
    connectRemote(
      {
        address: parseRemoteSpec(`remote:${url}`),
        key: given,
        clock: systemClock,
        review: () => Promise.resolve(true),
      },
      never,
    );

  before(async () => {
    const script = path.resolve(__dirname, '../../support/llama-server.py');
    server = spawn(python!, [script, modelPath!, key], { stdio: ['pipe', 'pipe', 'inherit'] });
    url = await new Promise((resolve, reject) => {
      let text = '';
      server.stdout!.on('data', (chunk) => {
        text += String(chunk);
        const found = /listening on (http:\/\/\S+)\n/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
      server.once('exit', () => reject(new Error('llama.cpp’s server has ended')));
    });
    model = await connect(key);
  });
  after(async () => {
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  });

  it('says what it is: its context, and a model of a known family', () => {
    assert.equal(model.server.kind, 'llama.cpp');
    assert.equal(model.contextSize('chat'), 4096);
    assert.equal(model.profile.family, 'qwen2.5-coder');
    assert.equal(model.server.chat, 'rendered');
  });

  it('wants its key', async () => {
    await assert.rejects(connect('another'), { code: 'remote-key' });
  });

  it('completes the sum of two parameters', async () => {
    const completer = createCompleter({ model, clock: systemClock });
    const result = await completer.complete(
      { path: 'a.py', languageId: 'python', prefix: 'def add(a, b):\n    return ', suffix: '\n' },
      never,
    );
    assert.equal(result.text, 'a + b');
    assert.equal(result.shown, true);
    assert.ok(result.probabilities.length > 0);
  });

  it('reads only what was typed when typing goes on', async () => {
    const before = '# Geometry of simple shapes.\n'.repeat(20);
    const read = async (typed: string): Promise<GenerateStats | undefined> => {
      const prompt = fillInTheMiddlePrompt(model.profile.fillInTheMiddle!, {
        path: 'a.py',
        prefix: `${before}def area(width, height):\n    ${typed}`,
        suffix: '\n\nprint(area(2, 3))\n',
        context: [],
      });
      // To its end: of an answer that is left early, no server tells what it had cached.
      const events = model.generate(
        {
          lane: 'completion',
          prompt,
          maxTokens: 1,
          sampling: { temperature: 0 },
          responsiveness: 'interactive',
        },
        never,
      );
      let stats: GenerateStats | undefined;
      for await (const event of events) if (event.type === 'done') stats = event.stats;
      return stats;
    };
    await read('return width');
    const next = await read('return width * h');
    assert.ok(next !== undefined && next.cachedTokens > 100, `${next?.cachedTokens} tokens were cached`);
  });

  it('completes through /infill, for a model that Thimble does not know', async () => {
    const unknown = describeServer('llama.cpp', 'some-model', 4096);
    assert.equal(unknown.completion, 'infill');
    const prompt = fillInTheMiddlePrompt(unknown.profile.fillInTheMiddle!, {
      path: 'a.py',
      prefix: 'def add(a, b):\n    return ',
      suffix: '\n\nprint(add(1, 2))\n',
      context: [],
    });
    const body = remoteBody(unknown, {
      lane: 'completion',
      prompt,
      maxTokens: 8,
      sampling: { temperature: 0 },
      stop: ['\n'],
    });
    const http = createRemoteHttp({ address: parseRemoteSpec(`remote:${url}`), key, clock: systemClock });
    const patience = { firstByteMs: 20_000, stallMs: 20_000, tries: 1 };
    const { chunks } = await http.stream(body.route, { ...body.core, ...body.extra }, patience, never);
    let text = '';
    for await (const value of jsonEvents(chunks, http.host)) text += answerEvent(value)!.text;
    assert.equal(text.trim(), 'a + b');
  });

  it('counts tokens as the model does', async () => {
    const one = {
      lane: 'chat' as const,
      prompt: [{ text: 'Hi' }],
      maxTokens: 1,
      sampling: { temperature: 0 },
    };
    // Before something was sent with the user's yes, counts are estimates.
    for await (const event of model.generate(one, never)) assert.notEqual(event.type, 'failed');
    assert.deepEqual(await model.countTokens(['def add(a, b):']), [6]);
  });

  it('holds an answer to a grammar', async () => {
    const prompt = renderChat('chatml', [{ role: 'user', content: 'Say something.' }]);
    let text = '';
    const stream = model.generate(
      { lane: 'chat', prompt, maxTokens: 5, sampling: { temperature: 0 }, grammar: 'root ::= [0-9]+' },
      never,
    );
    for await (const event of stream) if (event.type === 'text') text += event.text;
    assert.match(text, /^\d+$/);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const prompt = renderChat('chatml', [{ role: 'user', content: 'Count from 1 to 500.' }]);
    let pieces = 0;
    let last: string | undefined;
    const stream = model.generate(
      { lane: 'chat', prompt, maxTokens: 500, sampling: { temperature: 0 } },
      stop.signal,
    );
    for await (const event of stream) {
      if (event.type === 'text' && ++pieces === 3) stop.abort();
      last = event.type === 'done' ? event.reason : event.type;
    }
    assert.equal(last, 'cancelled');
    assert.ok(pieces < 50);
  });

  const ask = async (text: string) => {
    const agent = agentSetup({ 'notes.txt': 'The colour of the door is green.\n' }, []);
    try {
      const steps: string[] = [];
      const result = await runAgent(
        {
          text,
          attachments: [],
          history: [],
          seed: 1,
          temperature: 0,
          maxSteps: 10,
          timeLimitMs: 100_000,
          commandTimeoutMs: 60_000,
          platform: process.platform,
        },
        { ...agent.ports, model },
        (event) => {
          if (event.type === 'step' && event.step.state === 'done') steps.push(event.step.tool);
        },
        never,
      );
      return { result, steps };
    } finally {
      agent.dispose();
    }
  };

  it('chats', async () => {
    const { result } = await ask('Hello');
    assert.equal(result.outcome, 'done');
    assert.ok(result.messages.at(-1)!.content.length > 2);
  });

  it('does a task of the agent with a tool', async () => {
    const { result, steps } = await ask('Read notes.txt and tell me the colour of the door.');
    assert.ok(steps.includes('read'), `steps: ${steps.join(', ')}`);
    assert.equal(result.outcome, 'done');
  });
});
