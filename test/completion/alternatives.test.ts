import assert from 'node:assert/strict';
import { createCompleter } from '../../src/completion/completer';
import { fakeModel } from '../support/fake-model';
import { handClock } from '../support/memory-store';

const never = new AbortController().signal;
const request = { path: 'a.py', languageId: 'python', prefix: 'x = f(', suffix: ')\r\n' };

describe('alternatives', () => {
  it('are unlike each other and unlike what is known, and cut as all suggestions are', async () => {
    const replies = ['(a)', '( a )', '(b', '(c)', '(d)'];
    const model = fakeModel(replies);
    const completer = createCompleter({ model, clock: handClock(1) });
    assert.deepEqual(await completer.alternatives(request, ['a'], 2, never), ['b', 'c']);
    const { sampling } = model.requests[0]!;
    assert.ok(sampling.temperature > 0);
    assert.equal(new Set(model.requests.map(({ sampling: { seed } }) => seed)).size, model.requests.length);
  });

  it('end when the model has nothing else to say', async () => {
    const model = fakeModel(() => '(a)');
    const completer = createCompleter({ model, clock: handClock(1) });
    assert.deepEqual(await completer.alternatives(request, ['a'], 2, never), []);
    assert.ok(model.requests.length <= 6);
  });

  it('reject when cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const completer = createCompleter({ model: fakeModel(() => '(a)'), clock: handClock(1) });
    await assert.rejects(completer.alternatives(request, [], 3, controller.signal), { name: 'AbortError' });
  });
});
