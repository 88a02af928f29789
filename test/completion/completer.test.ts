import assert from 'node:assert/strict';
import { createCompleter } from '../../src/completion/completer';
import { createDebounce } from '../../src/completion/debounce';
import { type FakeReply, fakeModel, testProfile } from '../support/fake-model';
import { handClock } from '../support/memory-store';

const never = new AbortController().signal;

function setup(...replies: FakeReply[]) {
  const model = fakeModel(replies);
  return { model, completer: createCompleter({ model, clock: handClock(1) }) };
}

const at = (prefix: string, suffix = '\n') => ({ path: 'a.py', languageId: 'python', prefix, suffix });

describe('completer', () => {
  it('offers what the model writes', async () => {
    const { completer, model } = setup(' a + b');
    const result = await completer.complete(at('def add(a, b):\n    return '), never);
    assert.equal(result.text, 'a + b');
    assert.equal(result.shown, true);
    assert.equal(result.uncachedTokens, 6);
    assert.equal(model.requests[0]!.lane, 'completion');
  });

  it('needs no model for what is typed as predicted', async () => {
    const { completer, model } = setup(' a + b');
    await completer.complete(at('return '), never);
    const rest = await completer.complete(at('return a +'), never);
    assert.deepEqual([rest.text, rest.tokens, rest.reason], [' b', 0, 'typed-through']);
    assert.equal(model.prompts.length, 1);
  });

  it('goes on with a suggestion where the editor closes its brackets, and behind them', async () => {
    const { completer, model } = setup(' sum(values["a"], 2) + 1\n', '(values["a"], 2) + 1\n');
    await completer.complete(at('return '), never);
    const rest = async (prefix: string, suffix: string): Promise<string> =>
      (await completer.complete(at(prefix, suffix), never)).text;
    assert.equal(await rest('return sum', '\n'), '(values["a"], 2) + 1');
    assert.equal(await rest('return sum(', ')\n'), 'values["a"], 2');
    assert.equal(await rest('return sum(values["', '"])\n'), 'a');
    assert.equal(await rest('return sum(values["a"', '])\n'), '');
    assert.equal(await rest('return sum(values["a"], 2', ')\n'), '');
    assert.equal(await rest('return sum(values["a"], 2)', '\n'), ' + 1');
    assert.equal(model.prompts.length, 1);
    // Asked for within the brackets, it goes on behind them.
    assert.equal(await rest('x = f(', ')\n'), 'values["a"], 2');
    assert.equal(await rest('x = f(values["a"], 2)', '\n'), ' + 1');
    assert.equal(model.prompts.length, 2);
  });

  it('answers each question by itself where they do not follow one another', async () => {
    const { completer, model } = setup(' a', ' b');
    const below = '\n}\n';
    await completer.complete(at('x = ', below), never);
    await completer.complete(at('y = ', `\n  }${below}`), never);
    assert.match(model.prompts[1]!, /<\|fim_suffix\|>\n {2}\}\n\}\n<\|fim_middle\|>/);
  });

  it('ends in a string before what closes there', async () => {
    const { completer } = setup('"{entry.name:<12} is here")\n');
    const result = await completer.complete(at('print(f"{', '}")\n'), never);
    assert.equal(result.text, 'entry.name:<12');
  });

  it('asks again when something else is typed or the suffix changed', async () => {
    const { completer, model } = setup(' a + b', ' zip', ' y');
    await completer.complete(at('return '), never);
    await completer.complete(at('return z'), never);
    await completer.complete(at('return ', ')\n'), never);
    assert.equal(model.prompts.length, 3);
  });

  it('withholds what the model is not sure of', async () => {
    const { completer } = setup({ text: ' guess', probabilities: [0.1, 0.1] });
    const result = await completer.complete(at('x = '), never);
    assert.deepEqual([result.shown, result.reason], [false, 'low-confidence']);
    const again = await completer.complete(at('x = '), never);
    assert.deepEqual([again.text, again.shown, again.reason], ['guess', false, 'low-confidence']);
  });

  it('keeps CRLF', async () => {
    const { completer, model } = setup(' a = 1\n    b = 2');
    const result = await completer.complete(at('def f():\r\n    ', '\r\n'), never);
    assert.equal(result.text, 'a = 1\r\n    b = 2');
    assert.doesNotMatch(model.prompts[0]!, /\r/);
  });

  it('raw output is not filtered', async () => {
    const { completer } = setup({ text: '   ', probabilities: [0.01] });
    const result = await completer.complete({ ...at('x = '), raw: true }, never);
    assert.deepEqual([result.text, result.shown, result.reason], ['  ', true, 'raw']);
  });

  it('heals what the cursor stands behind, and asks again when the model goes another way', async () => {
    const { completer, model } = setup(' a + b', ' sum(values)', '_value', 'x');
    assert.equal((await completer.complete(at('return '), never)).text, 'a + b');
    assert.equal((await completer.complete(at('return su'), never)).text, 'm(values)');
    assert.equal((await completer.complete(at('y = '), never)).text, 'x');
    assert.deepEqual(
      model.requests.map(({ begin }) => begin),
      [' ', ' su', ' ', undefined],
    );
    assert.deepEqual(
      model.prompts.map((prompt) => prompt.split('<|fim_middle|>')[1]),
      ['return', 'return', 'y =', 'y = '],
    );
  });

  it('raw output of one line ends behind the first line that is not empty', async () => {
    const { completer } = setup('():\n    return 1\n    more');
    const result = await completer.complete({ ...at('def f():'), raw: true, singleLine: true }, never);
    assert.equal(result.text, '\n    return 1');
  });

  it('gives up where the model writes nothing but empty lines', async () => {
    const { completer, model } = setup(`x${'\n'.repeat(60)}`);
    const result = await completer.complete({ ...at('x'), singleLine: true }, never);
    assert.deepEqual([result.text, result.shown], ['', false]);
    assert.ok(result.tokens < 10, `${result.tokens} of ${model.requests[0]!.maxTokens} tokens`);
  });

  it('offers the line below where the model ends the one with the cursor', async () => {
    const { completer } = setup('():\n    return 1\n    more');
    const result = await completer.complete(at('def f():', '\n\nf()\n'), never);
    assert.deepEqual([result.text, result.shown], ['\n    return 1', true]);
  });

  it('offers nothing within a character', async () => {
    const { completer, model } = setup();
    const result = await completer.complete(at('x = "e', '\u0301"\n'), never);
    assert.deepEqual([result.shown, result.reason], [false, 'within-character']);
    assert.equal(model.prompts.length, 0);
  });

  it('stops the model when the block is over', async () => {
    const { completer, model } = setup(' a = 1\n\ndef g():\n    return 3\n'.repeat(20));
    const result = await completer.complete(at('def f():\n    '), never);
    assert.equal(result.text, 'a = 1');
    assert.ok(result.tokens < 20, String(result.tokens));
    assert.equal(model.requests.length, 1);
  });

  it('rejects when cancelled', async () => {
    const { completer } = setup('abc');
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(completer.complete(at('x = '), controller.signal), { name: 'AbortError' });
  });

  it('rejects with the engine’s report', async () => {
    const { completer } = setup({ dies: 'ab', retryable: true });
    await assert.rejects(completer.complete(at('x = '), never), { code: 'engine-died' });
  });

  it('says when the model cannot complete', async () => {
    const model = fakeModel([], { ...testProfile, fillInTheMiddle: undefined });
    const result = await createCompleter({ model, clock: handClock() }).complete(at('x'), never);
    assert.equal(result.reason, 'model-cannot-complete');
  });
});

describe('debounce', () => {
  it('follows the measured time within its bounds', () => {
    const debounce = createDebounce({ minMs: 50, maxMs: 300 });
    assert.equal(debounce.delay(), 50);
    debounce.measured(200);
    assert.equal(debounce.delay(), 100);
    for (let i = 0; i < 50; i++) debounce.measured(5000);
    assert.equal(debounce.delay(), 300);
  });

  it('is no longer than the gaps between keys while typing', () => {
    const debounce = createDebounce({ minMs: 50, maxMs: 300 });
    debounce.measured(5000);
    for (const at of [0, 100, 200, 300]) debounce.typed(at);
    assert.equal(debounce.delay(), 120);
    debounce.typed(9000);
    assert.equal(debounce.delay(), 120, 'a pause is no gap');
  });
});
