import assert from 'node:assert/strict';
import { type ApprovalRule, judge, parseRule, readsOnly, rulesOf } from '../../src/tools/approval-rules';
import { plainWords, readCommandLine, type ShellKind } from '../../src/tools/command-line';

const rules = (entries: Record<string, string>): ApprovalRule[] => rulesOf(entries, 'test').rules;
const run = (command: string, entries: Record<string, string>, shell: ShellKind = 'posix'): string =>
  judge({ kind: 'run', command, shell }, rules(entries))?.answer ?? 'silent';
const edit = (path: string, entries: Record<string, string>): string =>
  judge({ kind: 'edit', path }, rules(entries))?.answer ?? 'silent';
const reads = (command: string, shell: ShellKind = 'posix'): boolean =>
  readsOnly({ kind: 'run', command, shell }) !== undefined;

describe('command lines', () => {
  it('takes quotes off words', () => {
    assert.deepEqual(plainWords(`grep 'a b' "c d" e'f'`, 'posix'), ['grep', 'a b', 'c d', 'ef']);
  });

  it('names what is more than words', () => {
    const cases: [string, string][] = [
      ['ls | sh', 'pipe'],
      ['ls && rm a', 'list'],
      ['ls; rm a', 'list'],
      ['ls || rm a', 'list'],
      ['ls & rm a', 'background'],
      ['ls > a', 'redirection'],
      ['cat < a', 'redirection'],
      ['ls $(rm a)', 'grouping'],
      ['ls `rm a`', 'substitution'],
      ['ls "`rm a`"', 'substitution'],
      ['ls "$(rm a)"', 'variable'],
      ['echo $HOME', 'variable'],
      ['ls *', 'pattern'],
      ['ls ~', 'pattern'],
      ['A=1 ls', 'assignment'],
      ['ls\nrm a', 'line break'],
      ['ls\\\n-a', 'escape'],
      ['(ls)', 'grouping'],
      ['ls # no', 'comment'],
      ["ls 'a", 'open quote'],
    ];
    for (const [line, beyond] of cases) {
      const found = readCommandLine(line, 'posix').beyond;
      assert.ok(
        [...found].some((kind) => kind === beyond),
        `${line}: ${[...found].join(', ')}`,
      );
      assert.equal(plainWords(line, 'posix'), undefined, line);
    }
  });

  it('knows the other shells', () => {
    assert.equal(plainWords('dir & del a', 'cmd'), undefined);
    assert.equal(plainWords('type %USERPROFILE%', 'cmd'), undefined);
    assert.equal(plainWords('gc a; rm b', 'powershell'), undefined);
    assert.equal(plainWords('gc “a”; rm b', 'powershell'), undefined);
    assert.equal(plainWords('gc (rm b)', 'powershell'), undefined);
    assert.deepEqual(plainWords('dir src\\a', 'cmd'), ['dir', 'src\\a']);
  });
});

describe('commands that only read', () => {
  it('pass when every word is known', () => {
    for (const line of [
      'ls -la src',
      'cat a.py b.py',
      'git status --short',
      'grep -rn "def x" src',
      'python3 --version',
    ])
      assert.ok(reads(line), line);
    assert.ok(reads('Get-Content a.py', 'powershell'));
    assert.ok(reads('dir /b', 'cmd'));
  });

  it('ask when a word is not known, or more than one program runs', () => {
    const lines = [
      'ls; rm -rf .',
      'ls && rm a',
      'cat a > b',
      'cat a | sh',
      'find . -delete',
      'find . -exec rm a +',
      'rg --pre ./x.sh a',
      'rg -L x',
      'git diff --output=a',
      'git -c core.pager=./x log',
      'git log --output=a',
      'git branch new',
      'git grep -O./x.sh a',
      'python3 a.py',
      'python3 --version a.py',
      'sort -o a a',
      'FOO=1 ls',
      'ls *',
      './ls',
      'sudo ls',
      'env ls',
      'xargs ls',
      'lsof',
      'cat\u0000a',
      'toString',
      '__proto__',
    ];
    for (const line of lines) assert.ok(!reads(line), line);
    assert.ok(!reads('findstr a b', 'cmd'), 'cmd looks for programs in the folder first');
    assert.ok(!reads('git status', 'cmd'));
  });

  it('ask when they read outside of the folder', () => {
    for (const line of [
      'cat /etc/passwd',
      'cat ../a',
      'cat ~/.ssh/id_rsa',
      'ls a/../../b',
      'grep -f /etc/passwd a',
      'grep x /etc/passwd',
      'grep -e x /etc/passwd',
      'head -n 3 /etc/passwd',
      'find / -name a',
    ])
      assert.ok(!reads(line), line);
    assert.ok(!reads('type C:\\a', 'cmd'));
    assert.ok(!reads('gc env:PATH', 'powershell'));
  });
});

describe('approval rules', () => {
  it('are read in one form only', () => {
    assert.deepEqual(parseRule('run(npm test)', 'allow', 's'), {
      tool: 'run',
      pattern: 'npm test',
      answer: 'allow',
      source: 's',
    });
    assert.deepEqual(parseRule('edit', 'deny', 's'), { tool: 'edit', answer: 'deny', source: 's' });
    for (const text of ['', 'runs', 'run()', 'run( )', 'read(a)', 'run(a) b'])
      assert.equal(parseRule(text, 'allow', 's'), undefined);
    assert.deepEqual(rulesOf({ 'run(a)': 'yes', what: 'allow' }, 's').unread, ['run(a)', 'what']);
    assert.deepEqual(rulesOf('allow', 's').rules, []);
  });

  it('let the strictest count', () => {
    const both = { run: 'allow', 'run(git push *)': 'deny', 'run(git *)': 'ask' };
    assert.equal(run('git push', both), 'deny');
    assert.equal(run('git log', both), 'ask');
    assert.equal(run('make', both), 'allow');
    assert.equal(run('make', {}), 'silent');
  });

  it('allow one program with those words, and nothing that hangs on to it', () => {
    const npm = { 'run(npm test)': 'allow', 'run(npm run *)': 'allow' };
    assert.equal(run('npm test', npm), 'allow');
    assert.equal(run('npm run lint -- --fix', npm), 'allow');
    for (const line of [
      'npm test; rm a',
      'npm test && rm a',
      'npm tests',
      'npm',
      'npm run a | sh',
      'npm run $(rm a)',
      'npm run a > b',
      'X=1 npm run a',
    ])
      assert.equal(run(line, npm), 'silent', line);
  });

  it('deny wherever the words may be run', () => {
    const push = { 'run(git push *)': 'deny' };
    for (const line of [
      'git push',
      'git  push -f',
      'cd a && git push',
      'sh -c "git push"',
      'env git push',
      "g'it' push",
      'echo $(git push)',
      'git \\\npush',
    ])
      assert.equal(run(line, push), 'deny', line);
    assert.equal(run('git pull', push), 'silent');
  });

  it('match edits by path', () => {
    const docs = { 'edit(docs/**)': 'allow', 'edit(*.lock)': 'deny' };
    assert.equal(edit('docs/a/b.md', docs), 'allow');
    assert.equal(edit('docs/a.lock', docs), 'deny');
    assert.equal(edit('docs/A.LOCK', docs), 'deny');
    assert.equal(edit('src/a.ts', docs), 'silent');
  });

  it('do not reach with a wildcard into files that decide what runs', () => {
    const all = { edit: 'allow', 'edit(**)': 'allow' };
    for (const path of [
      '.vscode/settings.json',
      'a/.VSCode/tasks.json',
      'AGENTS.md',
      '.thimble/a.md',
      'x.code-workspace',
      '.github/workflows/a.yml',
    ])
      assert.equal(edit(path, all), 'silent', path);
    assert.equal(edit('AGENTS.md', { 'edit(AGENTS.md)': 'allow' }), 'allow');
  });
});
