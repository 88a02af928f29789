import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { totalmem } from 'node:os';
import { UserError } from '../../src/base/errors';
import { createEngineSupervisor, type EngineSupervisor } from '../../src/model/engine-supervisor';
import type { GenerateEvent, GenerateRequest, LanguageModel } from '../../src/model/language-model';
import type { LoadParams } from '../../src/protocol/engine';
import { dialectNames } from '../../src/toolcall/dialects';
import { openedGrammar, toolCallGrammar } from '../../src/toolcall/grammar';
import { testProfile } from '../support/fake-model';
import { builtEngine, collect, modelFolder, tinyModel, tinyParams } from '../support/tiny-model';

const reply = [
  'He',
  'llo',
  ', ',
  Buffer.from([0xe2, 0x82]),
  Buffer.from([0xac]),
  'wör',
  'ld',
  ' END',
  ' never',
];
const never = new AbortController().signal;

function ask(text: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  const prompt = [
    { text: '<|im_start|>', special: true },
    { text: `user\n${text}` },
    { text: '<|im_end|>', special: true },
    { text: '\n' },
    { text: '<|im_start|>', special: true },
    { text: 'assistant\n' },
  ];
  return { lane: 'chat', prompt, maxTokens: 50, sampling: { temperature: 0 }, ...more };
}

function done(event: GenerateEvent | undefined): Extract<GenerateEvent, { type: 'done' }> {
  assert.equal(event?.type, 'done', JSON.stringify(event));
  return event;
}

describe('engine with a tiny model', function () {
  this.timeout(120_000);
  const folder = modelFolder();
  let supervisor: EngineSupervisor;
  let model: LanguageModel;
  const load = (params: LoadParams): Promise<LanguageModel> =>
    supervisor.load({ name: 'tiny', profile: testProfile, params });

  before(async () => {
    supervisor = createEngineSupervisor({ enginePath: builtEngine() });
    const file = folder.file(
      'tiny.gguf',
      await tinyModel({ script: { chat: reply, fim: ['a', ' + ', 'b'] } }),
    );
    model = await load(tinyParams(file, { chat: 2048, completion: 512 }));
  });
  after(() => {
    supervisor.dispose();
    folder.remove();
  });

  it('answers, and never splits a character', async () => {
    const { events, text, last } = await collect(model.generate(ask('Hi'), never));
    assert.equal(text, 'Hello, €wörld END never');
    assert.equal(done(last).reason, 'end');
    assert.equal(done(last).stats.generatedTokens, reply.length);
    const pieces = events.filter((event) => event.type === 'text');
    assert.ok(pieces.every((piece) => !piece.text.includes('\uFFFD')));
    assert.equal(
      pieces.reduce((sum, piece) => sum + piece.tokens, 0),
      reply.length,
    );
  });

  it('answers the same for the second time from the cache', async () => {
    await collect(model.generate(ask('twice'), never));
    const { text, last } = await collect(model.generate(ask('twice'), never));
    const { stats } = done(last);
    assert.equal(text, 'Hello, €wörld END never');
    assert.equal(stats.uncachedTokens, 1);
    assert.equal(stats.cachedTokens + stats.uncachedTokens, stats.promptTokens);
  });

  it('stops at a stop text, and tells which', async () => {
    const { text, last } = await collect(model.generate(ask('Hi', { stop: ['ld E'] }), never));
    assert.equal(text, 'Hello, €wör');
    assert.equal(done(last).reason, 'stop');
    assert.equal(done(last).stopText, 'ld E');
  });

  it('stops at the limit', async () => {
    const { text, last } = await collect(model.generate(ask('Hi', { maxTokens: 2 }), never));
    assert.equal(text, 'Hello');
    assert.equal(done(last).reason, 'length');
  });

  it('stops when the context is full', async () => {
    const size = done((await collect(model.generate(ask(''), never))).last).stats.promptTokens;
    const { text, last } = await collect(model.generate(ask('x'.repeat(2045 - size)), never));
    assert.equal(done(last).reason, 'length');
    assert.equal(text, 'Hello, ');
  });

  it('only reads the prompt when no token is asked for', async () => {
    const { last } = await collect(model.generate(ask('warm', { maxTokens: 0 }), never));
    assert.equal(done(last).stats.generatedTokens, 0);
    const again = await collect(model.generate(ask('warm'), never));
    assert.equal(done(again.last).stats.uncachedTokens, 1);
  });

  it('reports a probability for each token', async () => {
    const { events } = await collect(model.generate(ask('Hi', { probabilities: true }), never));
    const probabilities = events.flatMap((event) =>
      event.type === 'text' ? (event.probabilities ?? []) : [],
    );
    assert.equal(probabilities.length, reply.length);
    assert.ok(probabilities.every((p) => p > 0 && p <= 1));
  });

  for (const probabilities of [true, false]) {
    it(`begins with a text that is given, ${probabilities ? 'with' : 'without'} probabilities`, async () => {
      const request = ask('Hi', { begin: 'Hell', probabilities });
      assert.equal((await collect(model.generate(request, never))).text, 'Hello, €wörld END never');
      const other = ask('Hi', { begin: 'wör', maxTokens: 1, probabilities });
      assert.equal((await collect(model.generate(other, never))).text, 'wör');
    });
  }

  it('keeps to a grammar from its trigger on, and ends with it', async () => {
    const grammar = {
      rules: 'then ::= " you" "!"',
      triggers: [{ text: 'Hello', lineStart: true, rule: 'then' }],
    };
    const { text, last } = await collect(model.generate(ask('Hi', { grammar }), never));
    assert.equal(text, 'Hello you!');
    assert.equal(done(last).reason, 'end');
    const elsewhere = { ...grammar, triggers: [{ text: 'llo', lineStart: true, rule: 'then' }] };
    const free = await collect(model.generate(ask('Hi', { grammar: elsewhere }), never));
    assert.equal(free.text, 'Hello, €wörld END never');
  });

  for (const dialect of dialectNames) {
    it(`takes the grammar of the dialect ${dialect}`, async () => {
      const tools = [
        {
          name: 'go',
          description: '',
          parameters: {
            properties: { path: { type: 'string' }, on: { type: 'boolean' } },
            required: ['path'],
          },
        },
      ];
      const grammar = toolCallGrammar(dialect, tools)!;
      const opened = await collect(
        model.generate(ask('Hi', { grammar: openedGrammar(grammar), maxTokens: 4 }), never),
      );
      assert.ok(opened.text.length > 0, JSON.stringify(opened.last));
      assert.equal(done((await collect(model.generate(ask('Hi', { grammar }), never))).last).reason, 'end');
    });
  }

  it('goes on where a grammar does not let free text end', async () => {
    const grammar = 'root ::= [^!]* "!"';
    const { text, last } = await collect(model.generate(ask('Hi', { grammar }), never));
    assert.match(text, /^Hello, €wörld END never[^!]*!?$/);
    assert.equal(done(last).reason, text.endsWith('!') ? 'end' : 'length');
  });

  it('keeps to a grammar', async () => {
    const { text } = await collect(model.generate(ask('Hi', { grammar: 'root ::= "He" "xy"' }), never));
    assert.equal(text, 'Hexy');
  });

  it('a user’s text yields no control tokens', async () => {
    const counts = await model.countTokens(['<|im_end|>', '']);
    assert.ok(counts[0]! > 1);
    assert.equal(counts[1], 0);
  });

  it('both lanes work beside each other', async () => {
    const fim = [{ text: '<|fim_middle|>', special: true }];
    const [chat, completion] = await Promise.all([
      collect(model.generate(ask('x'.repeat(1500), { responsiveness: 'interactive' }), never)),
      collect(model.generate(ask('', { lane: 'completion', prompt: fim }), never)),
    ]);
    assert.equal(chat.text, 'Hello, €wörld END never');
    assert.equal(completion.text, 'a + b');
  });

  it('work ahead never keeps what is asked after it waiting', async () => {
    const fim = { lane: 'completion' as const, prompt: [{ text: '<|fim_middle|>', special: true }] };
    const [chat, ahead, completion] = await Promise.all([
      collect(model.generate(ask('z'.repeat(1500), { responsiveness: 'interactive' }), never)),
      collect(model.generate(ask('', { ...fim, ahead: true }), never)),
      collect(model.generate(ask('', fim), never)),
    ]);
    assert.equal(chat.text, 'Hello, €wörld END never');
    assert.equal(completion.text, 'a + b');
    assert.match(done(ahead.last).reason, /cancelled|end/);
  });

  const checkError = (name: string, code: string, text: RegExp, request: GenerateRequest): void => {
    it(name, async () => {
      const { last } = await collect(model.generate(request, never));
      assert.equal(last?.type, 'failed');
      assert.equal(last.retryable, false);
      assert.equal(last.error.code, code);
      assert.match(last.error.happened, text);
      assert.equal((await collect(model.generate(ask('Hi'), never))).text, 'Hello, €wörld END never');
    });
  };
  checkError('a prompt too long', 'prompt-too-long', /30\d\d tokens.* 2047/, ask('x'.repeat(3000)));
  checkError('an empty prompt', 'prompt-empty', /empty/, ask('', { prompt: [] }));
  checkError('a broken grammar', 'grammar-invalid', /grammar/, ask('x', { grammar: 'root ::= (' }));

  it('a cancel before the start, and by leaving the loop', async () => {
    const abort = new AbortController();
    abort.abort();
    assert.equal(done((await collect(model.generate(ask('Hi'), abort.signal))).last).reason, 'cancelled');
    for await (const event of model.generate(ask('Hi'), never)) if (event.type === 'text') break;
    assert.equal((await collect(model.generate(ask('Hi'), never))).text, 'Hello, €wörld END never');
  });

  it('a cancel in the prompt keeps what was read', async () => {
    const slow = folder.file(
      'slow.gguf',
      await tinyModel({ embd: 256, ff: 512, layers: 4, script: { chat: reply } }),
    );
    model = await load(tinyParams(slow, { chat: 4096 }));
    const request = ask('y'.repeat(3000), { responsiveness: 'interactive' });
    const abort = new AbortController();
    let evaluated = 0;
    const events: GenerateEvent[] = [];
    for await (const event of model.generate(request, abort.signal)) {
      events.push(event);
      if (event.type === 'progress') {
        evaluated = event.evaluated;
        abort.abort();
      }
    }
    assert.equal(done(events.at(-1)).reason, 'cancelled');
    assert.ok(evaluated < 3000);
    const { text, last } = await collect(model.generate(request, never));
    assert.equal(text, 'Hello, €wörld END never');
    assert.ok(done(last).stats.cachedTokens >= evaluated - 1);
    assert.ok(done(last).stats.cachedTokens < 3000);
  });

  describe('files that are no model', () => {
    const check = (name: string, code: string, make: () => string | Promise<string>): void => {
      it(name, async () => {
        await assert.rejects(load(tinyParams(await make())), (error) => {
          assert.ok(error instanceof UserError);
          assert.equal(error.code, code, error.message);
          assert.ok(error.next);
          return true;
        });
      });
    };
    check('missing', 'model-file-missing', () => folder.file('x', '') + '.gguf');
    check('empty', 'model-file-cut', () => folder.file('empty.gguf', ''));
    check('cut in the header', 'model-file-cut', async () =>
      folder.file('cut1.gguf', (await tinyModel()).subarray(0, 2000)),
    );
    check('cut in the weights', 'model-file-cut', async () => {
      const whole = await tinyModel();
      return folder.file('cut2.gguf', whole.subarray(0, whole.length - 1000));
    });
    check('of another kind', 'model-file-foreign', () =>
      folder.file('text.gguf', 'Hello, I am a text file.'),
    );
    check('garbage behind the magic', 'model-file-broken', () =>
      folder.file('garbage.gguf', Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(5000, 0xa5)])),
    );
    check('unknown architecture', 'model-architecture-unknown', async () =>
      folder.file('arch.gguf', await tinyModel({ arch: 'nonesuch' })),
    );
    // Elsewhere a file with a hole takes no space.
    if (process.platform !== 'win32') {
      check('larger than the memory', 'model-too-large', async () => {
        const file = folder.file('large.gguf', await tinyModel());
        truncateSync(file, totalmem() + 2 ** 30);
        return file;
      });
    }
    it('a good file loads after all that', async () => {
      const file = folder.file('good.gguf', await tinyModel({ script: { chat: reply } }));
      model = await load(tinyParams(file));
      assert.equal((await collect(model.generate(ask('Hi'), never))).text, 'Hello, €wörld END never');
    });
  });
});
