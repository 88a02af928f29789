import assert from 'node:assert/strict';
import { reviewAtTerminal } from '../../src/cli/remote-model';
import type { RemoteReview } from '../../src/model/remote/remote-model';
import { memoryStore } from '../support/memory-store';

const signal = new AbortController().signal;
const review: RemoteReview = {
  host: 'h.example',
  url: 'https://h.example/v1/completions',
  model: 'big',
  isPrivate: true,
  body: '{"prompt":"def f"}',
};

describe('review of what goes to a remote server', () => {
  const asked = async (answers: string[], store = memoryStore(), folder = '/work') => {
    let written = '';
    let questions = 0;
    const allowed = await reviewAtTerminal(review, {
      store,
      folder,
      write: (text) => (written += text),
      ask: () => {
        questions++;
        return Promise.resolve(answers.shift());
      },
      signal,
    });
    return { allowed, written, questions };
  };

  it('shows the request when asked to, and sends on a yes only', async () => {
    const { allowed, written } = await asked(['s', 'y']);
    assert.equal(allowed, true);
    assert.match(written, /h\.example.*big.*\/work/);
    assert.match(written, /def f/);
    assert.equal((await asked(['n'])).allowed, false);
    assert.equal((await asked([''])).allowed, false);
    assert.equal((await asked([])).allowed, false);
  });

  it('is asked once for a folder', async () => {
    const store = memoryStore();
    await asked(['y'], store);
    assert.equal((await asked([], store)).questions, 0);
    assert.equal((await asked(['n'], store, '/other')).questions, 1);
  });

  it('is said where nobody can answer, since the command named the server', async () => {
    let written = '';
    const ports = { store: memoryStore(), folder: '/work', ask: undefined, signal };
    const open = { ...review, isPrivate: false };
    assert.equal(await reviewAtTerminal(open, { ...ports, write: (text) => (written += text) }), true);
    assert.match(written, /h\.example.*Not encrypted/);
  });
});
