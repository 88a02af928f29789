import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { microCases } from '../../src/bench/micro/cases';
import { documentationJudge, testsJudge } from '../../src/bench/micro/judges';
import { pythonFunctions } from '../../src/bench/micro/python-functions';
import { scriptFunctions } from '../../src/bench/micro/script-functions';
import { runShell } from '../../src/bench/run-program';
import type { Judge } from '../../src/bench/agent-tasks';
import { withNewDoc } from '../../src/micro/doc-comment';
import { microJobs } from '../../src/model/profile';

const samples = [...pythonFunctions, ...scriptFunctions];

/** Whether a judge is content with a folder. */
async function judged(judge: Judge, files: Record<string, string>): Promise<boolean> {
  assert.ok('command' in judge);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-judge-'));
  try {
    for (const [name, text] of Object.entries({ ...files, ...judge.files }))
      writeFileSync(path.join(folder, name), text);
    return await runShell(judge.command, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the cases of the micro-agents', function () {
  // They start Python and Node.
  this.timeout(120_000);

  it('are 20 for each, all with a name of their own', () => {
    for (const job of microJobs) assert.equal(microCases.filter(({ part }) => part === job).length, 20, job);
    assert.equal(new Set(microCases.map(({ id }) => id)).size, microCases.length);
  });

  it('change something: the code that tests must notice, the files of a commit', () => {
    for (const { path: file, code, faults } of samples)
      for (const [from] of faults) assert.ok(code.includes(from), `${file}: ${from}`);
    for (const { committed, files, part, id } of microCases)
      if (part === 'commit')
        assert.ok(
          Object.entries(files).some(([name, text]) => committed?.[name] !== text),
          id,
        );
  });

  for (const sample of [pythonFunctions[0], scriptFunctions[1]]) {
    assert.ok(sample);
    const { path: file, code, name, parameters } = sample;
    const languageId = file.endsWith('.py') ? 'python' : 'javascript';

    it(`take documentation of ${name} that says all, and no other`, async () => {
      const documented = (texts: string[]): Record<string, string> => {
        const start = code.search(/^(?:export )?(?:def|function) /m);
        const entries = texts.map((text) => ({ name: text, text: `The ${text}.` }));
        const written = withNewDoc(code.slice(start), languageId, name, {
          ...{ summary: 'Restricts it, or makes groups.', parameters: entries, returns: 'The result.' },
        });
        return { [file]: code.slice(0, start) + (written ?? '') };
      };
      const judge = documentationJudge(sample, code);
      const whole = documented([...parameters]);
      assert.ok(await judged(judge, whole));
      assert.ok(!(await judged(judge, { [file]: code })), 'untouched');
      assert.ok(!(await judged(judge, documented(parameters.slice(1)))), 'a parameter is left out');
      const lost = (whole[file] ?? '').replace(/return \w+\n|return groups;\n/, '');
      assert.ok(!(await judged(judge, { [file]: lost })), 'code is gone');
    });
  }

  it('take tests that notice a fault, and no others', async () => {
    const [sample] = pythonFunctions;
    assert.ok(sample);
    const judge = testsJudge(sample, 'test_it.py');
    const tests = (assertion: string): Record<string, string> => ({
      'test_it.py': `import unittest\nfrom clamping import clamp\n\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        ${assertion}\n`,
    });
    assert.ok(await judged(judge, tests('self.assertEqual(clamp(5, 1, 9), 5)')));
    assert.ok(!(await judged(judge, tests('self.assertEqual(clamp(5, 1, 9), 6)'))), 'wrong');
    assert.ok(!(await judged(judge, tests('self.assertTrue(callable(clamp))'))), 'notices nothing');
  });
});
