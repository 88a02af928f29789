import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createEngineSupervisor } from '../../src/model/engine-supervisor';
import type { GenerateRequest } from '../../src/model/language-model';
import { testProfile } from '../support/fake-model';
import { builtEngine, collect, modelFolder, tinyModel, tinyParams } from '../support/tiny-model';

const never = new AbortController().signal;
/** A token for each character: what is shared is long enough to be kept. */
const system = 'You are a very small model. '.repeat(8);

function ask(question: string, shared = system): GenerateRequest {
  return {
    lane: 'chat',
    prompt: [
      { text: '<|im_start|>', special: true },
      { text: shared },
      { text: '<|im_end|>', special: true },
      { text: question },
    ],
    prefixParts: 2,
    maxTokens: 12,
    sampling: { temperature: 0 },
  };
}

describe('KV state of a shared beginning', function () {
  this.timeout(120_000);
  const models = modelFolder();
  const states = mkdtempSync(path.join(os.tmpdir(), 'thimble-states-'));
  let file = '';
  before(async () => {
    file = models.file('random.gguf', await tinyModel({ layers: 2, seed: 3 }));
  });
  beforeEach(() => rmSync(states, { recursive: true, force: true }));
  after(() => {
    models.remove();
    rmSync(states, { recursive: true, force: true });
  });

  /** Answers of one engine process, with what of each prompt was in the cache. */
  const answers = async (
    requests: GenerateRequest[],
    { stateFolder, modelPath = file }: { stateFolder?: string; modelPath?: string } = { stateFolder: states },
  ): Promise<{ text: string; cached: number }[]> => {
    const supervisor = createEngineSupervisor({ enginePath: builtEngine() });
    try {
      const params = { ...tinyParams(modelPath), ...(stateFolder === undefined ? {} : { stateFolder }) };
      const model = await supervisor.load({ name: 'tiny', profile: testProfile, params });
      const results = [];
      for (const request of requests) {
        const { text, last } = await collect(model.generate(request, never));
        assert.equal(last?.type, 'done', JSON.stringify(last));
        results.push({ text, cached: last.stats.cachedTokens });
      }
      return results;
    } finally {
      supervisor.dispose();
    }
  };
  const kept = (): string[] => readdirSync(states).filter((name) => name.endsWith('.kv'));

  it('is read by the next process, which answers the same', async () => {
    const [plain] = await answers([ask('One?')], {});
    const [first] = await answers([ask('One?')]);
    const [again, other] = await answers([ask('One?'), ask('Two?')]);
    assert.equal(first?.cached, 0);
    assert.deepEqual([first.text, again?.text], [plain?.text, plain?.text]);
    assert.ok((again?.cached ?? 0) > system.length / 2, String(again?.cached));
    assert.ok((other?.cached ?? 0) >= (again?.cached ?? 0));
    assert.equal(kept().length, 1);
  });

  it('comes back when another conversation had taken its place', async () => {
    const different = system.toUpperCase();
    const [, , back] = await answers([ask('One?'), ask('One?', different), ask('One?')]);
    assert.ok((back?.cached ?? 0) > system.length / 2, String(back?.cached));
    assert.equal(kept().length, 2);
  });

  it('is not taken for another model, and a short one is not kept', async () => {
    await answers([ask('One?')]);
    const second = models.file('second.gguf', await tinyModel({ layers: 2, seed: 4 }));
    const [result] = await answers([ask('One?')], { stateFolder: states, modelPath: second });
    assert.equal(result?.cached, 0);
    const before = kept().length;
    await answers([ask('One?', 'short')]);
    assert.equal(kept().length, before);
  });

  it('that is damaged, or ended a process, is left alone and made anew', async () => {
    const [first] = await answers([ask('One?')]);
    const state = path.join(states, kept()[0] ?? '');
    const bytes = readFileSync(state);
    bytes.fill(0xff, bytes.length / 2);
    writeFileSync(state, bytes);
    const [damaged] = await answers([ask('One?')]);
    assert.deepEqual(damaged, first);
    writeFileSync(`${state}.loading`, '');
    const [marked] = await answers([ask('One?')]);
    assert.deepEqual(marked, first);
    assert.equal(existsSync(`${state}.loading`), false);
    const [whole] = await answers([ask('One?')]);
    assert.ok((whole?.cached ?? 0) > 0);
  });

  it('that cannot be written costs nothing', async () => {
    const blocked = models.file('blocked', 'a file where the folder would be');
    const [result] = await answers([ask('One?')], { stateFolder: path.join(blocked, 'states') });
    assert.equal(result?.cached, 0);
    assert.notEqual(result.text, undefined);
  });
});
