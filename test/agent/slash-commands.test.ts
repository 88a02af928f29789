import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sameCode } from '../../src/agent/code-only';
import { checkCommitMessage, contradiction, plainCommitMessage } from '../../src/micro/commit-message';
import { filesOfDiff } from '../../src/agent/git-diff';
import type { EditorContext } from '../../src/agent/ports';
import type { AgentEvent } from '../../src/protocol/agent';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { type FakeReply, testProfile } from '../support/fake-model';

const stats =
  'def mean(values):\n    return sum(values) / len(value)\n\n\ndef median(values):\n    return 2\n';
const files = { 'stats.py': stats };
const mean = 'def mean(values):\n    return sum(values) / len(values)';
const fenced = (code: string): string => `${code}\n\`\`\``;

const textOf = (events: readonly AgentEvent[]): string =>
  events.map((event) => (event.type === 'text' ? event.delta : '')).join('');
const lastOf = (events: readonly AgentEvent[]) => {
  const event = events.at(-1);
  assert.ok(event?.type === 'run-finished');
  return event;
};
const problemAt =
  (line: number): Required<EditorContext>['diagnostics'] =>
  () => [
    {
      path: 'stats.py',
      line,
      column: 1,
      endLine: line,
      endColumn: 9,
      severity: 'error',
      message: '“value” is not defined',
    },
  ];
const cursorAt =
  (line: number): Required<EditorContext>['selection'] =>
  () => ({
    path: 'stats.py',
    label: 'stats.py',
    languageId: 'python',
    startLine: line,
    endLine: line,
    text: '',
  });

describe('slash commands', () => {
  let agent: AgentSetup | undefined;
  afterEach(() => agent?.dispose());

  const start = (
    replies: FakeReply[],
    editor?: EditorContext,
    more: Record<string, string> = {},
  ): AgentSetup => {
    agent = agentSetup({ ...files, ...more }, replies);
    if (editor) agent.ports.editor = editor;
    return agent;
  };
  /** The sample in a repository with one commit, then changed. */
  const changed = (replies: FakeReply[]): AgentSetup => {
    const setup = start(replies);
    git(setup, 'init', '-q');
    git(setup, 'add', '-A');
    git(setup, 'commit', '-qm', 'first');
    writeFileSync(path.join(setup.folder, 'stats.py'), stats.replace('len(value)', 'len(values)'));
    writeFileSync(path.join(setup.folder, 'new.py'), 'x = 1\n');
    return setup;
  };
  const git = (setup: AgentSetup, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: setup.folder,
      stdio: 'pipe',
    });

  describe('/explain', () => {
    it('answers about the symbol that is mentioned, and about what is asked', async () => {
      const { run, model, events } = start(['It averages.']);
      const result = await run('/explain @stats.py#mean what if it is empty?');
      assert.equal(result.outcome, 'done');
      assert.equal(textOf(events), 'It averages.');
      assert.match(
        model.prompts[0] ?? '',
        /stats\.py:\ndef mean[\s\S]*Explain what this code does[^\n]*\n\nwhat if it is empty\?/,
      );
      assert.ok(!model.prompts[0]?.includes('median'));
      assert.deepEqual(
        result.messages.map(({ role, content }) => [role, content]),
        [
          ['user', '/explain `mean` in stats.py what if it is empty?'],
          ['assistant', 'It averages.'],
        ],
      );
    });

    it('takes the definition around the cursor, and says so', async () => {
      const { run, model, events } = start(['It is two.'], { selection: cursorAt(6) });
      await run('/explain');
      assert.match(model.prompts[0] ?? '', /def median/);
      const row = events.find((event) => event.type === 'step');
      assert.equal(row?.step.object, 'stats.py, lines 5–6');
    });

    it('says what to do without code', async () => {
      const { run, events, model } = start([]);
      assert.equal((await run('/explain')).outcome, 'failed');
      const notice = events.find((event) => event.type === 'notice');
      assert.match(notice?.report.next ?? '', /Select code, or mention it: \/explain @file/);
      assert.equal(model.prompts.length, 0);
    });

    it('cuts a file that is too long, and says so', async () => {
      const long = Array.from({ length: 3000 }, (_, n) => `x${n} = ${n}`).join('\n');
      const { run, events, model } = start(['Numbers.'], undefined, { 'long.py': long });
      await run('/explain @long.py');
      assert.ok(events.some((event) => event.type === 'notice' && event.report.code === 'context-cut'));
      assert.ok((model.prompts[0]?.length ?? 0) / 4 < 8192 / 2 + 300);
    });
  });

  describe('/fix', () => {
    it('rewrites the definition with the problem, and tells whether it is gone', async () => {
      const { run, read, events, approvals } = start([fenced(mean)], {
        diagnostics: () => (read('stats.py').includes('len(values)') ? [] : problemAt(2)()),
      });
      assert.equal((await run('/fix @stats.py#mean')).outcome, 'done');
      assert.equal(read('stats.py'), stats.replace('len(value)', 'len(values)'));
      assert.equal(lastOf(events).evidence, 'Problems reported there: 1 before, 0 after');
      assert.deepEqual(
        approvals.map(({ kind }) => kind),
        ['edit'],
      );
    });

    it('is no success while the problem stays', async () => {
      const setup = start([fenced(mean)], { diagnostics: problemAt(2) });
      let now = 0;
      setup.ports.clock = { now: () => now, sleep: (ms) => Promise.resolve(void (now += ms)) };
      assert.equal((await setup.run('/fix @stats.py#mean')).outcome, 'failed');
      assert.match(lastOf(setup.events).evidence ?? '', /1 before, 1 after/);
    });

    it('without a reported problem is a request like any other', async () => {
      const { run, read } = start([fenced(mean)], { diagnostics: () => [] });
      await run('/fix @stats.py#mean the name is misspelt');
      assert.equal(read('stats.py'), stats.replace('len(value)', 'len(values)'));
    });
  });

  describe('/explain of an error', () => {
    const error =
      'Traceback (most recent call last):\n  File "stats.py", line 2, in mean\nNameError: name \'value\' is not defined';

    it('shows the code that it points at, and no explanation that names nothing of it', async () => {
      const { run, model, events } = start([
        'Something went wrong.',
        'Nothing is called value: the parameter is values.',
      ]);
      assert.equal((await run(`/explain ${error}`)).outcome, 'done');
      assert.match(model.prompts[0] ?? '', /stats\.py, function mean:\ndef mean[\s\S]*NameError/);
      assert.equal(textOf(events), 'Nothing is called value: the parameter is values.');
    });

    it('is about what the problems say, too', async () => {
      const { run, model } = start(['The name value stands for nothing here, it must be values.'], {
        diagnostics: problemAt(2),
      });
      assert.equal((await run('/explain @problems')).outcome, 'done');
      assert.match(model.prompts[0] ?? '', /This error came up:\nstats\.py:2: error: “value” is not defined/);
    });

    it('takes the end of a long output in the terminal', async () => {
      const output = `${'one more line of the build that went well\n'.repeat(2000)}${error}`;
      const { run, model } = start(['The name value stands for nothing here, it must be values.'], {
        terminal: () => ({ command: 'python3 stats.py', output }),
      });
      assert.equal((await run('/explain @terminal')).outcome, 'done');
      assert.match(model.prompts[0] ?? '', /This error came up:/);
      assert.ok(model.prompts[0]?.includes(error.trim().split('\n').at(-1) ?? ''));
    });

    it('tells where it comes from when no explanation is usable', async () => {
      const { run, events } = start(['Hm.', 'No.', '']);
      const result = await run(`/explain ${error}`);
      assert.equal(result.outcome, 'failed');
      assert.match(result.summary, /points at stats\.py, function mean/);
      assert.equal(textOf(events), '');
    });
  });

  describe('/doc', () => {
    const answer = ' The middle of the values\nvalues: some numbers\nreturns: the middle one';
    const documented =
      'def median(values):\n    """The middle of the values.\n\n    Args:\n        values: some numbers.\n\n    Returns:\n        the middle one.\n    """\n    return 2';

    it('has the model say what the comment says, and puts it into the code', async () => {
      const { run, read, events, model } = start([' The middle.\nvalues:', answer]);
      assert.equal((await run('/doc @stats.py#median')).outcome, 'done');
      assert.equal(read('stats.py'), stats.replace('def median(values):\n    return 2', documented));
      assert.equal(lastOf(events).evidence, 'Only documentation differs');
      const grammar = model.requests[0]?.grammar;
      assert.ok(typeof grammar === 'string');
      assert.match(grammar, /"\\nvalues:" line "\\nreturns:" line/);
    });

    it('adds what is missing and no more', async () => {
      const half = documented.replace(/\n\n {4}Returns:\n.*/, '');
      const { run, read } = start([' the middle one'], undefined, { 'half.py': `${half}\n` });
      assert.equal((await run('/doc @half.py#median')).outcome, 'done');
      assert.equal(read('half.py'), `${documented}\n`);
    });

    it('asks no model where nothing is missing', async () => {
      const { run, model } = start([], undefined, { 'whole.py': `${documented}\n` });
      const result = await run('/doc @whole.py#median');
      assert.match(result.summary, /no parameter and no result is left out/);
      assert.deepEqual([result.outcome, model.prompts.length], ['done', 0]);
    });

    it('leaves the file as it is when no answer is usable', async () => {
      const { run, read } = start(['', '', '']);
      const result = await run('/doc @stats.py#median');
      assert.equal(result.outcome, 'failed');
      assert.match(result.summary, /says nothing about summary/);
      assert.equal(read('stats.py'), stats);
    });

    it('is not offered with a model that was measured to fail at it', async () => {
      agent = agentSetup(files, [], undefined, { ...testProfile, cannot: ['document'] });
      const result = await agent.run('/doc @stats.py#median');
      assert.match(result.summary, /fails at documenting a symbol too often/);
      assert.deepEqual([result.outcome, agent.model.prompts.length], ['failed', 0]);
    });
  });

  describe('/tests', () => {
    const code = { 'twice.py': 'def twice(x):\n    return 2 * x\n' };
    const head =
      'import unittest\n\nfrom twice import twice\n\n\nclass TwiceTest(unittest.TestCase):\n    def test_';
    const right = 'one(self):\n        self.assertEqual(twice(1), 2)';
    const wrong = 'two(self):\n        self.assertEqual(twice(2), 5)';

    it('writes the file beside the code after a yes, and runs it', async () => {
      const { run, read, approvals } = start([fenced(right)], undefined, code);
      const result = await run('/tests @twice.py#twice');
      assert.deepEqual([result.outcome, result.summary], ['done', 'Wrote test_twice.py. The tests pass.']);
      assert.equal(read('test_twice.py'), `${head}${right}\n`);
      assert.deepEqual(
        approvals.map(({ kind, diff }) => [kind, diff?.kind]),
        [
          ['edit', 'create'],
          ['run', undefined],
        ],
      );
    });

    it('takes out the tests that fail, and names them', async () => {
      const { run, read } = start([fenced(`${right}\n\n    def test_${wrong}`)], undefined, code);
      const result = await run('/tests @twice.py#twice');
      assert.equal(result.outcome, 'done');
      assert.match(
        result.summary,
        /The tests pass\. One failed: `test_two`\. Either .* They were taken out\./,
      );
      assert.equal(read('test_twice.py'), `${head}${right}\n`);
    });

    it('leaves no file of which no test passes', async () => {
      const { run, folder, checkpoints } = start([fenced(wrong)], undefined, code);
      const result = await run('/tests @twice.py#twice');
      assert.equal(result.outcome, 'failed');
      assert.match(result.summary, /None of the tests .* taken away again/);
      assert.ok(!existsSync(path.join(folder, 'test_twice.py')));
      await checkpoints.restore('run-1');
    });

    it('says that a refused run leaves them unchecked', async () => {
      agent = agentSetup({ ...files, ...code }, [fenced(wrong)], ({ kind }) => ({
        answer: kind === 'edit' ? 'once' : 'no',
      }));
      const result = await agent.run('/tests @twice.py#twice');
      assert.equal(result.summary, 'Wrote test_twice.py. The tests were not run: you refused.');
      assert.ok(existsSync(path.join(agent.folder, 'test_twice.py')));
    });

    it('shows the tests where the file exists already, and leaves it', async () => {
      const { run, read, events, approvals } = start([fenced(right)], undefined, {
        ...code,
        'test_twice.py': 'old\n',
      });
      assert.equal((await run('/tests @twice.py#twice')).outcome, 'done');
      assert.deepEqual([read('test_twice.py'), approvals.length], ['old\n', 0]);
      assert.match(textOf(events), /^```python\nimport unittest[\s\S]*```\n$/);
    });
  });

  describe('/review', () => {
    it('answers about the diff and changes nothing', async () => {
      const { run, model, events, approvals, read } = changed(['Looks right.']);
      const before = read('stats.py');
      assert.equal((await run('/review mind the names')).outcome, 'done');
      assert.match(
        model.prompts[0] ?? '',
        /\+ {4}return sum\(values\) \/ len\(values\)[\s\S]*Review these changes\. mind the names/,
      );
      assert.equal(textOf(events), 'Looks right.');
      assert.deepEqual([read('stats.py'), approvals.length], [before, 0]);
    });

    it('looks at the files that are mentioned alone', async () => {
      const setup = changed(['Fine.']);
      git(setup, 'add', '-A');
      await setup.run('/review @new.py');
      assert.ok(setup.model.prompts[0]?.includes('new.py') && !setup.model.prompts[0].includes('stats.py'));
    });

    it('asks no model where there is nothing to review', async () => {
      const setup = changed([]);
      git(setup, 'add', '-A');
      git(setup, 'commit', '-qm', 'second');
      assert.match((await setup.run('/review')).summary, /nothing to review/);
    });

    it('says that there is no repository', async () => {
      const { run, events } = start([]);
      assert.equal((await run('/review')).outcome, 'failed');
      const notice = events.find((event) => event.type === 'notice');
      assert.match(notice?.report.happened ?? '', /no git repository/);
    });
  });

  describe('/commit', () => {
    it('names what is staged, to be copied, and commits nothing', async () => {
      const setup = changed(['Added a file for x.\n']);
      git(setup, 'add', 'new.py');
      assert.equal((await setup.run('/commit')).outcome, 'done');
      assert.equal(textOf(setup.events), '```\nAdd a file for x\n```\n');
      assert.ok(!setup.model.prompts[0]?.includes('len(values)'), 'what is not staged is not part of it');
      assert.equal(git(setup, 'log', '--oneline').toString().trim().split('\n').length, 1);
    });

    it('asks again for a line that breaks the rules, and makes one itself at last', async () => {
      const setup = changed(['The mean', '', `Fix ${'very '.repeat(20)}much`]);
      const result = await setup.run('/commit');
      assert.equal(textOf(setup.events), '```\nUpdate stats.py\n```\n');
      assert.match(result.summary, /did not begin with a verb.*was empty.*longer than 72/);
    });

    it('asks again for a line that the counts of lines deny, and says why', async () => {
      const setup = changed(['Add the mean', 'Fix the mean']);
      await setup.run('/commit');
      assert.equal(textOf(setup.events), '```\nFix the mean\n```\n');
      assert.match(setup.model.prompts[0] ?? '', /Changed:\nstats\.py: \+1 −1 lines/);
      assert.match(setup.model.prompts[1] ?? '', /Not “Add the mean”: nothing was added on the whole/);
    });

    it('asks no model that was measured to fail at it', async () => {
      const setup = changed([]);
      const { profile } = setup.model;
      setup.ports.model = { ...setup.model, profile: { ...profile, cannot: ['commit'] } };
      await setup.run('/commit');
      assert.equal(textOf(setup.events), '```\nUpdate stats.py\n```\n');
    });

    it('works before the first commit', async () => {
      const setup = start(['Add stats']);
      git(setup, 'init', '-q');
      git(setup, 'add', '-A');
      await setup.run('/commit');
      assert.equal(textOf(setup.events), '```\nAdd stats\n```\n');
    });
  });

  it('a question is answered from the index for a model that edits nothing', async () => {
    const reader = { ...testProfile, abilities: { complete: true, chat: true, edit: false } };
    agent = agentSetup(files, ['In other.py.', '`mean` is in stats.py.'], undefined, reader);
    assert.equal((await agent.run('Where is `mean` defined?')).outcome, 'done');
    assert.match(
      agent.model.prompts[0] ?? '',
      /Definitions of this project:\nstats\.py:1: def mean\(values\)\n/,
    );
    assert.equal(textOf(agent.events), '`mean` is in stats.py.');
  });

  it('an unknown command is a message', async () => {
    const { run, model } = start(['Hm.']);
    await run('/frobnicate the values');
    assert.match(model.prompts[0] ?? '', /\/frobnicate the values/);
  });

  it('without git says so', async function () {
    if (process.platform === 'win32') this.skip();
    const setup = changed([]);
    const { commands } = setup.ports;
    const empty = path.join(setup.folder, 'empty');
    setup.ports.commands = {
      run: (request, signal) =>
        commands.run({ ...request, command: `PATH=${empty} ${request.command}` }, signal),
    };
    await setup.run('/review');
    const notice = setup.events.find((event) => event.type === 'notice');
    assert.match(notice?.report.happened ?? '', /no git on this computer/);
    assert.ok(existsSync(path.join(setup.folder, 'stats.py')));
    rmSync(empty, { force: true });
  });
});

describe('the line that names a commit', () => {
  const cases: [raw: string, expected: string | RegExp][] = [
    ['Fix the mean of an empty list', 'Fix the mean of an empty list'],
    ['"Fixed the mean."', 'Fix the mean'],
    ['```\nadds a test\n```', 'Add a test'],
    ['Commit message: Updating the docs', 'Update the docs'],
    ['fix(stats): corrected the mean', 'fix(stats): correct the mean'],
    ['feat!: Stopping early', 'feat!: Stop early'],
    ['- Applies the rule', 'Apply the rule'],
    ['`Rename x`', 'Rename x'],
    ['Fix: the mean', 'Fix the mean'],
    ['Fix: corrected the mean', 'Correct the mean'],
    ['stats.py: fixes the mean', 'stats.py: fix the mean'],
    ['', /empty/],
    ['The mean is fixed', /no|did not begin with a verb/],
    ['Fix', /nothing but a verb/],
    [`Add ${'x'.repeat(69)}`, /longer than 72/],
  ];
  for (const [raw, expected] of cases) {
    it(JSON.stringify(raw), () => {
      const checked = checkCommitMessage(raw);
      if (typeof expected === 'string') assert.deepEqual(checked, { ok: true, message: expected });
      else assert.match(checked.ok ? 'ok' : checked.problem, expected);
    });
  }

  const denied: [message: string, added: number, removed: number, denied: boolean][] = [
    ['Add a test', 5, 0, false],
    ['Add the median', 1, 1, true],
    ['feat(x): introduce y', 1, 4, true],
    ['Remove y', 1, 4, false],
    ['Delete y', 4, 1, true],
    ['Fix the median', 1, 1, false],
  ];
  for (const [message, added, removed, expected] of denied)
    it(`“${message}” with +${added} −${removed} lines`, () =>
      assert.equal(contradiction(message, added, removed) !== undefined, expected));

  it('is made from the files where the model gives none', () => {
    const file = (name: string, kind: 'isNew' | 'isDeleted' | 'none') => ({
      path: name,
      isNew: kind === 'isNew',
      isDeleted: kind === 'isDeleted',
    });
    assert.equal(plainCommitMessage([file('src/a.ts', 'isNew')]), 'Add a.ts');
    assert.equal(plainCommitMessage([file('a.ts', 'isDeleted')]), 'Remove a.ts');
    assert.equal(plainCommitMessage([file('a.ts', 'isNew'), file('b.ts', 'none')]), 'Update a.ts, b.ts');
    assert.equal(
      plainCommitMessage(Array.from({ length: 30 }, () => file('name.ts', 'none'))),
      'Update 30 files',
    );
  });
});

it('the files of a diff', () => {
  const diff = `diff --git a/a b.py b/a b.py
index 1..2 100644
--- a/a b.py\t
+++ b/a b.py\t
@@ -1 +1 @@ def f(x):
-x
+y
diff --git a/old.py b/old.py
deleted file mode 100644
--- a/old.py
+++ /dev/null
diff --git a/bin.png b/bin.png
new file mode 100644
Binary files /dev/null and b/bin.png differ
`;
  assert.deepEqual(
    filesOfDiff(diff).map(({ path: file, isNew, isDeleted, added, removed, headings }) => [
      file,
      isNew,
      isDeleted,
      added,
      removed,
      headings,
    ]),
    [
      ['a b.py', false, false, 1, 1, ['def f(x):']],
      ['old.py', false, true, 0, 0, []],
      ['bin.png', true, false, 0, 0, []],
    ],
  );
});

describe('whether only documentation differs', () => {
  const cases: [title: string, before: string, after: string, same: boolean][] = [
    [
      'a docstring',
      'def f(x):\n    return x',
      'def f(x):\n    """Gives x.\n\n    Always.\n    """\n    return x',
      true,
    ],
    ['a docstring on one line', 'def f():\n    return 1', "def f():\n    '''One.'''\n    return 1", true],
    ['a block comment', 'int f() { return 1; }', '/**\n * One.\n */\nint f() { return 1; }', true],
    ['line comments', 'fn f() {}', '/// Nothing.\nfn f() {}', true],
    ['indentation', 'if x:\n  y()', 'if x:\n    y()', true],
    ['another value', 'return 1', '// One.\nreturn 2', false],
    ['a line that went', 'a()\nb()', '# both\na()', false],
    ['an attribute', 'fn f() {}', '#[inline]\nfn f() {}', false],
    ['a decrement', '--i;', '', false],
    ['code behind a comment', '/* a */ f();', '/* b */ g();', false],
  ];
  for (const [title, before, after, same] of cases)
    it(title, () => assert.equal(sameCode(before, after), same));
});
