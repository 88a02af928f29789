import assert from 'node:assert/strict';
import { createEngineSupervisor, type EngineSupervisor } from '../../src/model/engine-supervisor';
import type { GenerateRequest, LanguageModel } from '../../src/model/language-model';
import { testProfile } from '../support/fake-model';
import { builtEngine, collect } from '../support/tiny-model';

/** A GGUF file of Qwen2.5-Coder 0.5B; the tests are left out without it. */
const weights = process.env['THIMBLE_TEST_MODEL_05B'];
const never = new AbortController().signal;

const fill: GenerateRequest = {
  lane: 'completion',
  prompt: [
    { text: '<|fim_prefix|>', special: true },
    { text: 'def add(a, b):\n    return ' },
    { text: '<|fim_suffix|>', special: true },
    { text: '\n' },
    { text: '<|fim_middle|>', special: true },
  ],
  maxTokens: 16,
  sampling: { temperature: 0 },
  stop: ['\n'],
};
const explain: GenerateRequest = {
  lane: 'chat',
  prompt: [
    { text: '<|im_start|>', special: true },
    { text: 'user\nWrite a Python function that reverses a string.' },
    { text: '<|im_end|>', special: true },
    { text: '\n' },
    { text: '<|im_start|>', special: true },
    { text: 'assistant\n' },
  ],
  maxTokens: 40,
  sampling: { temperature: 0 },
};

describe('engine with real weights', function () {
  this.timeout(240_000);
  let supervisor: EngineSupervisor;
  let model: LanguageModel;

  before(async function () {
    if (weights === undefined) this.skip();
    supervisor = createEngineSupervisor({ enginePath: builtEngine() });
    model = await supervisor.load({
      name: 'qwen',
      profile: testProfile,
      params: { modelPath: weights, lanes: { chat: 2048, completion: 1024 }, gpuLayers: 0 },
    });
  });
  after(() => {
    if (weights !== undefined) supervisor.dispose();
  });

  it('fills in the middle, the second time from the cache', async () => {
    const first = await collect(model.generate(fill, never));
    assert.equal(first.text, 'a + b');
    const second = await collect(model.generate(fill, never));
    assert.equal(second.text, 'a + b');
    assert.equal(second.last?.type, 'done');
    assert.equal(second.last.stats.uncachedTokens, 1);
    assert.equal(second.last.stats.cachedTokens, second.last.stats.promptTokens - 1);
  });

  it('gives the same text on repeat after a death in the middle', async () => {
    const { text } = await collect(model.generate(explain, never));
    assert.match(text, /def /);
    let tokens = 0;
    for await (const event of model.generate(explain, never)) {
      if (event.type === 'text' && ++tokens === 8) process.kill(supervisor.pid!, 'SIGKILL');
      if (event.type === 'failed') assert.equal(event.retryable, true);
      assert.notEqual(event.type, 'done');
    }
    assert.equal((await collect(model.generate(explain, never))).text, text);
  });

  it('a changed end of the prompt reads only the end', async () => {
    const prompt = [...fill.prompt.slice(0, -1), { text: 'print(add(1, 2))' }, ...fill.prompt.slice(-1)];
    await collect(model.generate(fill, never));
    const { last } = await collect(model.generate({ ...fill, prompt }, never));
    assert.equal(last?.type, 'done');
    assert.ok(last.stats.cachedTokens >= 10, JSON.stringify(last.stats));
  });
});
