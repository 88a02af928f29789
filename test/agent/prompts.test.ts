import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { testProfile } from '../support/fake-model';
import { checkGolden } from '../support/golden';

const files = {
  'stats.py': 'def mean(values):\n    return sum(values) / len(value)\n',
  'test_stats.py':
    'import unittest\nfrom stats import mean\n\n\nclass T(unittest.TestCase):\n    def test_mean(self):\n        self.assertEqual(mean([1, 3]), 2)\n',
};
const fixed = 'def mean(values):\n    return sum(values) / len(values)\n```';

/** The whole prompts as they reach the model, to be read after every change near them. */
describe('prompts of the agent', () => {
  let setup: AgentSetup | undefined;
  afterEach(() => setup?.dispose());

  const check = async (
    name: string,
    replies: string[],
    text: string,
    more: Record<string, string> = {},
  ): Promise<void> => {
    setup = agentSetup({ ...files, ...more }, replies);
    await setup.run(text);
    const scrubbed = setup.model.prompts.map((prompt) =>
      prompt
        .replaceAll(/"[^"\n]*[\\/]([\w.]+)", line/g, '"$1", line')
        .replaceAll(/in \d+\.\d+s/g, 'in 0.001s'),
    );
    checkGolden(name, scrubbed.join('\n\n======== next request ========\n\n'));
  };

  it('repair', () =>
    check('agent-repair', [fixed, 'The name was misspelt.'], 'Fix the failing test in test_stats.py'));

  it('a stub to be implemented, and its second try', () =>
    check(
      'agent-implement',
      ['def half(n):\n    return n\n```', 'def half(n):\n    return n / 2\n```'],
      'Implement half.py so that the tests pass',
      {
        'half.py': 'def half(n):\n    pass\n',
        'half_test.py':
          'import unittest\nfrom half import half\n\n\nclass T(unittest.TestCase):\n    def test_half(self):\n        self.assertEqual(half(4), 2)\n',
        'instructions.md': '# Instructions\n\nHalve a number.\n',
      },
    ));

  it('question with a tool', () =>
    check(
      'agent-question',
      ['<function=read_file>\n<parameter=path>\nstats.py\n</parameter>\n</function>', 'It has mean.'],
      'What is in stats.py?',
    ));

  it('open request with all tools', () =>
    check('agent-open', ['<function=list_files>\n</function>\n</tool_call>', 'Hm.'], 'hmm'));

  it('edit of a named symbol', () =>
    check('agent-edit', [fixed], 'Change mean in stats.py to use the right name'));

  it('new file', () => check('agent-create', ['print(1)\n```'], 'Create a file one.py that prints 1'));

  it('the user’s instructions, and a mention', () =>
    check('agent-instructions', ['It has mean.'], 'What is @stats.py#mean for?', {
      'AGENTS.md': 'Answer in one sentence.\n',
      '.thimble/python.md': '---\nglobs: "**/*.py"\n---\nTalk about Python 3.12.\n',
      '.thimble/styles.md': '---\nglobs: "**/*.css"\n---\nTalk about colours.\n',
    }));

  const slash: [name: string, replies: string[], text: string][] = [
    ['explain', ['It averages.'], '/explain @stats.py#mean'],
    [
      'doc',
      [' The mean.', ' The mean of numbers\nvalues: the numbers\nreturns: their mean'],
      '/doc @stats.py#mean',
    ],
    [
      'tests',
      ['one(self):\n        pass\n```', 'one(self):\n        self.assertEqual(mean([1]), 1)\n```'],
      '/tests @stats.py#mean of no values',
    ],
    [
      'explain-error',
      ['The name value is not defined: the parameter is called values, so use that.'],
      '/explain File "stats.py", line 2, in mean\nNameError: name \'value\' is not defined',
    ],
  ];
  for (const [name, replies, text] of slash) it(`/${name}`, () => check(`slash-${name}`, replies, text));

  it('a question to a model that edits nothing', async () => {
    const profile = { ...testProfile, abilities: { ...testProfile.abilities, edit: false } };
    setup = agentSetup(files, ['It is in stats.py.'], undefined, profile);
    await setup.run('Where is `mean` defined?');
    checkGolden('agent-index-answer', setup.model.prompts.join(''));
  });

  for (const [name, replies] of [
    ['review', ['Looks right.']],
    ['commit', ['Misspelt name', 'Fix the mean']],
  ] as const) {
    it(`/${name}`, async () => {
      setup = agentSetup(files, [...replies]);
      const git = (...args: string[]): Buffer =>
        execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: setup?.folder });
      git('init', '-q');
      git('-c', 'core.autocrlf=false', 'add', '-A');
      git('commit', '-qm', 'first');
      const fixedFile = files['stats.py'].replace('len(value)', 'len(values)');
      writeFileSync(path.join(setup.folder, 'stats.py'), fixedFile);
      await setup.run(`/${name}`);
      const next = '\n\n======== next request ========\n\n';
      // How long git cuts a hash depends on its version.
      checkGolden(`slash-${name}`, setup.model.prompts.join(next).replaceAll(/^index \S+/gm, 'index 1..2'));
    });
  }
});
