import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import type { ApprovalAnswer, ApprovalRequest } from '../../src/protocol/agent';
import { rulesOf } from '../../src/tools/approval-rules';
import { type AgentSetup, agentSetup } from '../support/agent-setup';

const call = (name: string, args: Record<string, string>): string =>
  `<function=${name}>${Object.entries(args)
    .map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>`)
    .join('')}</function>`;

/** A chat in which the model makes these calls and then answers; `rules` stand in the user's settings. */
async function carryOut(
  calls: string[],
  options: {
    rules?: Record<string, string>;
    answer?: ApprovalAnswer;
    edits?: boolean;
    files?: Record<string, string>;
    prepare?: (setup: AgentSetup) => void;
  } = {},
): Promise<{ asked: ApprovalRequest[]; by: (string | undefined)[]; states: string[]; setup: AgentSetup }> {
  const setup = agentSetup(
    options.files ?? { 'a.txt': 'one\n' },
    [...calls, 'Done.'],
    () => options.answer ?? { answer: 'no' },
  );
  const { rules } = rulesOf(options.rules ?? {}, 'user settings');
  setup.ports.policy = { rules: () => rules, shell: 'posix' };
  options.prepare?.(setup);
  await setup.run('Update what is written in here', {
    standing: { edits: options.edits ?? false, commands: false },
  });
  const ended = setup.events.flatMap((event) =>
    event.type === 'step' &&
    ['done', 'failed', 'refused'].includes(event.step.state) &&
    ['run', 'edit'].includes(event.step.tool)
      ? [event.step]
      : [],
  );
  return {
    asked: setup.approvals,
    by: ended.map((step) => step.allowedBy),
    states: ended.map((step) => step.state),
    setup,
  };
}

describe('permission', () => {
  let open: AgentSetup | undefined;
  afterEach(() => {
    open?.dispose();
    open = undefined;
  });

  it('lets a command pass that only reads, and says why', async () => {
    const { asked, by, setup } = await carryOut([call('run_command', { command: 'cat a.txt' })]);
    open = setup;
    assert.deepEqual([asked.length, by], [0, ['only reads: cat']]);
  });

  it('asks when a command would read outside through a link', async function () {
    if (process.platform === 'win32') this.skip();
    const { asked, setup } = await carryOut([call('run_command', { command: 'cat out/x' })], {
      prepare: ({ folder }) => symlinkSync('/etc', path.join(folder, 'out')),
    });
    open = setup;
    assert.equal(asked.length, 1);
  });

  it('names the rule that let a call pass', async () => {
    const { asked, by, setup } = await carryOut([call('edit_file', { path: 'a.txt', new_text: 'two\n' })], {
      rules: { 'edit(*.txt)': 'allow' },
    });
    open = setup;
    assert.deepEqual([asked.length, by], [0, ['rule edit(*.txt), user settings']]);
    assert.equal(setup.read('a.txt'), 'two\n');
  });

  it('refuses what a rule denies, whatever the chat allows', async () => {
    const { asked, states, setup } = await carryOut(
      [call('edit_file', { path: 'a.txt', new_text: 'two\n' })],
      {
        rules: { 'edit(a.txt)': 'deny', edit: 'allow' },
        edits: true,
      },
    );
    open = setup;
    assert.deepEqual([asked.length, states], [0, ['refused']]);
    assert.equal(setup.read('a.txt'), 'one\n');
    assert.match(setup.model.prompts.at(-1) ?? '', /The user’s settings forbid this edit/);
  });

  it('asks where a rule says so, although the chat allows edits', async () => {
    const { asked, setup } = await carryOut([call('edit_file', { path: 'a.txt', new_text: 'two\n' })], {
      rules: { 'edit(*.txt)': 'ask' },
      edits: true,
    });
    open = setup;
    assert.equal(asked[0]?.mustAsk, 'rule edit(*.txt), user settings');
  });

  it('asks before a file is written that decides what runs, by whatever path', async () => {
    for (const file of [
      '.vscode/tasks.json',
      'docs/../.vscode/tasks.json',
      './AGENTS.md',
      'docs/./../.thimble/x.md',
    ]) {
      const { asked, setup } = await carryOut([call('edit_file', { path: file, new_text: 'x\n' })], {
        rules: { 'edit(docs/**)': 'allow', edit: 'allow' },
        edits: true,
      });
      setup.dispose();
      assert.equal(asked.length, 1, file);
      assert.match(asked[0]?.mustAsk ?? '', /decides what programs run/);
    }
  });
});
