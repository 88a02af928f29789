import assert from 'node:assert/strict';
import path from 'node:path';
import { createCommandRunner } from '../../src/node/command-runner';
import { createNodeWorkspace } from '../../src/node/workspace';
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

  const asked: [title: string, folders: string[], cwd: string | undefined][] = [
    ['one folder', ['app'], undefined],
    ['several folders', ['app', 'lib'], 'app'],
  ];
  for (const [title, names, cwd] of asked) {
    it(`are shown with their folder before they run, in a workspace of ${title}`, async () => {
      agent = agentSetup({ 'app/a.txt': '', 'lib/b.txt': '' }, runs('pwd'), () => ({ answer: 'no' }));
      const folders = names.map((name) => path.join(agent!.folder, name));
      agent.ports.workspace = createNodeWorkspace({ folders, trusted: true });
      agent.ports.commands = createCommandRunner({ folders, trusted: true });
      await agent.run('hmm');
      const place = cwd === undefined ? {} : { cwd };
      const detail = {
        kind: 'command',
        command: 'pwd',
        ...place,
        output: '',
        exitCode: null,
        timedOut: false,
      };
      assert.deepEqual(
        rows(agent.events).map((row) => [row.state, row.detail]),
        [
          ['waiting', detail],
          ['refused', detail],
        ],
      );
      assert.deepEqual(
        agent.approvals.map((approval) => approval.cwd),
        [cwd],
      );
    });
  }

  it('end at the time limit that the task gives', async () => {
    agent = agentSetup({}, runs('echo started; sleep 300'));
    await agent.run('hmm', { commandTimeoutMs: 300 });
    const last = rows(agent.events).at(-1);
    assert.deepEqual([last?.state, last?.result], ['failed', 'timed out']);
    assert.match(agent.model.prompts[1]!, /it did not end\nstarted/);
  });
});
