import assert from 'node:assert/strict';
import { createSuggester } from '../../src/completion/suggester';
import { type EngineClient, startEngine } from '../../src/model/engine-client';
import { createEngineModel } from '../../src/model/engine-model';
import type { LanguageModel } from '../../src/model/language-model';
import { testProfile } from '../support/fake-model';
import { handClock } from '../support/memory-store';
import { builtEngine, modelFolder, tinyModel, tinyParams } from '../support/tiny-model';

/** A model that keeps which requests are still wanted and not answered. */
function watched(model: LanguageModel) {
  const open = new Set<AbortSignal>();
  const counts = { asked: 0, ahead: 0 };
  return {
    open,
    counts,
    wanted: () => [...open].filter((signal) => !signal.aborted).length,
    model: {
      ...model,
      async *generate(...[request, signal]: Parameters<LanguageModel['generate']>) {
        open.add(signal);
        counts[request.ahead ? 'ahead' : 'asked']++;
        try {
          yield* model.generate(request, signal);
        } finally {
          open.delete(signal);
        }
      },
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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

  const setup = () => {
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
    const seen = watched(engine);
    const suggester = createSuggester({
      model: () => Promise.resolve(seen.model),
      clock: handClock(1),
      delays: { minMs: 0, maxMs: 0 },
      mayLookAhead: () => true,
      log: (line) => assert.fail(line),
      onBusy: () => undefined,
    });
    const suggest = (prefix: string): Promise<unknown> =>
      suggester.suggest({
        key: prefix,
        isAsked: false,
        place: { path: 'a.ts', languageId: 'typescript', prefix, suffix: '\n' },
        context: () => Promise.resolve([]),
      });
    return { ...seen, suggester, suggest };
  };
  /** The engine has nothing to do, and does nothing: it begins no chunk and no token any more. */
  const assertIdle = async (): Promise<void> => {
    const { active, turns } = await client.status();
    assert.equal(active.completion, 0);
    for (let look = 0; look < 20; look++) await turn();
    assert.equal((await client.status()).turns, turns);
  };

  it('leaves one request wanted at any time, and an engine that rests once the place is left', async () => {
    const { suggester, suggest, open, wanted, counts } = setup();
    const answers: Promise<unknown>[] = [];
    let prefix = '';
    for (const character of 'const reallyLongNameOfSomething = computeIt(1, 2);') {
      prefix += character;
      suggester.leave();
      answers.push(suggest(prefix));
      assert.ok(wanted() <= 1, `${wanted()} requests are wanted at once`);
      await turn();
      assert.ok(wanted() <= 1, `${wanted()} requests are wanted at once`);
    }
    suggester.leave();
    await Promise.all(answers);
    while (open.size > 0) await turn();
    assert.equal(wanted(), 0);
    assert.ok(counts.asked > 0);
    await assertIdle();
  });

  it('drops work ahead once the place is left', async () => {
    const { suggester, suggest, open, counts } = setup();
    assert.ok(await suggest(''));
    while (counts.ahead === 0) await turn();
    suggester.leave();
    while (open.size > 0) await turn();
    await assertIdle();
  });
});
