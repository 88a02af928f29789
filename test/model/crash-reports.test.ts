import assert from 'node:assert/strict';
import { createCrashReports, crashText, type EngineCrash } from '../../src/model/crash-reports';
import { memoryStore } from '../support/memory-store';

const secret = 'my secret source';
const crash: EngineCrash = {
  reason: 'signal SIGABRT',
  log: [
    `[llama.cpp error] failed to parse grammar near ${secret}`,
    `/src/ggml.c:12: GGML_ASSERT(n_head > 0) failed`,
    `trailing ${secret}`,
  ],
  model: '/home/somebody/models/tiny.gguf',
  params: {
    modelPath: '/home/somebody/models/tiny.gguf',
    lanes: { chat: 4096 },
    gpuLayers: 0,
    stateFolder: '/home/somebody/states',
    completionModel: { modelPath: '/home/somebody/models/small.gguf', contextSize: 3072 },
  },
  doing: 'working',
  requests: [
    {
      lane: 'chat',
      prompt: [{ text: secret }, { text: secret }],
      maxTokens: 9,
      sampling: { temperature: 0 },
      stop: [secret],
      begin: secret,
      grammar: `root ::= "${secret}"`,
    },
  ],
  deaths: 1,
  level: 0,
};

describe('crash reports', () => {
  it('tell how the engine died and the shape of the request, and no text or folder of the user', async () => {
    const store = memoryStore();
    const reports = createCrashReports(store, () => 1e12);
    await reports.add(crash);
    const [report] = await reports.list();
    assert.ok(report);
    assert.equal(report.abort, 'GGML_ASSERT(n_head > 0) failed');
    assert.deepEqual(report.requests, [
      { lane: 'chat', promptLength: 2 * secret.length, maxTokens: 9, temperature: 0, grammar: 'whole' },
    ]);
    assert.equal(report.file, 'tiny.gguf');
    assert.match(
      crashText(report),
      /2001-09-09 01:46:40 {2}signal SIGABRT, tiny\.gguf, working on chat.*GGML_ASSERT/,
    );
    const kept = [...store.records.values()].map((bytes) => new TextDecoder().decode(bytes)).join();
    assert.doesNotMatch(kept, /secret|somebody/);
  });

  it('are the newest twenty, and can be deleted', async () => {
    let time = 1e12;
    const store = memoryStore();
    const reports = createCrashReports(store, () => (time += 1000));
    for (let index = 0; index < 25; index++) await reports.add({ ...crash, deaths: index });
    const kept = await reports.list();
    assert.deepEqual([kept.length, kept[0]?.deaths, kept.at(-1)?.deaths], [20, 24, 5]);
    assert.equal(await reports.clear(), 20);
    assert.deepEqual(await reports.list(), []);
  });

  it('that cannot be kept or read disturb nothing', async () => {
    const store = memoryStore();
    const reports = createCrashReports(store, () => 1e12);
    store.fail = new Error('the disk is full');
    await reports.add(crash);
    store.fail = undefined;
    await reports.add(crash);
    store.records.set('0.json', new TextEncoder().encode('{"id":'));
    assert.equal((await reports.list()).length, 1);
  });
});
