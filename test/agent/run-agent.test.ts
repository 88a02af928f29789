import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentEvent, Step } from '../../src/protocol/agent';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { testProfile } from '../support/fake-model';

const stats = `def mean(values):
    return sum(values) / len(values)


def median(values):
    ordered = sorted(values)
    m = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[m]
    return (ordered[m] + ordered[m + 1]) / 2
`;
const broken = stats.slice(stats.indexOf('def median')).trimEnd();
const right = broken.replace('ordered[m] + ordered[m + 1]', 'ordered[m - 1] + ordered[m]');
const wrong = broken.replace('ordered[m] + ordered[m + 1]', 'ordered[0] + ordered[0]');
const files = {
  'stats.py': stats,
  'test_stats.py':
    'import unittest\nfrom stats import median\n\n\nclass T(unittest.TestCase):\n    def test_even(self):\n        self.assertEqual(median([1, 2, 3, 4]), 2.5)\n',
};
const fenced = (code: string): string => `${code}\n\`\`\``;
const request = 'Fix the failing test in test_stats.py';
const call = (name: string, args: Record<string, string>): string =>
  `<function=${name}>\n${Object.entries(args)
    .map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>\n`)
    .join('')}</function>`;

const steps = (events: AgentEvent[]): Step[] => {
  const last = new Map<string, Step>();
  for (const event of events) if (event.type === 'step') last.set(event.step.id, event.step);
  return [...last.values()];
};
const rows = (events: AgentEvent[]): string[] => steps(events).map((step) => `${step.verb} ${step.state}`);
const systemOf = (prompt: string): string => prompt.slice(0, prompt.indexOf('<|im_end|>'));
const last = (events: AgentEvent[]) => {
  const event = events.at(-1);
  assert.ok(event?.type === 'run-finished');
  return event;
};

describe('agent', () => {
  let setup: AgentSetup | undefined;
  afterEach(() => setup?.dispose());
  const start = (...args: Parameters<typeof agentSetup>): AgentSetup => (setup = agentSetup(...args));

  describe('repair', () => {
    it('runs the test, rewrites the symbol, runs the test again', async () => {
      const agent = start(files, [fenced(right), 'The index was one too high.']);
      const result = await agent.run(request);
      assert.equal(result.outcome, 'done');
      assert.match(agent.read('stats.py'), /ordered\[m - 1\] \+ ordered\[m\]/);
      assert.deepEqual(rows(agent.events), ['Run failed', 'Read done', 'Edit done', 'Run done']);
      assert.equal(last(agent.events).evidence, 'python3 -m unittest test_stats.py: exit 0');
      assert.deepEqual(
        agent.approvals.map((a) => a.kind),
        ['run', 'edit'],
      );
    });

    it('asks for a copy of the old code again and never shows it', async () => {
      const agent = start(files, [fenced(broken), fenced(right), 'Index.']);
      assert.equal((await agent.run(request)).outcome, 'done');
      assert.deepEqual(
        agent.approvals.map((a) => a.kind),
        ['run', 'edit'],
      );
    });

    it('puts back what did not help, then tries on', async () => {
      const agent = start(files, [fenced(wrong), fenced(right), 'Index.']);
      assert.equal((await agent.run(request)).outcome, 'done');
      assert.match(agent.model.prompts[1]!, /This was tried and is wrong/);
      assert.equal(agent.read('stats.py'), stats.replace(broken, right));
    });

    it('leaves the file as it was when nothing helps, and says so', async () => {
      let n = 0;
      const agent = start(files, () => fenced(wrong.replace('/ 2', `/ ${++n + 7}`)));
      const result = await agent.run(request);
      assert.equal(result.outcome, 'failed');
      assert.match(result.summary, /still fails.*put back/);
      assert.equal(agent.read('stats.py'), stats);
    });

    it('a refused command or edit stops, and nothing is changed', async () => {
      for (const kind of ['run', 'edit'] as const) {
        const agent = start(files, [fenced(right)], (r) =>
          r.kind === kind ? { answer: 'no' } : { answer: 'once' },
        );
        assert.equal((await agent.run(request)).outcome, 'stopped');
        assert.equal(agent.read('stats.py'), stats);
        agent.dispose();
      }
    });

    it('finds the function by the test when the failure names no place', async () => {
      const script = {
        'cart.js': 'function total(n) {\n  return n;\n}\nmodule.exports = { total };\n',
        'cart.test.js': "const { total } = require('./cart');\nconsole.assert(total(1) === 2);\n",
      };
      const agent = start(script, [fenced('function total(n) {\n  return n + 1;\n}'), 'One was missing.']);
      const result = await agent.run('Fix the failing test: `node cart.test.js`');
      assert.equal(result.outcome, 'done', result.summary);
      assert.match(agent.read('cart.js'), /n \+ 1/);
    });

    it('says when the command passes already', async () => {
      const agent = start({ ...files, 'stats.py': stats.replace(broken, right) }, []);
      const result = await agent.run(request);
      assert.deepEqual([result.outcome, agent.model.prompts.length], ['done', 0]);
      assert.match(result.summary, /passes already/);
    });

    it('never writes a draft that does not parse', async () => {
      const agent = start(files, [fenced('def median(values):\n    return ((('), fenced(right), 'Index.']);
      assert.equal((await agent.run(request)).outcome, 'done');
      assert.equal(agent.approvals.filter((a) => a.kind === 'edit').length, 1);
    });

    it('a checkpoint brings back the bytes', async () => {
      const agent = start({ ...files, 'stats.py': stats.replaceAll('\n', '\r\n') }, [
        fenced(right),
        'Index.',
      ]);
      await agent.run(request);
      assert.doesNotMatch(agent.read('stats.py').replaceAll('\r\n', ''), /\n/);
      const checkpoint = agent.events.find((event) => event.type === 'checkpoint');
      assert.ok(checkpoint?.type === 'checkpoint');
      await agent.checkpoints.restore(checkpoint.id);
      assert.equal(agent.read('stats.py'), stats.replaceAll('\n', '\r\n'));
    });
  });

  describe('tool loop', () => {
    it('answers a question with a tool', async () => {
      const agent = start(files, [call('read_file', { path: 'stats.py' }), 'It has two functions.']);
      const result = await agent.run('What is in stats.py?');
      assert.equal(result.outcome, 'done');
      assert.match(agent.model.prompts[1]!, /<tool_response>[\s\S]*def mean/);
      assert.equal(agent.approvals.length, 0);
      assert.deepEqual(
        result.messages.map((m) => m.role),
        ['user', 'assistant', 'tool', 'assistant'],
      );
    });

    it('offers no tool for small talk', async () => {
      const agent = start(files, ['You are welcome.']);
      await agent.run('Thanks, that is all');
      assert.doesNotMatch(agent.model.prompts[0]!, /function=/);
    });

    it('keeps the prompt with tools short', async () => {
      const agent = start(files, ['Hm.']);
      await agent.run('hmm');
      assert.ok(agent.model.prompts[0]!.length / 3.2 < 700, `${agent.model.prompts[0]!.length} characters`);
    });

    it('ends when the model repeats a call', async () => {
      const again = call('list_files', {});
      const agent = start(files, [again, again, 'Two files.']);
      assert.equal((await agent.run('What files are here?')).outcome, 'done');
      assert.doesNotMatch(systemOf(agent.model.prompts[2]!), /read_file/);
    });

    it('tells the model about bad calls and goes on', async () => {
      const agent = start(files, [
        call('open_file', { path: 'stats.py' }),
        call('read_file', { path: '../outside.txt' }),
        call('read_file', { path: 'stats.py', start_line: 'abc' }),
        call('read_file', { path: 'nothing.py' }),
        'I could not.',
      ]);
      const result = await agent.run('What is in there?');
      assert.equal(result.outcome, 'done');
      assert.match(agent.model.prompts[4]!, /no tool|not.*tool/i);
      assert.match(agent.model.prompts[4]!, /outside/i);
    });

    it('an empty answer is tried once more without tools, then said', async () => {
      const agent = start(files, ['', '']);
      const result = await agent.run('What is in there?');
      assert.equal(result.outcome, 'failed');
      assert.match(result.summary, /empty answer/);
    });

    it('a model that never stops repeating is cut', async () => {
      const agent = start(files, ['na '.repeat(3000)]);
      const result = await agent.run('Hello');
      assert.ok(result.summary.length < 300);
      assert.ok(agent.events.some((e) => e.type === 'notice' && e.report.code === 'model-repeats'));
    });

    it('stops at the limit of steps', async () => {
      let n = 0;
      const agent = start(files, () => call('search', { pattern: `x${++n}` }));
      const result = await agent.run('What is in there?', { maxSteps: 5 });
      assert.deepEqual([result.outcome, result.summary.includes('limit of 5 steps')], ['failed', true]);
    });

    it('a refusal goes back to the model', async () => {
      const agent = start(files, [call('run_command', { command: 'echo hi' }), 'As you wish.'], () => ({
        answer: 'no',
        note: 'use ls',
      }));
      const result = await agent.run('hmm');
      assert.equal(result.outcome, 'stopped');
      assert.match(agent.model.prompts[1]!, /refused[\s\S]*use ls/);
    });
  });

  describe('engine and stop', () => {
    it('goes on where it was when the engine dies', async () => {
      const agent = start(files, [{ dies: 'It has two ', retryable: true }, 'functions.']);
      const result = await agent.run('Hello');
      assert.equal(result.outcome, 'done');
      assert.equal(result.messages.at(-1)!.content, 'It has two functions.');
      assert.ok(agent.model.prompts[1]!.endsWith('assistant\nIt has two '));
      assert.ok(rows(agent.events).includes('Engine restarted done'));
    });

    it('outlives a crash loop and the milder ways after it; a server that breaks off is tried again three times', async () => {
      const dies = (code: string) => ({ dies: '.', retryable: true, code });
      const engine = start(files, [...Array.from({ length: 6 }, () => dies('engine-died')), ' Hello']);
      assert.equal((await engine.run('Hello')).messages.at(-1)!.content, '...... Hello');
      const server = start(
        files,
        Array.from({ length: 4 }, () => dies('remote-ended')),
      );
      assert.equal((await server.run('Hello')).outcome, 'failed');
      assert.deepEqual(
        rows(server.events),
        Array.from({ length: 3 }, () => 'Connected again done'),
      );
    });

    it('an engine that cannot be had is an outcome with its report', async () => {
      const agent = start(files, [{ dies: '', retryable: false, code: 'engine-crash-loop' }]);
      const result = await agent.run('What is in stats.py?');
      assert.equal(result.outcome, 'failed');
      assert.ok(agent.events.some((e) => e.type === 'notice' && e.report.code === 'engine-crash-loop'));
    });

    it('counts anew when an estimate, made while the engine was away, let too much through', async () => {
      const tooLong = { dies: '', retryable: false, code: 'prompt-too-long' };
      const once = start(files, [tooLong, 'It has two functions.']);
      assert.equal((await once.run('Hello')).messages.at(-1)!.content, 'It has two functions.');
      const twice = start(files, [tooLong, tooLong]);
      assert.equal((await twice.run('Hello')).outcome, 'failed');
    });

    it('stop says what was done', async () => {
      const controller = new AbortController();
      const agent = start(files, () => {
        controller.abort();
        return 'abc';
      });
      const result = await agent.run('What is in stats.py?', { signal: controller.signal });
      assert.equal(result.outcome, 'stopped');
      assert.match(result.summary, /Nothing was changed/);
    });
  });

  describe('edit and create', () => {
    it('changes the symbol that the request names', async () => {
      const documented = broken.replace(':\n', ':\n    """The middle value."""\n');
      const agent = start(files, [fenced(documented)]);
      const result = await agent.run('Add a docstring to median in stats.py');
      assert.equal(result.outcome, 'done');
      assert.equal(agent.read('stats.py'), stats.replace(broken, documented));
    });

    it('merges nothing over a file that the user changed meanwhile', async () => {
      const changed = `# mine\n${stats}`;
      const agent = start(files, [fenced(right)], (r) => {
        if (r.kind === 'edit') writeFileSync(path.join(agent.folder, 'stats.py'), changed);
        return { answer: 'once' };
      });
      const result = await agent.run('Change median in stats.py so that it is right');
      assert.notEqual(result.outcome, 'done');
      assert.equal(agent.read('stats.py'), changed);
    });

    it('writes a new file', async () => {
      const agent = start(files, [fenced('print("hello")')]);
      await agent.run('Create a file hello.py that prints hello');
      assert.equal(agent.read('hello.py'), 'print("hello")\n');
      assert.equal(agent.approvals[0]!.diff!.kind, 'create');
    });

    it('offers no edit with a model that cannot', async () => {
      const profile = { ...testProfile, abilities: { ...testProfile.abilities, edit: false } };
      const agent = start(files, ['I can only answer.'], undefined, profile);
      await agent.run('Add a docstring to median in stats.py');
      assert.doesNotMatch(agent.model.prompts[0]!, /edit_file/);
    });

    it('takes no word of a weak model for it that a tool is needed', async () => {
      const weak = { ...testProfile, abilities: { ...testProfile.abilities, edit: false } };
      const unclear = 'Tell a joke about compilers';
      for (const [profile, asked] of [
        [testProfile, true],
        [weak, false],
      ] as const) {
        const agent = start(files, ['It does.'], undefined, profile);
        await agent.run(unclear);
        assert.equal(agent.model.prompts[0]!.includes('read_file'), asked);
      }
    });

    it('a standing yes passes without asking and is named', async () => {
      const standing = { edits: true, commands: true };
      const agent = start(files, [fenced(right), 'Index.']);
      await agent.run(request, { standing });
      assert.equal(agent.approvals.length, 0);
      assert.ok(steps(agent.events).some((step) => step.allowedBy?.includes('edits allowed')));
    });
  });
});
