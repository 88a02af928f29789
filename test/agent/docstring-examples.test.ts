import assert from 'node:assert/strict';
import { examplesCommand } from '../../src/agent/docstring-examples';
import { type AgentSetup, agentSetup } from '../support/agent-setup';

const python = (path: string) => ({ path, languageId: 'python' });
const documented =
  'def f(a):\n    """Doubles.\n\n    >>> f(2)\n    4\n    >>> f(3)\n    6\n    """\n    return a * a\n';

describe('examples of a docstring', function () {
  this.timeout(120_000);
  let setup: AgentSetup | undefined;
  afterEach(() => setup?.dispose());

  it('are counted where they are wrong, in a package and below src, too', async function () {
    if (process.platform === 'win32') this.skip();
    const agent = (setup = agentSetup(
      { 'a.py': documented, 'src/p/__init__.py': '', 'src/p/b.py': documented },
      [],
    ));
    for (const path of ['a.py', 'src/p/b.py']) {
      const command = examplesCommand(python(path), 'f', documented) ?? '';
      const { output, exitCode } = await agent.ports.commands.run(
        { command, cwd: '', timeoutMs: 30_000 },
        new AbortController().signal,
      );
      assert.deepEqual([output.trim(), exitCode], ['1', 0]);
    }
  });

  it('are none in other languages, without any, or in a file that cannot be imported', () => {
    assert.equal(examplesCommand({ path: 'a.js', languageId: 'javascript' }, 'f', documented), undefined);
    assert.equal(examplesCommand(python('a.py'), 'f', 'def f():\n    pass'), undefined);
    assert.equal(examplesCommand(python('my tools/a.py'), 'f', documented), undefined);
    assert.equal(examplesCommand(python("a'.py"), 'f', documented), undefined);
  });

  it('decide between small changes that all pass the test', async function () {
    if (process.platform === 'win32') this.skip();
    const files = {
      'a.py': documented.replace('a * a', 'a % 2'),
      'test_a.py': 'from a import f\n\nassert f(2) == 4\n',
    };
    const agent = (setup = agentSetup(files, () => '```'));
    const result = await agent.run('Fix the failing test: `python3 test_a.py`', {
      standing: { edits: true, commands: true },
      timeLimitMs: 600_000,
    });
    assert.equal(result.outcome, 'done');
    // `a + 2` comes first and is right for the test alone.
    assert.equal(agent.read('a.py'), documented.replace('a * a', 'a * 2'));
  });
});
