import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSpanChoices, type SpanControl } from '../../src/context/span-choices';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import type { FakeReply } from '../support/fake-model';

const files = {
  'price.py': 'def net(price):\n    return price / 1.2\n\n\ndef gross(price):\n    return price * 1.2\n',
  'money.py': 'RATE = 0.2\n\n\ndef rate_of(country):\n    return RATE\n',
};

describe('what is pinned, in the agent’s prompts', () => {
  let agent: AgentSetup;
  afterEach(() => agent.dispose());

  function start(replies: FakeReply[]): SpanControl {
    agent = agentSetup(files, replies);
    const { workspace, syntax } = agent.ports;
    const choices = createSpanChoices({
      read: (file) => workspace.read(file),
      syntax,
      countTokens: (text) => text.length,
      kept: { get: () => undefined, set: () => undefined },
    });
    agent.ports.choices = choices;
    return choices;
  }
  const pinned = 'money.py, pinned by the user:\ndef rate_of(country):\n    return RATE\n';

  it('opens each turn for as long as it is pinned', async () => {
    const choices = start(['Hello.', 'Hello.', 'Hello.']);
    choices.pin({ path: 'money.py', symbol: 'rate_of', line: 4 });
    await agent.run('thanks');
    choices.unpin({ path: 'money.py', symbol: 'rate_of' });
    await agent.run('thanks');
    const [first = '', second = ''] = agent.model.prompts;
    assert.ok(first.includes(`user\n${pinned}`), first);
    assert.ok(!second.includes('rate_of'), second);
  });

  it('is what its file says when the task begins', async () => {
    const choices = start(['Hello.', 'Hello.']);
    choices.pin({ path: 'money.py', symbol: 'rate_of', line: 4 });
    await agent.run('thanks');
    writeFileSync(
      path.join(agent.folder, 'money.py'),
      '# moved\n\n\ndef rate_of(country):\n    return 0.07\n',
    );
    await agent.run('thanks');
    assert.match(
      agent.model.prompts[1] ?? '',
      /pinned by the user:\ndef rate_of\(country\):\n {4}return 0\.07\n/,
    );
  });

  it('stands beside the code that is to be changed, and is not shown twice', async () => {
    const fence = 'def net(price):\n    return price / (1 + rate_of("at"))\n```';
    const choices = start([fence, fence, fence]);
    choices.pin({ path: 'money.py', symbol: 'rate_of', line: 4 });
    choices.pin({ path: 'price.py', symbol: 'net', line: 1 });
    await agent.run('Change the function net in price.py to use rate_of');
    const [prompt = ''] = agent.model.prompts;
    assert.equal(prompt.split('def rate_of(country)').length, 2, prompt);
    assert.equal(prompt.split('def net(price)').length, 2, prompt);
    assert.ok(prompt.includes(pinned), prompt);
  });
});
