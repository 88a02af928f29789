import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UserError } from '../../src/base/errors';
import type { EngineCrash } from '../../src/model/crash-reports';
import {
  createEngineSupervisor,
  type EngineState,
  type EngineSupervisor,
} from '../../src/model/engine-supervisor';
import type { GenerateEvent, GenerateRequest, LanguageModel } from '../../src/model/language-model';
import { testProfile } from '../support/fake-model';
import { builtEngine, collect, modelFolder, tinyModel, tinyParams } from '../support/tiny-model';

const never = new AbortController().signal;
/** 200 tokens, none twice, so that there is time to die in the middle. */
const reply = Array.from({ length: 200 }, (_, index) => `w${index} `);
const expected = reply.join('');

function ask(more: Partial<GenerateRequest> = {}): GenerateRequest {
  return { lane: 'chat', prompt: [{ text: 'Hi\n' }], maxTokens: 300, sampling: { temperature: 0 }, ...more };
}

/** Waits as little as can be before a start; the heartbeat keeps its pace. */
const atOnce = {
  now: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
    sleep(signal ? ms : 0, undefined, signal ? { signal } : {}),
};

/** Runs a request and kills the engine at the first event that `when` names. */
async function killAt(
  supervisor: EngineSupervisor,
  model: LanguageModel,
  request: GenerateRequest,
  when: (event: GenerateEvent) => boolean,
): Promise<GenerateEvent | undefined> {
  let last: GenerateEvent | undefined;
  let killed = false;
  for await (const event of model.generate(request, never)) {
    last = event;
    if (!killed && when(event)) {
      killed = true;
      process.kill(supervisor.pid!, 'SIGKILL');
    }
  }
  return last;
}

function assertDied(event: GenerateEvent | undefined): void {
  assert.equal(event?.type, 'failed', JSON.stringify(event));
  assert.equal(event.retryable, true);
  assert.equal(event.error.code, 'engine-died');
  assert.ok(event.error.kept && event.error.next);
}

function until(supervisor: EngineSupervisor, wanted: EngineState): Promise<void> {
  if (supervisor.state === wanted) return Promise.resolve();
  return new Promise((resolve) => {
    const subscription = supervisor.onState((state) => {
      if (state !== wanted) return;
      subscription.dispose();
      resolve();
    });
  });
}

describe('engine supervisor', function () {
  this.timeout(120_000);
  const folder = modelFolder();
  const open: EngineSupervisor[] = [];
  let file = '';
  const supervise = (
    options: Partial<Parameters<typeof createEngineSupervisor>[0]> = {},
  ): EngineSupervisor => {
    const supervisor = createEngineSupervisor({ enginePath: builtEngine(), ...options });
    open.push(supervisor);
    return supervisor;
  };
  const load = (supervisor: EngineSupervisor, path = file): Promise<LanguageModel> =>
    supervisor.load({ name: 'tiny', profile: testProfile, params: tinyParams(path, { chat: 4096 }) });

  before(async () => {
    file = folder.file('tiny.gguf', await tinyModel({ script: { chat: reply } }));
  });
  afterEach(() => {
    for (const supervisor of open.splice(0)) supervisor.dispose();
  });
  after(() => folder.remove());

  it('a death in the middle of an answer is told, and the request works again', async () => {
    const supervisor = supervise();
    const states: EngineState[] = [];
    const restarts: number[] = [];
    supervisor.onState((state) => states.push(state));
    supervisor.onRestart(({ attempt }) => restarts.push(attempt));
    const model = await load(supervisor);
    assertDied(await killAt(supervisor, model, ask(), (event) => event.type === 'text'));
    assert.equal((await collect(model.generate(ask(), never))).text, expected);
    assert.deepEqual(restarts, [1]);
    assert.deepEqual(states.slice(0, 4), ['starting', 'loading', 'ready', 'busy']);
    assert.ok(states.includes('degraded'));
    assert.equal(supervisor.state, 'ready');
  });

  it('a death in the middle of the prompt', async () => {
    const slow = folder.file(
      'slow.gguf',
      await tinyModel({ embd: 128, ff: 256, layers: 2, script: { chat: ['ok'] } }),
    );
    const supervisor = supervise();
    const model = await load(supervisor, slow);
    const request = ask({
      prompt: [{ text: `${'x'.repeat(2000)}\n` }],
      responsiveness: 'interactive',
    });
    assertDied(await killAt(supervisor, model, request, (event) => event.type === 'progress'));
    assert.equal((await collect(model.generate(request, never))).text, 'ok');
  });

  it('a death while loading is tried again', async () => {
    const supervisor = supervise();
    const deaths: string[] = [];
    supervisor.onCrash(({ doing, reason }) => deaths.push(`${doing}: ${reason}`));
    const subscription = supervisor.onState((state) => {
      if (state !== 'loading') return;
      subscription.dispose();
      process.kill(supervisor.pid!, 'SIGKILL');
    });
    const model = await load(supervisor);
    assert.deepEqual(deaths, ['loading: signal SIGKILL']);
    assert.equal((await collect(model.generate(ask(), never))).text, expected);
  });

  it('a request that comes while the model is loaded again outlives a death meanwhile', async () => {
    const supervisor = supervise();
    const first = await load(supervisor);
    assertDied(await killAt(supervisor, first, ask(), (event) => event.type === 'text'));
    await until(supervisor, 'loading');
    const again = load(supervisor);
    process.kill(supervisor.pid!, 'SIGKILL');
    const model = await again;
    assert.equal((await collect(model.generate(ask(), never))).text, expected);
  });

  it('a start that the system refuses is tried again by the next request', async () => {
    // A name that no program can have is refused as a lack of memory is: before there is a process.
    const options = { enginePath: builtEngine(), execPath: 'no\0program' };
    const supervisor = createEngineSupervisor(options);
    open.push(supervisor);
    await assert.rejects(load(supervisor), { code: 'engine-not-started' });
    assert.equal(supervisor.state, 'degraded');
    options.execPath = process.execPath;
    const model = await load(supervisor);
    assert.equal((await collect(model.generate(ask(), never))).text, expected);
  });

  it('gives up after three deaths and one in each milder way, until it is restarted', async () => {
    const script = folder.file('dies.mjs', 'console.error("out of luck"); process.exit(3);');
    const supervisor = supervise({ enginePath: script, clock: atOnce });
    const crashes: EngineCrash[] = [];
    const notices: string[] = [];
    supervisor.onCrash((crash) => crashes.push(crash));
    supervisor.onMilder(({ notice }) => notices.push(notice));
    await assert.rejects(load(supervisor), {
      code: 'engine-crash-loop',
      message: /exit code 3.*out of luck/,
    });
    assert.equal(supervisor.state, 'failed');
    // One thread and no GPU are asked for already: the context is all that can be less.
    assert.deepEqual(
      crashes.map(({ params }) => params.lanes.chat),
      [4096, 4096, 4096, 2048],
    );
    assert.match(notices.join(), /^It goes on with a context of 2048 tokens/);
    await assert.rejects(load(supervisor), { code: 'engine-crash-loop' });
    assert.equal(crashes.length, 4);
    await assert.rejects(supervisor.restart(), { code: 'engine-crash-loop' });
    assert.equal(crashes.length, 8);
  });

  it('goes on in the milder way in which it lives, and says so', async () => {
    const script = folder.file(
      'fussy.mjs',
      `await import(${JSON.stringify(new URL(`file://${builtEngine()}`).href)});
      process.on('message', ({ params }) => params?.lanes?.chat > 2048 && process.kill(process.pid, 'SIGKILL'));`,
    );
    const supervisor = supervise({ enginePath: script, clock: atOnce });
    const notices: string[] = [];
    supervisor.onMilder(({ notice }) => notices.push(notice));
    const model = await load(supervisor);
    assert.equal(notices.length, 1);
    assert.equal(model.contextSize('chat'), 2048);
    assert.equal((await collect(model.generate(ask(), never))).text, expected);
    assert.equal(supervisor.state, 'ready');
  });

  it('garbage on stdout and stderr does not matter', async () => {
    const wrapper = folder.file(
      'noisy.mjs',
      `setInterval(() => { process.stdout.write('\\0{"jsonrpc"'); process.stderr.write('Content-Length: 9\\r\\n'); }, 1);
      await import(${JSON.stringify(new URL(`file://${builtEngine()}`).href)});`,
    );
    const supervisor = supervise({ enginePath: wrapper });
    const model = await load(supervisor);
    assert.equal((await collect(model.generate(ask(), never))).text, expected);
  });

  it('an engine that hangs is ended and started again', async function () {
    // Windows cannot stop a process without ending it.
    if (process.platform === 'win32') this.skip();
    const supervisor = supervise({
      heartbeat: { intervalMs: 300, misses: 5, missesWhileLoading: 200, stalls: 1000 },
    });
    const model = await load(supervisor);
    const pid = supervisor.pid!;
    const restarted = new Promise((resolve) => supervisor.onRestart(resolve));
    process.kill(pid, 'SIGSTOP');
    await restarted;
    assert.equal((await collect(model.generate(ask(), never))).text, expected);
    assert.notEqual(supervisor.pid, pid);
  });

  it('counts with an estimate while the engine is away', async () => {
    const supervisor = supervise();
    const model = await load(supervisor);
    assert.deepEqual(await model.countTokens(['abcdef']), [6]);
    process.kill(supervisor.pid!, 'SIGKILL');
    await until(supervisor, 'degraded');
    assert.deepEqual(await model.countTokens(['abcdef']), [2]);
  });

  it('after unloading, requests say so and the process is gone', async () => {
    const supervisor = supervise();
    const model = await load(supervisor);
    await supervisor.unload();
    const { last } = await collect(model.generate(ask(), never));
    assert.equal(last?.type === 'failed' && last.error.code, 'model-not-loaded');
    assert.equal(supervisor.state, 'stopped');
    assert.equal(supervisor.pid, undefined);
  });

  it('loading can be cancelled', async () => {
    const supervisor = supervise();
    const abort = new AbortController();
    const params = tinyParams(file);
    const loading = supervisor.load({ name: 't', profile: testProfile, params }, undefined, abort.signal);
    abort.abort();
    await assert.rejects(loading, (error) => (error as UserError).code === 'cancelled');
    assert.equal((await collect((await load(supervisor)).generate(ask(), never))).text, expected);
  });

  it('every one of 20 requests whose engine is killed somewhere arrives on repeat', async () => {
    const supervisor = supervise();
    const model = await load(supervisor);
    let seed = 20;
    const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    let died = 0;
    for (let i = 0; i < 20; i++) {
      const victim = Math.floor(random() * 200);
      let events = 0;
      const last = await killAt(supervisor, model, ask(), () => events++ === victim);
      if (last?.type === 'failed') {
        assertDied(last);
        died++;
        assert.equal((await collect(model.generate(ask(), never))).text, expected);
      } else await collect(model.generate(ask(), never));
    }
    assert.ok(died > 0, 'no kill hit a request');
    assert.equal(supervisor.state, 'ready');
  });
});
