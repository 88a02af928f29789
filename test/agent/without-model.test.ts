import assert from 'node:assert/strict';
import { createAbsentModel } from '../../src/model/relay-model';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { testProfile } from '../support/fake-model';

const files = {
  'shop/cart.py':
    'class Cart:\n    """A basket."""\n    def total(self):\n        return 0\n\n\ndef discount(price):\n    return price\n',
};
const gone = { code: 'engine-crash-loop', happened: 'The model engine stopped again and again.' };

describe('agent without a model', () => {
  let setup: AgentSetup;
  afterEach(() => setup.dispose());
  const answer = async (text: string) => {
    setup = agentSetup(files, []);
    setup.ports.model = createAbsentModel(gone, testProfile);
    const result = await setup.run(text);
    const shown = setup.events.map((event) => (event.type === 'text' ? event.delta : '')).join('');
    const notices = setup.events.flatMap((event) => (event.type === 'notice' ? [event.report.code] : []));
    return { result, shown, notices };
  };

  it('says where the names of the request are defined', async () => {
    const { result, shown, notices } = await answer('What does `discount` do?');
    assert.match(shown, /No model can answer.*`discount`, function, shop\/cart\.py:7/s);
    assert.deepEqual(notices, ['engine-crash-loop']);
    assert.equal(result.outcome, 'failed');
  });

  it('outlines the files that the request names', async () => {
    const { shown } = await answer('Explain cart.py');
    assert.match(shown, /shop\/cart\.py, 8 lines:\n```\n1-4: class Cart\n3-4: {3}def total/);
  });

  it('leaves no trace for a model that comes later', async () => {
    const { result, shown } = await answer('Thank you so much');
    assert.equal(shown, '');
    assert.deepEqual(result.messages, []);
  });

  it('runs and changes nothing', async () => {
    const { result } = await answer('Fix the failing test in cart.py');
    assert.deepEqual(setup.approvals, []);
    assert.match(result.summary, /Nothing was changed/);
  });
});
