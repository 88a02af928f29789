/** What becomes of files when a step cannot come to its end: full disks, the user's own changes, stops. */
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileSystem } from '../../src/node/atomic-write';
import { createNodeWorkspace } from '../../src/node/workspace';
import type { AgentEvent } from '../../src/protocol/agent';
import { createCheckpoints } from '../../src/session/checkpoints';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { memoryStore } from '../support/memory-store';

const written = (name: string, args: Record<string, string>): string =>
  `<function=${name}>${Object.entries(args)
    .map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>`)
    .join('')}</function>`;
const edit = (text: string): string => written('edit_file', { path: 'a.txt', new_text: text });
const request = 'Update what is written in here';
const noSpace = (): Error => Object.assign(new Error('no space left'), { code: 'ENOSPC' });

describe('a task in its worst hour', () => {
  let open: AgentSetup;
  afterEach(() => open.dispose());

  const failed = (): string[] =>
    open.events.flatMap((event) =>
      event.type === 'step' && event.step.state === 'failed' ? [event.step.result ?? ''] : [],
    );

  it('writes nothing and runs nothing that it could not take back', async () => {
    open = agentSetup({ 'a.txt': 'one\n' }, [
      edit('two\n'),
      written('run_command', { command: 'echo x > made.txt' }),
      'Done.',
    ]);
    const store = memoryStore();
    open.ports.checkpoints = createCheckpoints(store, open.ports.workspace);
    store.fail = noSpace();
    const result = await open.run(request);
    assert.equal(open.read('a.txt'), 'one\n');
    assert.equal(existsSync(path.join(open.folder, 'made.txt')), false);
    assert.equal(failed().length, 2);
    store.fail = undefined;
    assert.equal(result.messages.length > 0, true);
  });

  it('leaves the file whole when the disk is full while it is written', async () => {
    open = agentSetup({ 'a.txt': 'one\n' }, [edit('two\n'), 'Done.']);
    open.ports.workspace = createNodeWorkspace({
      folders: [open.folder],
      trusted: true,
      fileSystem: { ...fileSystem, create: () => Promise.reject(noSpace()) },
    });
    await open.run(request);
    assert.equal(open.read('a.txt'), 'one\n');
    assert.match(open.model.prompts.at(-1) ?? '', /disk is full/);
  });

  it('refuses an edit of a file that the user changed or deleted meanwhile', async () => {
    const changes: [(file: string) => void, string][] = [
      [(file) => writeFileSync(file, 'typed by the user\n'), 'typed by the user\n'],
      [(file) => rmSync(file), 'gone'],
    ];
    for (const [change, expected] of changes) {
      open = agentSetup({ 'a.txt': 'one\n' }, [edit('two\n'), 'Done.'], () => {
        // While the question waits.
        change(path.join(open.folder, 'a.txt'));
        return { answer: 'once' };
      });
      await open.run(request);
      assert.match(open.model.prompts.at(-1) ?? '', /changed meanwhile|not there any more/);
      const file = path.join(open.folder, 'a.txt');
      assert.equal(existsSync(file) ? open.read('a.txt') : 'gone', expected);
      if (existsSync(file)) open.dispose();
    }
  });

  it('reads a file anew after a command changed it', async () => {
    const command = written('run_command', { command: 'echo changed > a.txt' });
    const stale = written('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' });
    open = agentSetup({ 'a.txt': 'one\n' }, [
      written('read_file', { path: 'a.txt' }),
      command,
      stale,
      'Done.',
    ]);
    await open.run(request);
    assert.match(open.read('a.txt'), /^changed/);
  });

  it('is consistent when it is stopped at each of its events, and the chat goes on', async function () {
    this.timeout(120_000);
    const calls = [
      edit('two\n'),
      written('run_command', { command: 'echo made > made.txt' }),
      edit('three\n'),
    ];
    const script = [...calls, 'Done.'];
    open = agentSetup({ 'a.txt': 'one\n' }, script);
    await open.run(request);
    const moments = open.events.length;
    open.dispose();
    for (let moment = 0; moment < moments; moment++) {
      open = agentSetup({ 'a.txt': 'one\n' }, [...script, ...script]);
      const controller = new AbortController();
      const { events } = open;
      const push = events.push.bind(events);
      events.push = (...added: AgentEvent[]) => {
        const length = push(...added);
        if (length > moment) controller.abort();
        return length;
      };
      const result = await open.run(request, { signal: controller.signal });
      assert.match(open.read('a.txt'), /^(one|two|three)\n$/, `moment ${moment}`);
      assert.equal(events.filter(({ type }) => type === 'run-finished').length, 1);
      if (events.some(({ type }) => type === 'checkpoint')) await open.checkpoints.restore('run-1');
      assert.equal(open.read('a.txt'), 'one\n', `moment ${moment}`);
      assert.equal(existsSync(path.join(open.folder, 'made.txt')), false, `moment ${moment}`);
      const next = await open.run('Hello', { history: result.messages });
      assert.notEqual(next.outcome, 'stopped');
      if (moment < moments - 1) open.dispose();
    }
  });
});
