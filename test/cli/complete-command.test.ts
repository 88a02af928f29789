import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { completeCommand } from '../../src/cli/complete-command';
import { systemClock } from '../../src/node/clock';
import { type FakeReply, fakeModel } from '../support/fake-model';

type Answer = Record<string, unknown>;

/** Answers to requests by a model that writes what `reply` says for a prompt, however often it is asked. */
async function complete(
  requests: object[],
  reply: (prompt: string) => FakeReply,
  options: { raw?: boolean; singleLine?: boolean } = {},
): Promise<Answer[]> {
  const output = new PassThrough();
  const input = Readable.from([requests.map((request) => `${JSON.stringify(request)}\n`).join('')]);
  const ports = { model: fakeModel(reply), clock: systemClock };
  const signal = new AbortController().signal;
  await completeCommand({ input, output }, ports, { raw: false, singleLine: false, ...options }, signal);
  output.end();
  return (await text(output))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Answer);
}

const add = { id: 1, path: 'a.py', prefix: 'def add(a, b):\n    return ', suffix: '\n' };

describe('thimble complete', () => {
  it('answers with the text, its cost, and whether it would be shown', async () => {
    const [answer = {}] = await complete([add], () => ' a + b');
    assert.equal(answer['text'], 'a + b');
    assert.deepEqual(Object.keys(answer), [
      ...['id', 'text', 'tokens', 'uncached_tokens', 'cached_tokens', 'first_token_ms', 'total_ms'],
      ...['shown', 'reason'],
    ]);
    assert.deepEqual([answer['id'], answer['shown'], answer['cached_tokens']], [1, true, 4]);
  });

  it('withholds what is filtered, and says why', async () => {
    const [answer = {}] = await complete([add], () => '  \n ');
    assert.deepEqual([answer['text'], answer['shown'], answer['reason']], ['', false, 'empty']);
  });

  it('cuts nothing with --raw, and only at the end of the line with --single-line', async () => {
    const reply = ' a + b\n\nprint(1)\n';
    const [raw = {}] = await complete([add], () => reply, { raw: true });
    assert.equal(raw['text'], reply.slice(1));
    const [line = {}] = await complete([add], () => reply, { raw: true, singleLine: true });
    assert.equal(line['text'], 'a + b');
  });

  it('needs neither path nor suffix, and answers in order', async () => {
    const answers = await complete([{ id: 'a', prefix: 'x = ' }, add], (prompt) =>
      prompt.includes('add') ? ' a + b' : ' 1',
    );
    assert.deepEqual(
      answers.map(({ id, text }) => [id, text]),
      [
        ['a', '1'],
        [1, 'a + b'],
      ],
    );
  });

  it('says what is wrong with a request, and of an engine that fails, and goes on', async () => {
    const answers = await complete(
      [
        { id: 1 },
        { id: 2, prefix: 7 },
        { id: 3, prefix: 'x', path: [] },
        { id: 4, prefix: 'boom(' },
        { ...add, id: 5 },
      ],
      (prompt) => (prompt.includes('boom') ? { dies: '', retryable: false } : ' a + b'),
    );
    assert.deepEqual(
      answers.map(({ error, text }) => error ?? text),
      [
        'A request needs “prefix”, a string.',
        '“prefix” must be a string.',
        '“path” must be a string.',
        'The engine died.',
        'a + b',
      ],
    );
  });
});
