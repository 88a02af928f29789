import assert from 'node:assert/strict';
import { createAbsentModel, createRelayModel } from '../../src/model/relay-model';
import { fakeModel, testProfile } from '../support/fake-model';
import { collect } from '../support/tiny-model';

const never = new AbortController().signal;
const request = {
  lane: 'chat' as const,
  prompt: [{ text: 'Hi' }],
  maxTokens: 9,
  sampling: { temperature: 0 },
};
const over = { dies: 'half', retryable: false, code: 'engine-crash-loop' };

describe('a model that another one takes over from', () => {
  it('asks the next one once its own engine has given up', async () => {
    const smaller = fakeModel(['whole'], { ...testProfile, family: 'smaller' });
    const told: string[] = [];
    const model = createRelayModel(fakeModel([over]), ({ code }) => {
      told.push(code);
      return Promise.resolve(smaller);
    });
    const first = await collect(model.generate(request, never));
    assert.equal(first.last?.type === 'failed' && first.last.retryable, true);
    assert.equal(model.profile.family, 'smaller');
    assert.equal((await collect(model.generate(request, never))).text, 'whole');
    assert.deepEqual(told, ['engine-crash-loop']);
  });

  it('changes once for all requests that the end meets', async () => {
    let changes = 0;
    const model = createRelayModel(fakeModel([over, over]), () => {
      changes++;
      return Promise.resolve(fakeModel(['a', 'b']));
    });
    const both = await Promise.all([1, 2].map(() => collect(model.generate(request, never))));
    assert.deepEqual(
      both.map(({ last }) => last?.type === 'failed' && last.retryable),
      [true, true],
    );
    assert.equal(changes, 1);
  });

  it('fails for good where nobody takes over, and leaves other failures alone', async () => {
    const alone = createRelayModel(fakeModel([over]), () => Promise.resolve(undefined));
    const { last } = await collect(alone.generate(request, never));
    assert.equal(last?.type === 'failed' && last.retryable, false);
    const died = createRelayModel(fakeModel([{ dies: '', retryable: true }]), () => assert.fail());
    assert.equal((await collect(died.generate(request, never))).last?.type, 'failed');
  });

  it('an absent model tells why it is absent, and is not asked to edit', async () => {
    const error = { code: 'model-too-large', happened: 'It does not fit.' };
    const model = createAbsentModel(error, testProfile);
    assert.equal(model.profile.abilities.edit, false);
    assert.deepEqual((await collect(model.generate(request, never))).events, [
      { type: 'failed', error, retryable: false },
    ]);
  });
});
