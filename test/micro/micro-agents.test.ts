import assert from 'node:assert/strict';
import { answerFromIndex } from '../../src/micro/answer-from-index';
import { explainError, subjectsOf } from '../../src/micro/explain-error';
import { type MicroAgent, offersJob, requireJob, runMicroAgent } from '../../src/micro/micro-agent';
import { testProfile } from '../support/fake-model';

const echo: MicroAgent<string, string> = {
  job: 'commit',
  prompt: (input, refused) => `${input}${refused ? ` not ${refused.answer}: ${refused.problem}` : ''}`,
  prefill: () => '',
  stop: [],
  maxTokens: () => 10,
  check: ({ text }) =>
    text === 'good' ? { ok: true, value: text } : { ok: false, problem: `${text} is bad` },
};

describe('a micro-agent', () => {
  const run = async (answers: string[], alsoCheck?: (value: string) => Promise<string | undefined>) => {
    const prompts: string[] = [];
    const temperatures: number[] = [];
    const result = await runMicroAgent(
      echo,
      'do',
      ({ messages, temperature }) => {
        prompts.push(messages.at(-1)?.content ?? '');
        temperatures.push(temperature);
        return Promise.resolve({ text: answers[prompts.length - 1] ?? '', complete: true });
      },
      alsoCheck,
    );
    return { result, prompts, temperatures };
  };

  it('asks again, wider and with what was wrong, until the check passes', async () => {
    const { result, prompts, temperatures } = await run(['x', 'good']);
    assert.deepEqual(result, { ok: true, value: 'good' });
    assert.deepEqual(prompts, ['do', 'do not x: x is bad']);
    assert.ok((temperatures[1] ?? 0) > (temperatures[0] ?? 0));
  });

  it('gives up after three tries and says why', async () => {
    const { result, prompts } = await run(['x', 'y', 'x', 'good']);
    assert.deepEqual(result, { ok: false, problems: ['x is bad', 'y is bad'] });
    assert.equal(prompts.length, 3);
  });

  it('is held to what its caller checks besides', async () => {
    const { result } = await run(['good', 'good', 'good'], () => Promise.resolve('it does not run'));
    assert.deepEqual(result, { ok: false, problems: ['it does not run'] });
  });

  it('is not offered with a model that fails at it, or that does not chat', () => {
    const profile = { ...testProfile, cannot: ['test' as const] };
    assert.ok(offersJob(profile, 'commit') && !offersJob(profile, 'test'));
    assert.ok(!offersJob({ ...testProfile, abilities: { ...testProfile.abilities, chat: false } }, 'commit'));
    assert.throws(() => requireJob({ name: 'small', profile }, 'test'), { code: 'job-not-offered' });
  });
});

describe('explaining an error', () => {
  const check = (text: string, complete = true) =>
    explainError.check(
      { text, complete },
      { error: "NameError: name 'prize' is not defined", excerpts: [], note: '' },
    );

  it('names what it is about', () => {
    assert.deepEqual(subjectsOf("main.py: KeyError: 'port' in read_settings"), [
      'port',
      'read_settings',
      'KeyError',
    ]);
    assert.deepEqual(subjectsOf('IndexError: list index out of range'), ['IndexError', 'index', 'range']);
    assert.ok(check('Nothing is called `prize` here; the parameter is spelled price.').ok);
    const other = check('Something is wrong with the code, look at it again.');
    assert.match(other.ok ? '' : other.problem, /named nothing/);
  });

  it('says more than the error', () => {
    const same = check("The NameError: name 'prize' is not defined.");
    assert.match(same.ok ? '' : same.problem, /only repeated/);
  });

  it('ends with a sentence, and says each only once', () => {
    const twice =
      'Nobody defines prize before that line runs. Nobody defines prize before that line runs. And then';
    assert.deepEqual(check(twice, false), { ok: true, value: 'Nobody defines prize before that line runs.' });
  });
});

describe('answering from the symbol index', () => {
  const definitions = [
    { path: 'src/store.py', startLine: 3, name: 'Store.open', signature: 'def open(self, path)', doc: '' },
  ];
  const check = (text: string) =>
    answerFromIndex.check({ text, complete: true }, { question: '', definitions });

  it('takes answers about the definitions alone', () => {
    assert.ok(check('`Store.open` is in store.py.').ok);
    assert.ok(check('Use Store.open(path), e.g. with 1.5 seconds.').ok);
    for (const [answer, problem] of [
      ['It is in main.py, called open.', /main\.py, which is not/],
      ['I do not know.', /none of the definitions/],
      ['', /empty/],
    ] as const) {
      const checked = check(answer);
      assert.match(checked.ok ? 'ok' : checked.problem, problem);
    }
  });
});
