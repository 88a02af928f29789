import assert from 'node:assert/strict';
import { createEngineSupervisor, type EngineSupervisor } from '../../src/model/engine-supervisor';
import type { GenerateRequest, LanguageModel } from '../../src/model/language-model';
import type { LoadParams } from '../../src/protocol/engine';
import { testProfile } from '../support/fake-model';
import { builtEngine, collect, modelFolder, tinyModel, tinyParams } from '../support/tiny-model';

const never = new AbortController().signal;
const chat: GenerateRequest = {
  lane: 'chat',
  prompt: [{ text: 'Hi\n' }],
  maxTokens: 50,
  sampling: { temperature: 0 },
};
const completion: GenerateRequest = {
  ...chat,
  lane: 'completion',
  prompt: [{ text: '<|fim_middle|>', special: true }],
};

describe('two models in one engine', function () {
  this.timeout(120_000);
  const folder = modelFolder();
  const open: EngineSupervisor[] = [];
  let first = '';
  let second = '';
  const supervise = (): EngineSupervisor => {
    const supervisor = createEngineSupervisor({ enginePath: builtEngine() });
    open.push(supervisor);
    return supervisor;
  };
  const load = (supervisor: EngineSupervisor, completionPath = second): Promise<LanguageModel> => {
    const params: LoadParams = {
      ...tinyParams(first, { chat: 2048, completion: 512 }),
      completionModel: { modelPath: completionPath, contextSize: 1024 },
    };
    return supervisor.load({
      name: 'first',
      profile: testProfile,
      params,
      completion: { name: 'second', profile: testProfile },
    });
  };
  const answer = async (model: LanguageModel | undefined, request: GenerateRequest): Promise<string> =>
    model ? (await collect(model.generate(request, never))).text : 'no model';

  before(async () => {
    first = folder.file('first.gguf', await tinyModel({ script: { chat: ['chat'], fim: ['first'] } }));
    second = folder.file('second.gguf', await tinyModel({ script: { chat: ['no'], fim: ['second'] } }));
  });
  afterEach(() => {
    for (const supervisor of open.splice(0)) supervisor.dispose();
  });
  after(() => folder.remove());

  it('each do their own work', async () => {
    const supervisor = supervise();
    const model = await load(supervisor);
    assert.equal(supervisor.completion?.name, 'second');
    assert.equal(supervisor.completion.contextSize('completion'), 1024);
    const answers = await Promise.all([answer(model, chat), answer(supervisor.completion, completion)]);
    assert.deepEqual(answers, ['chat', 'second']);
  });

  it('are one again when the second is dropped, which costs the first nothing', async () => {
    const supervisor = supervise();
    const model = await load(supervisor);
    const { pid } = supervisor;
    const dropped = supervisor.completion;
    assert.equal(await supervisor.dropCompletion(), true);
    assert.equal(supervisor.completion, undefined);
    assert.equal(await supervisor.dropCompletion(), false);
    assert.deepEqual([await answer(model, chat), await answer(model, completion)], ['chat', 'first']);
    assert.equal(supervisor.pid, pid);
    // What was made for the second model's tokens never reaches the first.
    const last = dropped && (await collect(dropped.generate(completion, never))).last;
    assert.equal(last?.type === 'failed' && last.error.code, 'model-not-loaded');
  });

  it('stay one after a death, where the second was dropped', async () => {
    const supervisor = supervise();
    const model = await load(supervisor);
    await supervisor.dropCompletion();
    process.kill(supervisor.pid!, 'SIGKILL');
    // Whatever the killed engine had answered is asked for again.
    let text = '';
    while (text !== 'first') text = await answer(model, completion);
    assert.equal(supervisor.completion, undefined);
  });

  it('where the second was dropped, an engine that dies again and again is not said to give it up', async () => {
    const supervisor = supervise();
    const notices: string[] = [];
    await load(supervisor);
    await supervisor.dropCompletion();
    await new Promise<void>((resolve) => {
      const kill = (): boolean => process.kill(supervisor.pid!, 'SIGKILL');
      supervisor.onMilder(({ notice }) => {
        notices.push(notice);
        resolve();
      });
      supervisor.onState((state) => {
        if (state === 'ready') kill();
        if (state === 'failed') resolve();
      });
      kill();
    });
    assert.deepEqual(notices, []);
  });

  it('both come back after a death', async () => {
    const supervisor = supervise();
    const model = await load(supervisor);
    process.kill(supervisor.pid!, 'SIGKILL');
    let text = '';
    while (text !== 'chat') text = await answer(model, chat);
    assert.equal(await answer(supervisor.completion, completion), 'second');
  });

  it('are one from the beginning where the second does not load, and the engine says why', async () => {
    const supervisor = supervise();
    const model = await load(supervisor, folder.file('broken.gguf', 'GGUFnothing more'));
    const outcome = supervisor.loaded?.completionModel;
    assert.match(outcome && 'error' in outcome ? outcome.error.happened : '', /broken\.gguf/);
    assert.equal(supervisor.completion, undefined);
    assert.equal(await answer(model, completion), 'first');
  });
});
