import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { createPrompter, standingYes } from '../../src/cli/ask';
import type { Core } from '../../src/cli/compose';
import { createInterrupts, type InterruptKey } from '../../src/cli/interrupts';
import { chatCommand, runCommand, type RunOptions, type RunSurface } from '../../src/cli/run-command';
import type { AgentPorts } from '../../src/agent/ports';
import type { AgentEvent } from '../../src/protocol/agent';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import type { FakeReply } from '../support/fake-model';

const files = { 'one.py': 'def one():\n    return 2\n' };
const task = 'Change one in one.py so that it returns 1';
const code = 'def one():\n    return 1\n```';
const sink = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

const unexpected = (): never => assert.fail('the process was to end');

interface Run {
  exit: number;
  written: string;
}

describe('thimble run and chat', () => {
  let setup: AgentSetup;
  afterEach(() => setup.dispose());

  interface Setting {
    replies?: FakeReply[] | ((prompt: string) => FakeReply);
    /** What is typed or piped in; without it nobody can be asked. */
    input?: string;
    yes?: string | true;
    json?: boolean;
  }

  /** A core whose agent works in a scratch folder with a scripted model, and what it is asked with. */
  function prepare({ replies = [code], input, yes, json = false }: Setting): {
    core: Core;
    options: RunOptions;
    surface: RunSurface;
    written: () => string;
  } {
    setup = agentSetup(files, replies);
    const core = {
      loadModel: () => Promise.resolve(setup.model),
      indexed: () => ({ ...setup.ports.syntax, changed: () => undefined }),
      agentPorts: (_model: unknown, _cwd: string, approve: AgentPorts['approve']) => ({
        ...setup.ports,
        approve,
      }),
    } as unknown as Core;
    let written = '';
    return {
      core,
      options: {
        cwd: setup.folder,
        rules: [],
        yes: standingYes(yes) ?? assert.fail('no such kind'),
        json,
        maxSteps: 10,
        timeLimitSeconds: 60,
        commandTimeoutSeconds: 30,
        seed: 1,
      },
      surface: {
        write: (text) => void (written += text),
        colours: false,
        prompter: input === undefined ? undefined : createPrompter(Readable.from([input]), sink()),
      },
      written: () => written,
    };
  }

  async function run(setting: Setting, signal = new AbortController().signal): Promise<Run> {
    const { core, options, surface, written } = prepare(setting);
    const exit = await runCommand(core, task, options, surface, signal);
    surface.prompter?.close();
    return { exit, written: written() };
  }

  async function chat(
    setting: Setting,
    interrupts: InterruptKey = createInterrupts(unexpected),
  ): Promise<Run> {
    const { core, options, surface, written } = prepare(setting);
    const exit = await chatCommand(core, options, surface, interrupts);
    surface.prompter?.close();
    return { exit, written: written() };
  }

  const isChanged = (): boolean => setup.read('one.py') === 'def one():\n    return 1\n';

  it('shows the change before it asks, writes it after a yes, and answers 0', async () => {
    const { exit, written } = await run({ input: 'y\n' });
    assert.equal(exit, 0);
    assert.match(
      written,
      /Edit one\.py › one {2}−1 \+1\n.*\n.*def one.*\n {2}- +return 2\n {2}\+ +return 1\n/,
    );
    assert.ok(isChanged());
  });

  for (const [title, input] of [
    ['a no', 'n\n'],
    ['the end of the input', ''],
    ['nobody there to ask', undefined],
  ] as const) {
    it(`changes nothing after ${title}, and answers 3`, async () => {
      const { exit } = await run(input === undefined ? {} : { input });
      assert.equal(exit, 3);
      assert.ok(!isChanged());
    });
  }

  it('asks nothing with --yes, nor with --yes of the kind that is needed', async () => {
    assert.equal((await run({ yes: true })).exit, 0);
    assert.ok(isChanged());
    setup.dispose();
    assert.equal((await run({ yes: 'edit' })).exit, 0);
    assert.ok(isChanged());
    setup.dispose();
    assert.equal((await run({ yes: 'run' })).exit, 3);
    assert.ok(!isChanged());
  });

  it('answers 1 when the model fails', async () => {
    const { exit, written } = await run({ yes: true, replies: () => ({ dies: '', retryable: false }) });
    assert.equal(exit, 1);
    assert.match(written, /The engine died/);
    assert.ok(!isChanged());
  });

  it('answers 130 when it is interrupted', async () => {
    const { exit } = await run({ yes: true }, AbortSignal.abort());
    assert.equal(exit, 130);
    assert.ok(!isChanged());
  });

  it('writes one JSON object a line with --json, and nothing else', async () => {
    const { exit, written } = await run({ yes: true, json: true });
    assert.equal(exit, 0);
    const events = written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AgentEvent);
    assert.deepEqual([events[0]?.type, events.at(-1)?.type], ['run-started', 'run-finished']);
  });

  it('refuses a folder that is not there', async () => {
    const { core, options, surface } = prepare({});
    const missing = { ...options, cwd: `${options.cwd}/none` };
    await assert.rejects(runCommand(core, task, missing, surface, new AbortController().signal), {
      code: 'folder-missing',
    });
  });

  it('chats until the end of the input, with what was said before', async () => {
    const { exit, written } = await chat({ input: 'Hello\n\nAnd now?\n', replies: ['Hi.', 'More.'] });
    assert.equal(exit, 0);
    assert.match(written, /Hi\.[\s\S]*More\./);
    assert.match(setup.model.prompts[1] ?? '', /Hello[\s\S]*Hi\.[\s\S]*And now\?/);
  });

  it('leaves a chat with /exit', async () => {
    assert.equal((await chat({ input: 'Hello\n/exit\nMore\n', replies: ['Hi.'] })).exit, 0);
    assert.equal(setup.model.prompts.length, 1);
  });

  it('stops the task of a chat with Ctrl-C and takes the next message', async () => {
    const interrupts = createInterrupts(unexpected);
    const replies = (): FakeReply => {
      if (setup.model.prompts.length === 1) interrupts.press();
      return setup.model.prompts.length === 1 ? 'Never said to its end.' : 'Here again.';
    };
    const { exit, written } = await chat({ input: 'Hello\nStill there?\n', replies }, interrupts);
    assert.equal(exit, 0);
    assert.match(written, /Here again\./);
    assert.doesNotMatch(written, /to its end/);
  });

  it('answers 130 when Ctrl-C ends the chat', async () => {
    const interrupts = createInterrupts(unexpected);
    interrupts.press();
    assert.equal((await chat({ input: 'Hello\n' }, interrupts)).exit, 130);
  });
});
