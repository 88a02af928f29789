import assert from 'node:assert/strict';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { isStub } from '../../src/agent/stub';
import { failedTests, hidesFailure } from '../../src/agent/test-count';

const stub = 'def double(n):\n    pass\n';
const files = {
  'double.py': stub,
  'double_test.py':
    '# generated\n\nimport unittest\nfrom double import double\n\n\nclass T(unittest.TestCase):\n    def test_two(self):\n        self.assertEqual(double(2), 4)\n\n    def test_three(self):\n        self.assertEqual(double(3), 6)\n',
  'instructions.md': '# Introduction\n\nA story.\n\n# Instructions\n\nDouble a number.\n',
};
const fenced = (code: string): string => `${code}\n\`\`\``;
const right = 'def double(n):\n    return 2 * n';
const half = 'def double(n):\n    return 4';
const none = 'def double(n):\n    return 0';

describe('implementing a file so that its tests pass', function () {
  this.timeout(120_000);
  let setup: AgentSetup | undefined;
  afterEach(() => setup?.dispose());
  const start = (...args: Parameters<typeof agentSetup>): AgentSetup => (setup = agentSetup(...args));

  for (const request of [
    'Implement double.py so that the tests pass',
    'Make the tests pass: `python3 -m unittest double_test`',
    'Complete double.py as instructions.md says.',
    'double_test.py fails, fix it',
  ]) {
    it(`is what “${request}” asks for`, async () => {
      const agent = start(files, [fenced(right)]);
      const result = await agent.run(request);
      assert.equal(result.outcome, 'done', result.summary);
      assert.equal(agent.read('double.py'), `${right}\n`);
    });
  }

  it('shows the instructions without their story, the tests without their head, and the stub', async () => {
    const agent = start(files, [fenced(right)]);
    await agent.run('Implement double.py so that the tests pass');
    const [prompt = ''] = agent.model.prompts;
    assert.match(prompt, /Double a number/);
    assert.match(prompt, /assertEqual\(double\(2\), 4\)/);
    assert.match(prompt, /double\.py:\ndef double/);
    assert.doesNotMatch(prompt, /A story|# generated/);
  });

  it('leaves the story out of instructions in the request, too', async () => {
    const agent = start(files, [fenced(right)]);
    await agent.run(
      'Implement double.py so that the tests pass.\n\n# Introduction\n\nOnce upon a time.\n\n# Instructions\n\nTwice.',
    );
    const [prompt = ''] = agent.model.prompts;
    assert.match(prompt, /so that the tests pass\.\n\n# Instructions\n\nTwice\./);
    assert.doesNotMatch(prompt, /Once upon/);
  });

  it('begins anew behind a try that only repeats the last one', async () => {
    const agent = start(files, [half, half, right].map(fenced));
    assert.equal((await agent.run('Implement double.py so that the tests pass')).outcome, 'done');
    const { prompts } = agent.model;
    assert.match(prompts[1] ?? '', /The tests fail/);
    assert.equal(prompts[2], prompts[0]);
  });

  it('tells the model what failed, with the try before it in the same bytes', async () => {
    const agent = start(files, [fenced(half), fenced(right)]);
    assert.equal((await agent.run('Implement double.py so that the tests pass')).outcome, 'done');
    const [first = '', second = ''] = agent.model.prompts;
    assert.ok(second.startsWith(first + half));
    assert.match(second, /The tests fail:[^]*4 != 6/);
  });

  it('keeps the try with which most tests pass, and claims no success', async () => {
    const replies = [half, none, none, none, none].map(fenced);
    const agent = start(files, replies);
    const result = await agent.run('Implement double.py so that the tests pass');
    assert.equal(result.outcome, 'failed');
    assert.match(result.summary, /1 tests still fail/);
    assert.equal(agent.read('double.py'), `${half}\n`);
  });

  it('tries small changes in the best try before it gives up', async () => {
    const nearly = 'def double(n):\n    return 2 + n';
    const agent = start(files, [nearly, none, none, none, none].map(fenced));
    const result = await agent.run('Implement double.py so that the tests pass', {
      standing: { edits: true, commands: true },
      timeLimitMs: 600_000,
    });
    assert.equal(result.outcome, 'done', result.summary);
    assert.equal(agent.read('double.py'), 'def double(n):\n    return 2 * n\n');
    assert.match(result.summary, /in the end `\+` → `\*`/);
  });

  it('puts the file back at a limit, too, unless the try is better than nothing', async () => {
    const limited = { maxSteps: 2, standing: { edits: true, commands: true } };
    const agent = start(files, [fenced(none)]);
    const result = await agent.run('Implement double.py so that the tests pass', limited);
    assert.equal(result.outcome, 'failed');
    assert.match(result.summary, /limit of 2 steps\. double\.py is as before/);
    assert.equal(agent.read('double.py'), stub);
  });

  it('puts the file back when no try is better than nothing', async () => {
    const agent = start(files, [none, `${none}.0`, `${none} * 1`, `${none} + 0`, `${none} - 0`].map(fenced));
    const result = await agent.run('Implement double.py so that the tests pass');
    assert.equal(result.outcome, 'failed');
    assert.equal(agent.read('double.py'), stub);
  });
});

describe('a stub', () => {
  it('has only placeholders where code belongs', () => {
    for (const text of [
      stub,
      'class A:\n    def __init__(self):\n        pass\n\n    def f(self):\n        """Doc."""\n        raise NotImplementedError\n',
      'def f(): ...\n',
      "export function f(a) {\n  throw new Error('Remove this line');\n}\n",
    ])
      assert.ok(isStub(text), text);
  });

  it('is no file with code, and no empty one', () => {
    for (const text of ['def f():\n    return 1\n\ndef g():\n    pass\n', '', 'x = compute()\n'])
      assert.ok(!isStub(text), text);
  });
});

describe('what a test runner counts', () => {
  const outputs: [output: string, failed: number | undefined][] = [
    ['Ran 9 tests in 0.1s\n\nFAILED (failures=2, errors=1)', 3],
    ['=== 2 failed, 3 passed in 0.12s ===', 2],
    ['# tests 5\n# pass 3\n# fail 2\n', 2],
    ['  3 passing (5ms)\n  1 failing\n', 1],
    ['Tests:       4 failed, 2 passed, 6 total', 4],
    ['test result: FAILED. 3 passed; 1 failed; 0 ignored', 1],
    ['Segmentation fault', undefined],
  ];
  for (const [output, failed] of outputs) {
    it(`in “${output.trim().split('\n').at(-1) ?? ''}”`, () => {
      assert.equal(failedTests(output), failed);
    });
  }

  it('does not see a failed console.assert, which is seen by its text', () => {
    assert.ok(hidesFailure('Assertion failed\nAssertion failed: x\n'));
    assert.ok(!hidesFailure('all assertions passed; none: Assertion failed'));
  });
});
