import assert from 'node:assert/strict';
import { isAbort } from '../../src/base/errors';
import { createCompleter } from '../../src/completion/completer';
import { createInFlight } from '../../src/completion/in-flight';
import { type EngineClient, startEngine } from '../../src/model/engine-client';
import { createEngineModel } from '../../src/model/engine-model';
import type { LanguageModel } from '../../src/model/language-model';
import { testProfile } from '../support/fake-model';
import { handClock } from '../support/memory-store';
import { builtEngine, modelFolder, tinyModel, tinyParams } from '../support/tiny-model';

/** A model that keeps which requests are still wanted and not answered. */
function watched(model: LanguageModel) {
  const open = new Set<AbortSignal>();
  return {
    open,
    wanted: () => [...open].filter((signal) => !signal.aborted).length,
    model: {
      ...model,
      async *generate(...[request, signal]: Parameters<LanguageModel['generate']>) {
        open.add(signal);
        try {
          yield* model.generate(request, signal);
        } finally {
          open.delete(signal);
        }
      },
    },
  };
}

describe('fast typing', function () {
  this.timeout(60_000);
  const folder = modelFolder();
  let client: EngineClient;

  before(async () => {
    client = startEngine({ enginePath: builtEngine() });
    const script = { fim: Array.from({ length: 40 }, (_, index) => `word${index} `) };
    const file = folder.file('tiny.gguf', await tinyModel({ script }));
    await client.load(tinyParams(file, { completion: 512 }), () => undefined, AbortSignal.timeout(30_000));
  });
  after(() => {
    client.kill();
    folder.remove();
  });

  it('leaves one request wanted at any time, and an engine that rests once the place is left', async () => {
    const engine = createEngineModel(
      { name: 'tiny', profile: testProfile },
      {
        client: () => Promise.resolve(client),
        loadedClient: () => client,
        contextSizes: () => ({ completion: 512 }),
        onStart: () => undefined,
        onEnd: () => undefined,
      },
    );
    const { model, open, wanted } = watched(engine);
    const completer = createCompleter({ model, clock: handClock(1) });
    const inFlight = createInFlight<unknown>();
    const answers: Promise<unknown>[] = [];
    let prefix = '';
    for (const character of 'const reallyLongNameOfSomething = computeIt(1, 2);') {
      prefix += character;
      const request = { path: 'a.ts', languageId: 'typescript', prefix, suffix: '\n' };
      const answer = inFlight.ask(prefix, (signal) => completer.complete(request, signal));
      answers.push(
        answer.catch((error: unknown) => {
          if (!isAbort(error)) throw error;
        }),
      );
      assert.ok(wanted() <= 1, `${wanted()} requests are wanted at once`);
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok(wanted() <= 1, `${wanted()} requests are wanted at once`);
    }
    inFlight.leave();
    await Promise.all(answers);
    assert.equal(wanted(), 0);
    assert.equal(open.size, 0);
    assert.equal((await client.status()).active.completion, 0);
  });
});
