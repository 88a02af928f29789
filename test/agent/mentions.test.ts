import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { evenShares, fitExcerpts } from '../../src/agent/fit-excerpts';
import type { EditorContext } from '../../src/agent/ports';
import type { AgentEvent } from '../../src/protocol/agent';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { testProfile } from '../support/fake-model';

const files = {
  'stats.py': 'def mean(values):\n    return 1\n\n\ndef median(values):\n    return 2\n',
  'my notes.md': '# Notes\n\nBuy milk.\n',
  'src/deep/a.ts': 'export class Box {\n  open() {\n    return 3;\n  }\n}\n',
};

const notices = (events: readonly AgentEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'notice' ? [event.report.happened] : []));

describe('mentions', () => {
  let agent: AgentSetup | undefined;
  afterEach(() => agent?.dispose());

  /** Sends a message and gives the user's part of the prompt, with what was told. */
  const ask = async (
    text: string,
    {
      editor,
      more = {},
      context,
    }: { editor?: EditorContext; more?: Record<string, string>; context?: number } = {},
  ): Promise<{ user: string; told: string[] }> => {
    agent?.dispose();
    agent = agentSetup(
      { ...files, ...more },
      () => 'Hm.',
      undefined,
      context === undefined ? testProfile : { ...testProfile, contextSize: context },
    );
    if (editor) agent.ports.editor = editor;
    await agent.run(text);
    const prompt = agent.model.prompts[0] ?? '';
    const user = prompt.slice(prompt.indexOf('<|im_start|>user\n') + 17).split('<|im_end|>', 1)[0] ?? '';
    return { user, told: notices(agent.events) };
  };

  const selected: EditorContext = {
    selection: () => ({
      path: 'stats.py',
      label: 'stats.py',
      languageId: 'python',
      startLine: 1,
      endLine: 2,
      text: 'def mean(values):\n    return 1',
    }),
    diagnostics: () => [
      { path: 'b.py', line: 2, column: 1, endLine: 2, endColumn: 5, severity: 'warning', message: 'unused' },
      { path: 'a.py', line: 1, column: 1, endLine: 1, endColumn: 5, severity: 'error', message: 'no\nname' },
    ],
    terminal: () => ({ command: 'pytest', output: 'E  assert 1 == 2\n' }),
  };

  const cases: [title: string, text: string, expected: string, editor?: EditorContext][] = [
    [
      'a file',
      'What is @stats.py for?',
      `stats.py:\n${files['stats.py'].trimEnd()}\n\nWhat is stats.py for?`,
    ],
    ['a name in quotes', 'Sum up @"my notes.md"', '# Notes\n\nBuy milk.\n\nSum up my notes.md'],
    [
      'lines',
      'What is @stats.py:5-6?',
      'stats.py (lines 5–6):\ndef median(values):\n    return 2\n\nWhat is stats.py lines 5–6?',
    ],
    [
      'a symbol of a file',
      'Why @src/deep/a.ts#Box.open?',
      'src/deep/a.ts, method Box.open:\nopen() {\n  return 3;\n}\n\nWhy `Box.open` in src/deep/a.ts?',
    ],
    [
      'a symbol anywhere',
      'Why @symbol:median?',
      'stats.py, function median:\ndef median(values):\n    return 2\n\nWhy `median` in stats.py?',
    ],
    ['a folder', 'What is in @src/?', 'Files in src/:\nsrc/deep/a.ts\n\nWhat is in src/?'],
    [
      'the selection',
      'Why @selection?',
      'stats.py (lines 1–2, selected):\ndef mean(values):\n    return 1\n\nWhy the selection (stats.py, lines 1–2)?',
      selected,
    ],
    [
      'the problems, the worst first',
      'What about @problems?',
      'Problems:\na.py:1: error: no name\nb.py:2: warning: unused\n\nWhat about the problems?',
      selected,
    ],
    [
      'the terminal',
      'What does @terminal say?',
      'Terminal:\n$ pytest\nE  assert 1 == 2\n\nWhat does the terminal output say?',
      selected,
    ],
  ];
  for (const [title, text, expected, editor] of cases) {
    it(`brings ${title} along`, async () => {
      const { user, told } = await ask(text, editor ? { editor } : {});
      assert.ok(user.endsWith(expected), user);
      assert.deepEqual(told, []);
    });
  }

  const missing: [title: string, text: string, told: RegExp, editor?: EditorContext][] = [
    ['a file that is not there', 'Explain @missing.py', /missing\.py/],
    ['a file outside', 'Explain @../secret.txt', /outside of the workspace/],
    ['an absolute path', 'Explain @/etc/passwd.txt', /outside of the workspace/],
    ['a line that is not there', 'Explain @stats.py:99', /has 6 lines/],
    ['a symbol that is not there', 'Explain @stats.py#mode', /no “mode” in stats\.py/],
    ['no editor', 'Explain @problems', /only in an editor/],
    ['nothing selected', 'Explain @selection', /no selection/],
    ['no command', 'Explain @terminal', /No command/],
    ['no repository', 'Explain @diff', /no git repository/],
  ];
  for (const [title, text, expected, editor] of missing) {
    it(`tells of ${title}, and sends the message`, async () => {
      const { user, told } = await ask(text, editor ? { editor } : {});
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0] ?? '', expected);
      assert.match(user, /Explain /);
    });
  }

  it('leaves a word alone that only looks like a mention', async () => {
    const { user, told } = await ask('What does @dataclass do?');
    assert.deepEqual([user, told], ['What does @dataclass do?', []]);
  });

  it('never follows a link out of the workspace', async function () {
    if (process.platform === 'win32') this.skip();
    agent = agentSetup(files, () => 'Hm.');
    const outside = path.join(path.dirname(agent.folder), `${path.basename(agent.folder)}-secret.txt`);
    writeFileSync(outside, 'the secret');
    symlinkSync(outside, path.join(agent.folder, 'link.txt'));
    await agent.run('Explain @link.txt');
    assert.match(notices(agent.events)[0] ?? '', /outside of the workspace/);
    assert.ok(!agent.model.prompts.join().includes('the secret'));
  });

  it('fetches nothing that a file mentions, only what the user does', async () => {
    const { user } = await ask('Sum up @note.md', { more: { 'note.md': 'See @stats.py and @diff\n' } });
    assert.ok(user.includes('See @stats.py and @diff') && !user.includes('def mean'), user);
  });

  it('cuts to its part of the context, with an outline of the rest, and says so', async () => {
    const long = Array.from({ length: 400 }, (_, n) => `def f${n}(x):\n    return x + ${n}\n`).join('\n');
    const { user, told } = await ask('What is @long.py?', { more: { 'long.py': long }, context: 2000 });
    assert.match(user, /^long\.py \(lines 1–\d+ of 1199\):\n/);
    assert.match(user, /\[Left out, by lines:\]\n\d+: def f\d+\(x\)/);
    assert.ok(user.length / 4 < 1050, `${user.length / 4} tokens`);
    assert.match(
      told.join(),
      /Of long\.py, the first \d+ of 1199 lines and an outline of the rest go to the model/,
    );
  });

  it('brings the diff along', async () => {
    agent = agentSetup(files, () => 'Hm.');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        cwd: agent?.folder,
        stdio: 'pipe',
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'first');
    writeFileSync(path.join(agent.folder, 'stats.py'), files['stats.py'].replace('return 1', 'return 10'));
    await agent.run('Is @diff right?');
    assert.match(agent.model.prompts[0] ?? '', /git diff:\ndiff --git a\/stats\.py[\s\S]*\+ {4}return 10/);
  });
});

describe('what fits', () => {
  it('gives short texts what they need and shares the rest', () => {
    assert.deepEqual(evenShares([10, 500, 700], 310), [10, 150, 150]);
    assert.deepEqual(evenShares([10, 20], 100), [10, 20]);
    assert.deepEqual(evenShares([50], 0), [0]);
    assert.deepEqual(evenShares([], 10), []);
  });

  it('keeps the end of what a command wrote', async () => {
    const model = { countTokens: (texts: string[]) => Promise.resolve(texts.map((text) => text.length)) };
    const { excerpts, cuts } = await fitExcerpts(
      [{ label: 'Terminal', text: 'first\nsecond\nlast', keepsEnd: true }],
      11,
      model,
    );
    assert.deepEqual(excerpts, [{ label: 'Terminal (the last 2 of 3 lines)', text: 'second\nlast' }]);
    assert.match(cuts[0]?.happened ?? '', /the last 2 of 3 lines go/);
  });

  it('gives a line that is too long as far as it fits, and nothing where nothing does', async () => {
    const model = { countTokens: (texts: string[]) => Promise.resolve(texts.map((text) => text.length)) };
    const fit = async (budget: number) =>
      (await fitExcerpts([{ label: 'a', text: 'x'.repeat(100) }], budget, model)).excerpts;
    assert.equal((await fit(10))[0]?.text, 'x'.repeat(10));
    assert.deepEqual(await fit(0), []);
  });
});
