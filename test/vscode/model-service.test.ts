import assert from 'node:assert/strict';
import { UserError } from '../../src/base/errors';
import type { EngineSupervisor } from '../../src/model/engine-supervisor';
import type { RemoteModel } from '../../src/model/remote/remote-model';
import { createCatalogueSource } from '../../src/vscode/catalogue-source';
import { createModelService } from '../../src/vscode/model-service';
import type { ModelStore } from '../../src/model/store';
import type { ModelChoice } from '../../src/protocol/panel';
import { fakeModel, testProfile } from '../support/fake-model';
import { collect } from '../support/tiny-model';

const never = new AbortController().signal;

/** A service with three models here, of which those in `dying` make the engine give up. */
function localService(dying: string[], { remote = false } = {}) {
  const loads: string[] = [];
  const notices: string[] = [];
  let selected = 'large';
  const models = ['large', 'middle', 'small'];
  const choice = (name: string, memoryBytes: number): ModelChoice => ({
    name,
    label: name,
    sizeBytes: 1,
    memoryBytes,
    installed: true,
    licence: '',
  });
  const gaveUp = (name: string) => new UserError('engine-crash-loop', `${name} stopped again and again.`);
  const supervisor = {
    state: 'ready',
    onState: () => ({ dispose: () => undefined }),
    load: ({ name }: { name: string }) => {
      loads.push(name);
      const code = 'engine-crash-loop';
      return dying.includes(name)
        ? Promise.reject(gaveUp(name))
        : Promise.resolve({ ...fakeModel([{ dies: '', retryable: false, code }]), name });
    },
    unload: () => Promise.resolve(),
    restart: () => Promise.resolve(),
  } as unknown as EngineSupervisor;
  const service = createModelService({
    supervisor,
    source: {
      defaultName: () => 'large',
      choices: () =>
        Promise.resolve([
          ...models.map((name, index) => choice(name, 3 - index)),
          { ...choice('remote:', 0), remoteHost: 'models.example.com' },
        ]),
      resolve: (name) => Promise.resolve({ name, profile: testProfile, modelPath: `/${name}.gguf` }),
      pull: () => Promise.resolve(),
    },
    selected: () => selected,
    completionSelected: () => undefined,
    select: ({ chat }) => {
      selected = chat ?? selected;
      return Promise.resolve();
    },
    connect: () =>
      Promise.resolve({ ...fakeModel(['from afar']), host: 'models.example.com' } as unknown as RemoteModel),
    plan: () => Promise.resolve({ lanes: { chat: 2048 }, kvType: 'f16', predicted: 2e9 }),
    params: () => ({ contextSize: undefined, gpuLayers: 0 }),
    remoteMayStandIn: () => remote,
    notice: ({ happened }) => void notices.push(happened),
  });
  const stop = (): void => void Object.assign(supervisor, { state: 'stopped' });
  return { service, loads, notices, dying, stop };
}

describe('a model that makes the engine die', () => {
  const request = { lane: 'chat' as const, prompt: [], maxTokens: 9, sampling: { temperature: 0 } };

  it('is stood in for by the next smaller one, and the user is told', async () => {
    const { service, loads, notices } = localService(['large']);
    assert.equal((await service.model(never)).name, 'middle');
    assert.deepEqual(loads, ['large', 'middle']);
    assert.match(notices.join(), /^large does not run: .* middle answers instead\.$/);
    assert.equal(service.view().name, 'middle');
  });

  it('is stood in for in the middle of a task as well', async () => {
    const { service } = localService([]);
    const model = await service.model(never);
    const { last } = await collect(model.generate(request, never));
    assert.equal(last?.type === 'failed' && last.retryable, true);
    assert.equal(model.name, 'middle');
  });

  it('is not tried again and again where no other runs either', async () => {
    const { service, loads } = localService(['large', 'middle', 'small']);
    await assert.rejects(service.model(never), { code: 'engine-crash-loop' });
    await assert.rejects(service.model(never), { code: 'engine-crash-loop' });
    assert.deepEqual(loads, ['large', 'middle', 'small']);
  });

  it('leaves the answer to the server only where the user allows it', async () => {
    const all = ['large', 'middle', 'small'];
    const { service } = localService(all, { remote: true });
    const { text } = await collect((await service.model(never)).generate(request, never));
    assert.equal(text, 'from afar');
    assert.equal(service.view().remoteHost, 'models.example.com');
  });

  it('is tried again when the engine is restarted', async () => {
    const { service, loads, dying } = localService(['large']);
    await service.model(never);
    dying.length = 0;
    await service.restart();
    assert.deepEqual(loads, ['large', 'middle', 'large']);
    assert.equal(service.view().name, 'large');
  });
});

describe('a model that is not used', () => {
  it('is unloaded, says why, and is loaded again by the next request', async () => {
    const { service, loads, stop } = localService([]);
    await service.model(never);
    stop();
    await service.rest('Unloaded.');
    assert.deepEqual([service.view().state, service.view().message], ['stopped', 'Unloaded.']);
    await service.model(never);
    assert.equal(service.view().message, undefined);
    assert.deepEqual(loads, ['large', 'large']);
  });

  it('that stood in for another one does so again', async () => {
    const { service, loads } = localService(['large']);
    await service.model(never);
    await service.rest('Unloaded.');
    assert.equal((await service.model(never)).name, 'middle');
    assert.deepEqual(loads, ['large', 'middle', 'middle']);
  });
});

/** A service whose engine on this computer must not be touched. */
function remoteService(connect: () => Promise<RemoteModel>) {
  const engine: string[] = [];
  const supervisor = {
    state: 'stopped',
    onState: () => ({ dispose: () => undefined }),
    load: () => {
      engine.push('load');
      return Promise.reject(new Error('not here'));
    },
    unload: () => Promise.resolve(),
    restart: () => {
      engine.push('restart');
      return Promise.resolve();
    },
  } as unknown as EngineSupervisor;
  const store = { list: () => Promise.resolve([]) } as unknown as ModelStore;
  const remote = { url: 'https://models.example.com', model: 'big' };
  const service = createModelService({
    supervisor,
    source: createCatalogueSource(
      () => store,
      16e9,
      () => remote,
      undefined,
      () => Promise.resolve([]),
    ),
    selected: () => 'remote:',
    completionSelected: () => undefined,
    select: () => Promise.resolve(),
    connect,
    plan: () => Promise.resolve({ lanes: { chat: 2048 }, kvType: 'f16', predicted: 2e9 }),
    params: () => ({ contextSize: undefined, gpuLayers: 0 }),
    remoteMayStandIn: () => false,
    notice: () => undefined,
  });
  return { service, engine };
}

describe('a remote model in the panel', () => {
  const profile = { ...testProfile, fillInTheMiddle: undefined };
  const model = { name: 'big', host: 'models.example.com', profile } as RemoteModel;

  it('is one of the models to choose from, with its host', async () => {
    const { service } = remoteService(() => Promise.resolve(model));
    await service.refresh();
    const choice = service.choices().find(({ name }) => name === 'remote:');
    assert.equal(choice?.label, 'big');
    assert.equal(choice.remoteHost, 'models.example.com');
  });

  it('names its host while it is in use, and starts no engine here', async () => {
    const { service, engine } = remoteService(() => Promise.resolve(model));
    assert.equal(service.view().remoteHost, undefined);
    assert.equal(await service.model(never), model);
    assert.deepEqual([service.view().state, service.view().remoteHost], ['ready', 'models.example.com']);
    await service.reload();
    assert.equal(service.view().remoteHost, undefined);
    assert.deepEqual(engine, []);
  });

  it('says once it has loaded that it completes no code', async () => {
    const { service } = remoteService(() => Promise.resolve(model));
    assert.equal(service.view().completes, undefined);
    await service.model(never);
    assert.equal(service.view().completes, false);
  });

  it('says why it cannot be reached, and connects anew when asked to', async () => {
    let tries = 0;
    const { service, engine } = remoteService(() =>
      ++tries === 1
        ? Promise.reject(new UserError('remote-unreachable', 'It is away.'))
        : Promise.resolve(model),
    );
    await assert.rejects(service.model(never), { code: 'remote-unreachable' });
    assert.deepEqual([service.view().state, service.view().message], ['failed', 'It is away.']);
    await service.restart();
    await service.restart();
    assert.equal(tries, 3);
    assert.equal(service.view().state, 'ready');
    assert.deepEqual(engine, []);
  });
});
