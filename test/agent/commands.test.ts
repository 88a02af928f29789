import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCommandRunner } from '../../src/node/command-runner';
import { createNodeWorkspace } from '../../src/node/workspace';
import { createLiveOutput } from '../../src/agent/live-output';
import { applyEvent, emptyTranscript } from '../../src/protocol/transcript';
import { compactEvents } from '../../src/session/chat-store';
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

  it('write into their row while they run', async () => {
    agent = agentSetup({}, runs('echo one; while [ ! -e seen ]; do sleep 0.05; done; echo two'));
    let transcript = emptyTranscript;
    const shown: string[] = [];
    const push = agent.events.push.bind(agent.events);
    const { folder } = agent;
    agent.events.push = (event) => {
      if (event.type === 'step-output') writeFileSync(path.join(folder, 'seen'), '');
      transcript = applyEvent(transcript, event);
      const row = transcript.items.findLast((item) => item.kind === 'step');
      const detail = row?.kind === 'step' ? row.step.detail : undefined;
      if (row?.kind === 'step' && detail?.kind === 'command')
        shown.push(`${row.step.state}: ${detail.output}`);
      return push(event);
    };
    await agent.run('hmm');
    assert.deepEqual(
      [...new Set(shown)],
      ['waiting: ', 'running: ', 'running: one\n', 'running: one\ntwo\n', 'done: one\ntwo\n'],
    );
    assert.ok(compactEvents(agent.events).every((event) => event.type !== 'step-output'));
  });

  it('keep what they wrote when the task is stopped', async () => {
    const stop = new AbortController();
    agent = agentSetup({}, runs('echo started; sleep 300'));
    const push = agent.events.push.bind(agent.events);
    agent.events.push = (event) => {
      if (event.type === 'step-output') stop.abort();
      return push(event);
    };
    const result = await agent.run('hmm', { signal: stop.signal });
    const last = rows(agent.events).at(-1);
    assert.deepEqual([result.outcome, last?.state, last?.result], ['stopped', 'failed', 'stopped']);
    assert.ok(last?.detail?.kind === 'command');
    assert.equal(last.detail.output, 'started\n');
  });

  it('are one event in 100 ms, however many pieces they write, and none after their end', async () => {
    const passed: string[] = [];
    const waiting: (() => void)[] = [];
    const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => waiting.push(resolve)) };
    const live = createLiveOutput(clock, (delta) => passed.push(delta));
    for (const letter of 'abc') live.add(letter);
    assert.equal(waiting.length, 1);
    waiting.pop()?.();
    await Promise.resolve();
    assert.deepEqual(passed, ['abc']);
    live.add('d');
    live.end();
    waiting.pop()?.();
    await Promise.resolve();
    assert.deepEqual([passed, live.text], [['abc', 'd'], 'abcd']);
  });

  it('end at the time limit that the task gives', async () => {
    agent = agentSetup({}, runs('echo started; sleep 300'));
    await agent.run('hmm', { commandTimeoutMs: 300 });
    const last = rows(agent.events).at(-1);
    assert.deepEqual([last?.state, last?.result], ['failed', 'timed out']);
    assert.match(agent.model.prompts[1]!, /it did not end\nstarted/);
  });
});
