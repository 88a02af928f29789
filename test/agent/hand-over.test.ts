import assert from 'node:assert/strict';
import type { LargerModel } from '../../src/agent/ports';
import { UserError } from '../../src/base/errors';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { type FakeModel, fakeModel } from '../support/fake-model';

const broken = 'def last(values):\n    return values[len(values)]';
const files = {
  'tail.py': `${broken}\n`,
  'test_tail.py':
    'import unittest\nfrom tail import last\n\n\nclass T(unittest.TestCase):\n    def test_last(self):\n        self.assertEqual(last([1, 2]), 2)\n',
};
const right = 'def last(values):\n    return values[-1]\n```';
const request = 'Fix the failing test in test_tail.py';

describe('hand-over to a larger model', function () {
  // Each repair starts Python several times.
  this.timeout(120_000);
  let setup: AgentSetup;
  let asked = 0;
  afterEach(() => setup.dispose());

  const start = (own: () => string, model: FakeModel | UserError, afterFailedRepair = true): void => {
    asked = 0;
    setup = agentSetup(files, own);
    const larger: LargerModel = {
      name: 'big one',
      afterFailedRepair,
      model: () => {
        asked++;
        return model instanceof UserError ? Promise.reject(model) : Promise.resolve(model);
      },
    };
    Object.assign(setup.ports, { larger });
  };
  let number = 0;
  const wrong = (): string => `def last(values):\n    return values[${++number + 7}]\n\`\`\``;
  const handed = (): string[] =>
    setup.events.flatMap((event) =>
      event.type === 'step' && event.step.verb === 'Handed over' ? [event.step.object] : [],
    );

  it('repairs what the own model did not manage, with the same prompt and the file as it was', async () => {
    const larger = fakeModel([right, 'It read past the end.']);
    start(wrong, larger);
    const result = await setup.run(request);
    assert.equal(result.outcome, 'done');
    assert.match(setup.read('tail.py'), /values\[-1\]/);
    assert.deepEqual(handed(), ['to big one']);
    assert.ok(larger.prompts[0]?.includes(broken));
    assert.doesNotMatch(larger.prompts[0] ?? '', /values\[\d+\]/);
  });

  it('happens by no rule that the user has not set, and for no other failure', async () => {
    start(wrong, fakeModel([]), false);
    assert.equal((await setup.run(request)).outcome, 'failed');
    assert.equal(asked, 0);
    setup.dispose();
    start(() => '', fakeModel([]));
    await setup.run('What does tail.py do?');
    assert.equal(asked, 0);
  });

  it('happens at once when a message asks for it', async () => {
    const larger = fakeModel(['Hello from afar.']);
    start(() => assert.fail('the own model was asked'), larger, false);
    await setup.run('/larger Thanks, nice');
    assert.deepEqual(handed(), ['to big one']);
    assert.match(larger.prompts[0] ?? '', /Thanks, nice/);
    assert.doesNotMatch(larger.prompts[0] ?? '', /\/larger/);
  });

  it('that fails says why, and leaves the files as they were', async () => {
    start(wrong, new UserError('remote-unreachable', 'The server is away.'));
    const result = await setup.run(request);
    assert.equal(result.outcome, 'failed');
    assert.match(result.summary, /The server is away/);
    assert.equal(setup.read('tail.py'), files['tail.py']);
  });

  it('is refused in words where there is no larger model', async () => {
    setup = agentSetup(files, []);
    const result = await setup.run('/larger Fix it');
    assert.match(result.summary, /no larger model/);
  });
});
