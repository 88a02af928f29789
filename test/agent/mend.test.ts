import assert from 'node:assert/strict';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import type { Step } from '../../src/protocol/agent';
import { rulesOf } from '../../src/tools/approval-rules';

const code = `def half(values):
    count = len(values)
    return values[: count // 3]


def twice(x):
    return x * 2
`;
const files = {
  'lists.py': code,
  'test_lists.py':
    'from lists import half\n\n\ndef check(half):\n    assert (half([1, 2, 3, 4]) == [1, 2]), "t1"\n    assert half([5, 6]) == [5]\n\n\ncheck(half)\n',
};
/** The same, with an example in its docstring. */
const documented = {
  ...files,
  'lists.py': code.replace('):\n    count', '):\n    """\n    >>> half([1, 2])\n    [1]\n    """\n    count'),
};
/** So short that few small changes of it are to be had. */
const short = {
  'one.py': 'def one():\n    return 2\n',
  'test_one.py': 'from one import one\n\nassert one() == "unheard of"\n',
};
const shortRequest = 'Fix the failing test: `python3 test_one.py`';
const request = 'Fix the failing test: `python3 test_lists.py`';
const original = code.slice(0, code.indexOf('\n\n\n'));
const copy = `${original}\n\`\`\``;
const allowed = () => ({ standing: { edits: true, commands: true }, timeLimitMs: 600_000 });

const stepsOf = (agent: AgentSetup): Step[] => {
  const last = new Map<string, Step>();
  for (const event of agent.events) if (event.type === 'step') last.set(event.step.id, event.step);
  return [...last.values()];
};
const rows = (agent: AgentSetup): string[] => stepsOf(agent).map(({ verb, state }) => `${verb} ${state}`);

describe('mending a symbol', function () {
  this.timeout(120_000);
  let agent: AgentSetup | undefined;
  afterEach(() => agent?.dispose());
  const start = (...args: Parameters<typeof agentSetup>): AgentSetup => (agent = agentSetup(...args));

  it('tells the model what the test expects and what the failing call gives', async () => {
    const { model, run } = start(files, [`${original.replace('3', '2')}\n\`\`\``, 'It took a third.']);
    assert.equal((await run(request, allowed())).outcome, 'done');
    assert.match(
      model.prompts[0]!,
      /What the tests expect:\nhalf\(\[1, 2, 3, 4\]\) == \[1, 2\]\nhalf\(\[5, 6\]\) == \[5\]\n\nhalf\(\[1, 2, 3, 4\]\) gives \[1\], but should give \[1, 2\]\./,
    );
  });

  it('finds a small change where the model only copies, and proposes it like any edit', async () => {
    const setup = start(files, (prompt) => (prompt.includes('In one short sentence') ? 'No.' : copy));
    const result = await setup.run(request, allowed());
    assert.equal(result.outcome, 'done');
    assert.match(result.summary, /^Changed half \(`3` → `2`\); the command passes now\./);
    assert.equal(setup.read('lists.py'), code.replace('// 3', '// 2'));
    assert.deepEqual(rows(setup).slice(-3), ['Try small changes done', 'Edit done', 'Run done']);
  });

  it('tries no small changes where edits or the command are still asked for', async () => {
    const setup = start(files, () => copy);
    assert.equal((await setup.run(request)).outcome, 'failed');
    assert.equal(setup.read('lists.py'), code);
    assert.ok(!rows(setup).some((row) => row.startsWith('Try small changes')));
  });

  it('leaves the file as it was when nothing helps', async () => {
    const setup = start(short, () => `${short['one.py']}\n\`\`\``);
    const result = await setup.run(shortRequest, allowed());
    assert.equal(result.outcome, 'failed');
    assert.equal(setup.read('one.py'), short['one.py']);
    const search = stepsOf(setup).find(({ verb }) => verb === 'Try small changes');
    assert.match(search?.result ?? '', /^\d+ tried, none passes$/);
  });

  it('goes on to what the function calls, and never to the test, whatever its name', async () => {
    const own = {
      'one.py': 'def inner():\n    return "Jupyter"\n\n\ndef one():\n    return inner()\n',
      'works.py':
        'import unittest\nimport one\n\n\nclass Works(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(one.one(), "Jupiter")\n\n\nunittest.main()\n',
    };
    const setup = start(own, (prompt) => (prompt.includes('In one short sentence') ? 'No.' : '```'));
    const result = await setup.run('`python3 works.py` fails. Fix the cause.', allowed());
    assert.equal(result.outcome, 'done');
    assert.equal(setup.read('one.py'), own['one.py'].replace('Jupyter', 'Jupiter'));
    assert.equal(setup.read('works.py'), own['works.py']);
    assert.deepEqual(
      stepsOf(setup)
        .filter(({ verb }) => verb === 'Try small changes')
        .map(({ object }) => object),
      ['one.py › one', 'one.py › inner'],
    );
  });

  it('puts a try back that was stopped before it was checked', async () => {
    const wrong = `${original.replace('// 3', '// 4')}\n\`\`\``;
    const setup = start(files, [wrong]);
    // The first run, its probe, reading and the edit; the check is one too many.
    const result = await setup.run(request, { ...allowed(), maxSteps: 4 });
    assert.equal(result.outcome, 'failed');
    assert.match(result.summary, /limit of 4 steps/);
    assert.equal(setup.read('lists.py'), code);
  });

  it('takes a new helper and a new import along', async () => {
    const draft =
      'import math\n\ndef whole(x):\n    return math.floor(x)\n\ndef half(values):\n    return values[: whole(len(values) / 2)]\n\ndef test_half():\n    assert half([]) == []\n```';
    const setup = start(files, [draft, 'Done.']);
    assert.equal((await setup.run(request, allowed())).outcome, 'done');
    assert.equal(
      setup.read('lists.py'),
      'import math\ndef whole(x):\n    return math.floor(x)\n\ndef half(values):\n    return values[: whole(len(values) / 2)]\n\n\ndef twice(x):\n    return x * 2\n',
    );
  });

  it('runs nothing of its own that a rule has asked about or denies', async () => {
    for (const verdict of ['ask', 'deny']) {
      const { rules } = rulesOf({ 'run(python3 -c *)': verdict }, 'user settings');
      const setup = start(documented, () => '```');
      setup.ports.policy = { rules: () => rules, shell: 'posix' };
      const ran: string[] = [];
      const { commands } = setup.ports;
      setup.ports.commands = {
        run: (command, signal) => {
          ran.push(command.command);
          return commands.run(command, signal);
        },
      };
      await setup.run(request, allowed());
      assert.ok(ran.length > 1, 'small changes were tried');
      assert.ok(
        ran.every((command) => command === 'python3 test_lists.py'),
        ran.join('\n'),
      );
      assert.deepEqual(setup.approvals, []);
      assert.match(setup.model.prompts[0] ?? '', /half\(\[1, 2, 3, 4\]\) should give \[1, 2\]/);
      setup.dispose();
    }
  });

  it('ends its row and keeps the file when it is stopped among the examples', async () => {
    const stop = new AbortController();
    const setup = start(documented, () => '```');
    const { commands } = setup.ports;
    setup.ports.commands = {
      run: (command, signal) => {
        if (command.command.includes('doctest')) stop.abort();
        return commands.run(command, signal);
      },
    };
    const result = await setup.run(request, { ...allowed(), signal: stop.signal });
    assert.equal(result.outcome, 'stopped');
    assert.ok(rows(setup).includes('Try small changes failed'), rows(setup).join(', '));
    assert.equal(setup.read('lists.py'), documented['lists.py']);
  });

  it('keeps what the user changes in the file while a try runs', async () => {
    const wrong = 'def one():\n    return 7\n```';
    const setup = start(short, (prompt) => (prompt.includes('wrong (') ? '```' : wrong));
    const { commands, workspace } = setup.ports;
    let typed = false;
    setup.ports.commands = {
      run: async (command, signal) => {
        const result = await commands.run(command, signal);
        const { text, hash } = await workspace.read('one.py');
        if (!typed && text.includes('return 7')) {
          typed = true;
          await workspace.write([{ path: 'one.py', text: `${text}\nx = 1\n`, expectedHash: hash }], 'typed');
        }
        return result;
      },
    };
    assert.equal((await setup.run(shortRequest, allowed())).outcome, 'failed');
    assert.equal(setup.read('one.py'), `${short['one.py']}\nx = 1\n`);
  });
});
