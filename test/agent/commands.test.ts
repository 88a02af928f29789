import assert from 'node:assert/strict';
import type { AgentEvent, Step } from '../../src/protocol/agent';
import { type AgentSetup, agentSetup } from '../support/agent-setup';

/** A model that runs one command and then answers. */
const runs = (command: string): string[] => [
  `<function=run_command>\n<parameter=command>\n${command}\n</parameter>\n</function>`,
  'Done.',
];
const rows = (events: readonly AgentEvent[]): Step[] =>
  events.flatMap((event) => (event.type === 'step' && event.step.tool === 'run' ? [event.step] : []));

describe('commands of a task', () => {
  let agent: AgentSetup | undefined;
  afterEach(() => agent?.dispose());

  it('end at the time limit that the task gives', async () => {
    agent = agentSetup({}, runs('echo started; sleep 300'));
    await agent.run('hmm', { commandTimeoutMs: 300 });
    const last = rows(agent.events).at(-1);
    assert.deepEqual([last?.state, last?.result], ['failed', 'timed out']);
    assert.match(agent.model.prompts[1]!, /it did not end\nstarted/);
  });
});
