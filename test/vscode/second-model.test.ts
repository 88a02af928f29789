import assert from 'node:assert/strict';
import { UserError } from '../../src/base/errors';
import type { EngineSupervisor, ModelSpec } from '../../src/model/engine-supervisor';
import type { LanguageModel } from '../../src/model/language-model';
import type { RemoteModel } from '../../src/model/remote/remote-model';
import type { ModelChoice } from '../../src/protocol/panel';
import type { MemoryFigures } from '../../src/vscode/model-loader';
import { createModelService, type ModelSelection } from '../../src/vscode/model-service';
import { fakeModel, testProfile } from '../support/fake-model';

const never = new AbortController().signal;

interface Wish {
  chat: string;
  completion?: string;
  /** Whether the memory is enough for both. */
  fits?: boolean;
  /** What the engine says of the second model's file. */
  broken?: string;
}

/** A service of which the user wants `wish`; `talker` is a model that does not complete code. */
function serviceFor(wish: Wish) {
  const loads: ModelSpec[] = [];
  const memory: MemoryFigures[] = [];
  const notices: string[] = [];
  const chosen = { chat: wish.chat, completion: wish.completion };
  const named = (name: string): LanguageModel => ({ ...fakeModel([]), name });
  let completion: LanguageModel | undefined;
  let loaded: object | undefined;
  const supervisor = {
    state: 'ready',
    get completion() {
      return completion;
    },
    get loaded() {
      return loaded;
    },
    onState: () => ({ dispose: () => undefined }),
    load: (spec: ModelSpec) => {
      loads.push(spec);
      const { completion: beside } = spec;
      completion = beside && wish.broken === undefined ? named(beside.name) : undefined;
      const completionModel = { error: { happened: wish.broken } };
      loaded = { residentBytes: 2.5e9, ...(wish.broken === undefined ? {} : { completionModel }) };
      const chat = named(spec.name);
      return Promise.resolve({ ...chat, profile: spec.profile });
    },
    dropCompletion: () => {
      const had = completion !== undefined;
      completion = undefined;
      return Promise.resolve(had);
    },
    unload: () => Promise.resolve(),
  } as unknown as EngineSupervisor;
  const choice = (name: string): ModelChoice => ({
    name,
    label: name,
    sizeBytes: 1,
    memoryBytes: 1,
    installed: true,
    licence: '',
    completes: name !== 'talker',
  });
  const predicted = { weights: 0, repacked: 0, kvCache: 0, overhead: 0, total: 1e9 };
  const service = createModelService({
    supervisor,
    source: {
      defaultName: () => 'large',
      choices: () => Promise.resolve(['large', 'small', 'talker'].map(choice)),
      resolve: (name) =>
        name === 'gone'
          ? Promise.reject(new UserError('model-not-installed', 'It is not here.'))
          : Promise.resolve({
              name,
              profile: name === 'talker' ? { ...testProfile, fillInTheMiddle: undefined } : testProfile,
              modelPath: `/${name}.gguf`,
            }),
      pull: () => Promise.resolve(),
    },
    selected: () => chosen.chat,
    completionSelected: () => chosen.completion,
    select: ({ chat, completion: second }: ModelSelection) => {
      chosen.chat = chat ?? chosen.chat;
      chosen.completion = second === '' ? undefined : second;
      return Promise.resolve();
    },
    connect: () => Promise.resolve({ ...named('far'), host: 'models.example.com' } as unknown as RemoteModel),
    plan: (_path, { second }) =>
      Promise.resolve({
        lanes: { chat: 2048, completion: 3072 },
        kvType: 'f16',
        predicted: 2e9,
        ...(second
          ? { second: { fits: wish.fits ?? true, predicted, left: wish.fits === false ? 0 : 2e9 } }
          : {}),
      }),
    params: () => ({ contextSize: undefined, gpuLayers: 0 }),
    onMemory: (figures) => void memory.push(figures),
    remoteMayStandIn: () => false,
    notice: ({ happened, kept }) => void notices.push(`${happened} ${kept ?? ''}`),
  });
  const completes = async (): Promise<string | undefined> => (await service.modelUnasked(never))?.name;
  return { service, loads, memory, notices, chosen, completes };
}

describe('a model for completions beside the one for chat', () => {
  it('is loaded with it where the memory is enough for two, and says why', async () => {
    const { service, loads, completes } = serviceFor({ chat: 'large', completion: 'small' });
    assert.equal((await service.model(never)).name, 'large');
    assert.equal(await completes(), 'small');
    assert.deepEqual(loads[0]?.params.completionModel, { modelPath: '/small.gguf', contextSize: 3072 });
    assert.deepEqual(service.view().second, {
      name: 'small',
      isLoaded: true,
      why: "It needs 1000 MB of the 2000 MB that the chat's model leaves of the memory share.",
    });
  });

  it('counts in what the memory after loading is held against, where it is loaded', async () => {
    const both = serviceFor({ chat: 'large', completion: 'small' });
    await both.service.model(never);
    assert.deepEqual(both.memory, [{ predicted: 3e9, measured: 2.5e9 }]);
    const one = serviceFor({ chat: 'large', completion: 'small', fits: false });
    await one.service.model(never);
    assert.deepEqual(one.memory, [{ predicted: 2e9, measured: 2.5e9 }]);
  });

  it('is left out where the memory is not enough, and one serves both', async () => {
    const { service, loads, completes } = serviceFor({ chat: 'large', completion: 'small', fits: false });
    await service.model(never);
    assert.equal(await completes(), 'large');
    assert.equal(loads[0]?.params.completionModel, undefined);
    assert.deepEqual(service.view().second, {
      name: 'small',
      isLoaded: false,
      why: "It needs 1000 MB, and the chat's model leaves 0 MB of the memory share.",
    });
  });

  it('is the first to go when the memory runs short, and the user is told', async () => {
    const { service, loads, notices, completes } = serviceFor({ chat: 'large', completion: 'small' });
    await service.model(never);
    assert.equal(await service.dropSecond(), true);
    assert.equal(await completes(), 'large');
    assert.match(
      notices.join(),
      /ran short of memory, so small, .* was unloaded\. large completes as well\./,
    );
    assert.equal(service.view().second?.isLoaded, false);
    assert.equal(loads.length, 1);
    assert.equal(await service.dropSecond(), false);
  });

  it('is planned anew when the engine is restarted', async () => {
    const { service, loads, completes } = serviceFor({ chat: 'large', completion: 'small' });
    await service.model(never);
    await service.dropSecond();
    await service.restart();
    assert.equal(await completes(), 'small');
    assert.equal(loads.length, 2);
  });

  const reasons: [name: string, wish: Wish, why: RegExp][] = [
    ['that is not here', { chat: 'large', completion: 'gone' }, /It is not here/],
    ['that does not complete code', { chat: 'large', completion: 'talker' }, /does not complete code/],
    ['on a server', { chat: 'large', completion: 'remote:' }, /must be on this computer/],
    ['whose file does not load', { chat: 'large', completion: 'small', broken: 'Cut off.' }, /Cut off/],
  ];
  for (const [name, wish, why] of reasons) {
    it(`${name} is left out, which says why`, async () => {
      const { service, completes } = serviceFor(wish);
      await service.model(never);
      assert.equal(await completes(), 'large');
      assert.match(service.view().second?.why ?? '', why);
    });
  }

  it('completes here while the chat is on a server, which then sees no key', async () => {
    const { service, loads, completes } = serviceFor({ chat: 'remote:', completion: 'small' });
    assert.equal((await service.model(never)).name, 'far');
    assert.equal(await completes(), 'small');
    assert.deepEqual(
      loads.map(({ name }) => name),
      ['small'],
    );
    assert.equal(service.view().second?.isLoaded, true);
  });

  it('that is not here while the chat is on a server leaves no completions rather than ask the server', async () => {
    const { service, completes } = serviceFor({ chat: 'remote:', completion: 'gone' });
    await service.model(never);
    assert.equal(await completes(), undefined);
    assert.equal(service.view().completes, false);
  });
});

describe('choosing what a model is for', () => {
  const picked = async (
    wish: Wish,
    ...pick: Parameters<ReturnType<typeof serviceFor>['service']['pick']>
  ) => {
    const { service, chosen } = serviceFor(wish);
    await service.refresh();
    await service.pick(...pick);
    await service.model(never);
    return chosen;
  };

  it('both takes the second model away', async () => {
    const chosen = await picked({ chat: 'large', completion: 'small' }, 'small', 'both');
    assert.deepEqual(chosen, { chat: 'small', completion: undefined });
  });

  it('chat leaves completions with the model that they have', async () => {
    assert.deepEqual(await picked({ chat: 'small' }, 'large', 'chat'), {
      chat: 'large',
      completion: 'small',
    });
    const chosen = await picked({ chat: 'small', completion: 'large' }, 'large', 'chat');
    assert.deepEqual(chosen, { chat: 'large', completion: undefined });
  });

  it('completions leaves the chat with its model', async () => {
    const chosen = await picked({ chat: 'large' }, 'small', 'completion');
    assert.deepEqual(chosen, { chat: 'large', completion: 'small' });
    const same = await picked({ chat: 'large', completion: 'small' }, 'large', 'completion');
    assert.deepEqual(same, { chat: 'large', completion: undefined });
  });

  it('without a word it is for both, and for the chat alone where it does not complete code', async () => {
    assert.deepEqual(await picked({ chat: 'small' }, 'talker'), { chat: 'talker', completion: 'small' });
    assert.deepEqual(await picked({ chat: 'small' }, 'large'), { chat: 'large', completion: undefined });
    const beside = await picked({ chat: 'talker', completion: 'small' }, 'large');
    assert.deepEqual(beside, { chat: 'large', completion: 'small' });
  });
});
