import assert from 'node:assert/strict';
import { locateFailure } from '../../src/agent/locate';
import type { Run } from '../../src/agent/ports';
import { type AgentSetup, agentSetup } from '../support/agent-setup';

describe('locating a failure', () => {
  let setup: AgentSetup | undefined;
  afterEach(() => setup?.dispose());

  async function found(
    files: Record<string, string>,
    output: string,
    request = 'Fix it.',
  ): Promise<string[]> {
    setup = agentSetup(files, []);
    const run = { ports: setup.ports, signal: new AbortController().signal } as Run;
    const targets = await locateFailure(run, request, output, Object.keys(files));
    return targets.map(({ file, symbol }) => `${file.path} ${[...symbol.containers, symbol.name].join('.')}`);
  }

  it('takes what the failing assertion calls before what the test calls besides', async () => {
    const files = {
      'cart.js':
        'class Cart {\n  total() {\n    return 1;\n  }\n}\nfunction add(cart) {\n  return cart;\n}\nmodule.exports = { Cart, add };\n',
      'cart.test.js':
        "const test = require('node:test');\nconst assert = require('node:assert');\nconst { Cart, add } = require('./cart');\ntest('total', () => {\n  const cart = add(new Cart());\n  assert.strictEqual(cart.total(), 6);\n});\n",
    };
    const [first] = await found(files, 'at TestContext.<anonymous> (/w/cart.test.js:6:10)');
    assert.equal(first, 'cart.js Cart.total');
  });

  it('never takes a test that stands beside the code', async () => {
    const rust =
      'pub fn clamp(x: i32) -> i32 {\n    x\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn upper() {\n        assert_eq!(clamp(9), 5);\n    }\n}\n';
    const output = "thread 'tests::upper' panicked at src/lib.rs:10:9:\nassertion `left == right` failed";
    assert.deepEqual(await found({ 'src/lib.rs': rust }, output), ['src/lib.rs clamp']);
  });

  it('never takes a script that asserts something of the code', async () => {
    const files = {
      'sum.c': 'int sum(int n) {\n    return n;\n}\n',
      't.c':
        '#include <assert.h>\nint sum(int n);\nint main(void) {\n    assert(sum(3) == 6);\n    return 0;\n}\n',
    };
    assert.deepEqual(await found(files, "t: t.c:4: main: Assertion `sum(3) == 6' failed."), ['sum.c sum']);
  });

  it("takes no function of the code for a test's own helper of that name", async () => {
    const files = {
      'a.py':
        'def f(x):\n    def check(y):\n        return y\n    return check(x)\n\n\ndef g(x):\n    return x\n',
      'test_a.py': 'from a import g\n\n\ndef check(g):\n    assert g(1) == 2\n\n\ncheck(g)\n',
    };
    const output =
      'File "test_a.py", line 8, in <module>\nFile "test_a.py", line 5, in check\nAssertionError';
    assert.deepEqual(await found(files, output), ['a.py g']);
  });
});
