import assert from 'node:assert/strict';
import { UserError } from '../../src/base/errors';
import type { EngineSupervisor } from '../../src/model/engine-supervisor';
import type { RemoteModel } from '../../src/model/remote/remote-model';
import { createCatalogueSource } from '../../src/vscode/catalogue-source';
import { createModelService } from '../../src/vscode/model-service';
import type { ModelStore } from '../../src/model/store';
import { testProfile } from '../support/fake-model';

const never = new AbortController().signal;

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
    ),
    selected: () => 'remote:',
    select: () => Promise.resolve(),
    connect,
    plan: () => Promise.resolve({ lanes: { chat: 2048 }, kvType: 'f16' }),
    params: () => ({ contextSize: undefined, gpuLayers: 0 }),
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
