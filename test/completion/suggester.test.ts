import assert from 'node:assert/strict';
import { createSuggester, type SuggestionQuestion } from '../../src/completion/suggester';
import type { GenerateEvent, LanguageModel } from '../../src/model/language-model';
import { type FakeModel, fakeModel } from '../support/fake-model';
import { handClock } from '../support/memory-store';

function setup(replies: Parameters<typeof fakeModel>[0], lookAhead = true, isThere = (): boolean => true) {
  const model = fakeModel(replies);
  const waits: number[] = [];
  const clock = handClock(1);
  const suggester = createSuggester({
    model: () => Promise.resolve(isThere() ? model : undefined),
    clock: {
      now: () => clock.now(),
      sleep: (ms) => {
        waits.push(ms);
        return clock.sleep(ms);
      },
    },
    delays: { minMs: 60, maxMs: 400 },
    mayLookAhead: () => lookAhead,
    log: (line) => assert.fail(line),
    onBusy: () => undefined,
  });
  return { model, suggester, waits, clock };
}

function at(prefix: string, isAsked = false, suffix = '\n'): SuggestionQuestion {
  const place = { path: 'a.py', languageId: 'python', prefix, suffix };
  return { key: prefix, isAsked, place, context: () => Promise.resolve([]) };
}

/** Waits until the model was asked so often and nothing is under way. */
async function settled(model: FakeModel, count: number): Promise<void> {
  while (model.requests.length < count) await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('suggester', () => {
  it('makes what follows a suggestion while it is looked at, behind everything else', async () => {
    const { model, suggester, waits } = setup((prompt, { begin = '' }) =>
      prompt.includes('a +') ? `${begin}\n    print(x)\n` : ' a + b',
    );
    assert.deepEqual((await suggester.suggest(at('    return ')))?.texts, ['a + b']);
    await settled(model, 2);
    assert.deepEqual(
      model.requests.map(({ ahead }) => ahead),
      [undefined, true],
    );
    const before = waits.length;
    assert.deepEqual((await suggester.suggest(at('    return a + b')))?.texts, ['\n    print(x)']);
    assert.equal(waits.length, before, 'what is known is not waited for');
    assert.equal(model.requests.filter(({ ahead }) => !ahead).length, 1);
  });

  it('looks for nothing that goes along before there is a model', async () => {
    let isThere = false;
    let looked = 0;
    const { suggester } = setup([' a + b', ' a - b'], false, () => isThere);
    const question = (prefix: string): SuggestionQuestion => ({
      ...at(prefix),
      context: () => {
        looked++;
        return Promise.resolve([]);
      },
    });
    assert.equal(await suggester.suggest(question('return ')), undefined);
    assert.equal(suggester.hasModel(), false);
    assert.equal(looked, 0);
    isThere = true;
    assert.ok(await suggester.suggest(question('    return ')));
    assert.equal(suggester.hasModel(), true);
    assert.equal(looked, 1);
    assert.ok(await suggester.suggest(question('x = ')));
    assert.equal(looked, 2);
  });

  it('does not work ahead where it may not', async () => {
    const { model, suggester } = setup([' a + b'], false);
    await suggester.suggest(at('return '));
    suggester.rest(at('x = '));
    await settled(model, 1);
    assert.equal(model.requests.length, 1);
  });

  it('reads the prompt of a place where the cursor rests, once something was asked', async () => {
    const { model, suggester } = setup(() => ({ text: ' guess', probabilities: [0.01] }));
    suggester.rest(at('x = '));
    await settled(model, 0);
    assert.equal(model.requests.length, 0, 'nothing starts with the editor');
    await suggester.suggest(at('y = '));
    suggester.rest(at('def f(a):\n    return '));
    await settled(model, 2);
    const { ahead, maxTokens } = model.requests[1]!;
    assert.deepEqual([ahead, maxTokens], [true, 0]);
  });

  it('reads nothing ahead for somebody who only moves about', async () => {
    const { model, suggester, clock } = setup(() => ({ text: ' guess', probabilities: [0.01] }));
    await suggester.suggest(at('y = '));
    clock.time += 120_000;
    suggester.rest(at('def f(a):\n    return '));
    await settled(model, 1);
    assert.equal(model.requests.length, 1);
  });

  it('gives up work ahead for a question that needs the model', async () => {
    const signals: AbortSignal[] = [];
    const answers = fakeModel(() => ' a + b');
    const model: LanguageModel = {
      ...answers,
      generate: (request, signal) => {
        signals.push(signal);
        return request.ahead ? forever(signal) : answers.generate(request, signal);
      },
    };
    const suggester = createSuggester({
      model: () => Promise.resolve(model),
      clock: handClock(1),
      delays: { minMs: 60, maxMs: 400 },
      mayLookAhead: () => true,
      log: (line) => assert.fail(line),
      onBusy: () => undefined,
    });
    await suggester.suggest(at('return '));
    while (signals.length < 2) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(signals[1]!.aborted, false);
    await suggester.suggest(at('x = '));
    assert.equal(signals[1]!.aborted, true);
  });

  it('leaves the prompt’s suffix as it was when the editor puts in closing brackets', async () => {
    const { model, suggester } = setup(() => ({ text: ' guess', probabilities: [0.01] }), false);
    const below = '\n\nfunction next() {\n  return somethingElse(1);\n}\n';
    const places = [
      ['f() ', below],
      ['f() {', `}${below}`],
      ['f() {\n  ', `\n}${below}`],
      ['f() {\n  g(', `)\n}${below}`],
    ];
    for (const [prefix = '', suffix] of places) await suggester.suggest(at(prefix, false, suffix));
    const told = model.prompts.map((prompt) => prompt.split('<|fim_suffix|>')[1]?.split('<|fim_middle|>')[0]);
    assert.deepEqual([...new Set(told)], [below]);
  });

  it('offers several texts, and what the gate withholds, when asked by hand', async () => {
    const { suggester, waits } = setup((prompt) =>
      prompt.endsWith('f') ? { text: '(a)', probabilities: [0.01] } : '(b)',
    );
    const offer = await suggester.suggest(at('x = f(', true, ')\n'));
    assert.equal(offer?.texts[0], 'a');
    assert.deepEqual(waits, []);
  });
});

/** A generation that only an abort ends. */
async function* forever(signal: AbortSignal): AsyncGenerator<GenerateEvent> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  yield { type: 'failed', error: { code: 'test', happened: 'It was stopped.' }, retryable: false };
}
