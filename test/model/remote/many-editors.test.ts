import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { GenerateRequest } from '../../../src/model/language-model';
import { parseRemoteSpec } from '../../../src/model/remote/address';
import { connectRemote, type RemoteModel } from '../../../src/model/remote/remote-model';
import { renderChat } from '../../../src/prompt/chat-template';
import { completionEvents, type FakeRemote, fakeRemote, openStream } from '../../support/fake-remote';
import { collect } from '../../support/tiny-model';

const editors = 50;
const clock = { now: () => performance.now(), sleep: () => Promise.resolve() };

const requestNamed = (name: string): GenerateRequest => ({
  lane: 'chat',
  prompt: renderChat('chatml', [{ role: 'user', content: `request ${name}.` }]),
  maxTokens: 100,
  sampling: { temperature: 0 },
});
/** Words of an answer; the letter beside them is three bytes long, so that cuts fall into it. */
const wordsOf = (name: string): string[] => Array.from({ length: 12 }, (_, index) => `${name}:${index}€ `);

/** Writes a text in pieces of so many bytes, with everybody else's turn between two. */
async function writeInPieces(response: ServerResponse, text: string, bytes: number): Promise<void> {
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += bytes) {
    if (response.destroyed) return;
    response.write(whole.subarray(at, at + bytes));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('fifty editors at one server', function () {
  this.timeout(120_000);
  let server: FakeRemote;
  let models: RemoteModel[];
  /** Answers that wait until all questions are there, so that all streams are open at once. */
  let waiting: (() => void)[];

  before(async () => {
    waiting = [];
    server = await fakeRemote({
      '/v1/completions': async ({ body }, response) => {
        const name = /request (\S+)\./.exec(String(body['prompt']))?.[1] ?? '';
        openStream(response);
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === editors) for (const go of waiting.splice(0)) go();
        });
        await writeInPieces(response, completionEvents(wordsOf(name)).join(''), 7 + (name.length % 5));
        response.end();
      },
    });
    const address = parseRemoteSpec(`remote:${server.url}`);
    const review = (): Promise<boolean> => Promise.resolve(true);
    models = await Promise.all(
      Array.from({ length: editors }, () =>
        connectRemote({ address, key: undefined, clock, review }, new AbortController().signal),
      ),
    );
  });
  after(() => server.close());

  it('each get their own stream, whole', async () => {
    const { signal } = new AbortController();
    const answers = await Promise.all(
      models.map((model, editor) => collect(model.generate(requestNamed(`editor${editor}`), signal))),
    );
    assert.deepEqual(
      answers.map(({ text, last }) => [text, last?.type]),
      models.map((_, editor) => [wordsOf(`editor${editor}`).join(''), 'done']),
    );
  });

  it('lose nothing when some of them leave in the middle', async () => {
    const answers = await Promise.all(
      models.map(async (model, editor) => {
        const leaving = new AbortController();
        const isLeaving = editor % 7 === 0;
        let text = '';
        for await (const event of model.generate(requestNamed(`again${editor}`), leaving.signal)) {
          if (event.type !== 'text') continue;
          text += event.text;
          if (isLeaving) leaving.abort();
        }
        return { text, isLeaving, whole: wordsOf(`again${editor}`).join('') };
      }),
    );
    for (const { text, isLeaving, whole } of answers) {
      if (isLeaving) assert.ok(text !== '' && whole.startsWith(text), text);
      else assert.equal(text, whole);
    }
  });
});
