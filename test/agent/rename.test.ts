import assert from 'node:assert/strict';
import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { renamingIn } from '../../src/agent/renaming';
import { diffsOf } from '../../src/protocol/agent';
import { type AgentSetup, agentSetup } from '../support/agent-setup';

const python = {
  'stats.py':
    '"""Uses median."""\n\n__all__ = ["median"]\n\n\ndef median(values):\n    # median of values\n    return sorted(values)[len(values) // 2]\n\n\ndef spread(values):\n    return max(values) - median(values)\n',
  'report.py':
    'from stats import median\n\n\ndef line(values):\n    return "median: " + str(median(values))\n',
  'alias.py': 'from stats import median as middle\n\n\ndef show(values):\n    return middle(values)\n',
  'whole.py': 'import stats\n\n\ndef show(values):\n    return stats.median(values)\n',
  'other.py': 'from statistics import median\n\n\ndef show(values):\n    return median(values)\n',
  'test_stats.py':
    'import unittest\nfrom stats import median\n\n\nclass T(unittest.TestCase):\n    def test_odd(self):\n        self.assertEqual(median([3, 1, 2]), 2)\n',
  'notes.md': 'The median is in stats.py.\n',
};
const request = 'Rename the function median to middle_value in all files and update its callers';

const typescript = {
  'src/cart.ts':
    'export function total(prices: number[]): number {\n  return prices.reduce((a, b) => a + b, 0);\n}\n\n/** See {@link total}, not total. */\nexport const label = "total";\n',
  'src/index.ts': "export { total } from './cart';\n",
  'src/view.ts':
    "import { total } from './index';\n\nexport const view = (p: number[]) => ({ total: total(p), f: { total } });\n",
  'src/alias.ts': "import { total as sumUp } from './cart';\n\nexport const n = sumUp([1]);\n",
  'src/space.ts': "import * as cart from './cart';\n\nexport const n = cart.total([1]);\n",
  'src/free.ts': 'export const free = (order: { total: number }) => order.total;\n',
};

describe('renaming a definition', function () {
  // Many of them start Python or npm.
  this.timeout(120_000);
  let setup: AgentSetup | undefined;
  afterEach(() => setup?.dispose());
  const start = (...args: Parameters<typeof agentSetup>): AgentSetup => (setup = agentSetup(...args));
  /** No file but those that are given was changed, none made. */
  const unchanged = (agent: AgentSetup, files: Record<string, string>): void => {
    for (const [file, text] of Object.entries(files)) assert.equal(agent.read(file), text, file);
    const top = new Set(Object.keys(files).map((file) => file.split('/')[0]));
    assert.deepEqual(new Set(readdirSync(agent.folder)), top);
  };
  const fileTexts = (agent: AgentSetup): Record<string, string> =>
    Object.fromEntries(Object.keys(python).map((file) => [file, agent.read(file)]));
  const refusal = (agent: AgentSetup): string => {
    const notice = agent.events.find((event) => event.type === 'notice');
    return notice?.type === 'notice' && notice.report.code === 'rename-unsafe' ? notice.report.happened : '';
  };

  it('follows the imports of Python and leaves strings, comments and other modules alone', async () => {
    const agent = start(python, []);
    const result = await agent.run(request);
    assert.equal(result.outcome, 'done', result.summary);
    assert.equal(agent.model.prompts.length, 0);
    assert.equal(
      agent.read('stats.py'),
      python['stats.py']
        .replace('["median"]', '["middle_value"]')
        .replaceAll('median(values)', 'middle_value(values)'),
    );
    assert.equal(
      agent.read('report.py'),
      'from stats import middle_value\n\n\ndef line(values):\n    return "median: " + str(middle_value(values))\n',
    );
    assert.equal(agent.read('alias.py'), python['alias.py'].replace('median as', 'middle_value as'));
    assert.equal(agent.read('whole.py'), python['whole.py'].replace('stats.median', 'stats.middle_value'));
    assert.equal(agent.read('other.py'), python['other.py']);
    assert.equal(agent.read('notes.md'), python['notes.md']);
    assert.match(result.summary, /in 5 files\. The tests pass\. Not looked into: notes\.md/);
    assert.deepEqual(
      agent.approvals.map(({ kind }) => kind),
      ['edit', 'run'],
    );
    assert.deepEqual(agent.approvals[0]?.diffs?.map((diff) => diff.path).sort(), [
      'alias.py',
      'report.py',
      'stats.py',
      'test_stats.py',
      'whole.py',
    ]);
  });

  it('follows re-exports, namespaces and aliases of TypeScript; a key stays a key', async () => {
    const agent = start(typescript, []);
    const result = await agent.run('rename `total` to `sum` everywhere');
    assert.equal(result.outcome, 'done', result.summary);
    assert.equal(
      agent.read('src/cart.ts'),
      typescript['src/cart.ts']
        .replace('function total', 'function sum')
        .replace('{@link total}', '{@link sum}'),
    );
    assert.equal(agent.read('src/index.ts'), "export { sum } from './cart';\n");
    assert.equal(
      agent.read('src/view.ts'),
      "import { sum } from './index';\n\nexport const view = (p: number[]) => ({ total: sum(p), f: { total: sum } });\n",
    );
    assert.equal(agent.read('src/alias.ts'), typescript['src/alias.ts'].replace('{ total as', '{ sum as'));
    assert.equal(agent.read('src/space.ts'), typescript['src/space.ts'].replace('cart.total', 'cart.sum'));
    assert.equal(agent.read('src/free.ts'), typescript['src/free.ts']);
    assert.match(result.summary, /No check was run/);
  });

  it('follows require and module.exports', async () => {
    const agent = start(
      {
        'cart.js': 'function total(p) {\n  return p.length;\n}\nmodule.exports = { total };\n',
        'a.js': "const { total } = require('./cart');\nconsole.log(total([]));\n",
        'b.js': "const cart = require('./cart');\nconsole.log(cart.total([]));\n",
      },
      [],
    );
    assert.equal((await agent.run('Rename total to count_all')).outcome, 'done');
    assert.match(agent.read('cart.js'), /function count_all[^]*exports = \{ count_all \}/);
    assert.match(agent.read('a.js'), /\{ count_all \} = [^]*log\(count_all\(/);
    assert.match(agent.read('b.js'), /cart\.count_all\(/);
  });

  it('follows a function that is all that a module exports', async () => {
    const files = {
      'lib/parse.js': 'const parse = (text) => text.trim();\nmodule.exports = parse;\n',
      'lib/read.js': "const parse = require('./parse');\n\nmodule.exports = (text) => parse(text);\n",
    };
    const agent = start(files, []);
    const result = await agent.run('Rename parse to parseLine in the whole package.');
    assert.equal(result.outcome, 'done', result.summary + refusal(agent));
    for (const [file, text] of Object.entries(files))
      assert.equal(agent.read(file), text.replaceAll(/\bparse\b(?!')/g, 'parseLine'));
  });

  it('follows the examples of docstrings, which are run as tests', async () => {
    const code =
      'def area(a):\n    """The area of a square, not of a circle: area.\n\n    >>> area(2)\n    4\n    """\n    return a * a\n';
    const agent = start({ 'shapes.py': code }, []);
    assert.equal((await agent.run('Rename area to square_area')).outcome, 'done');
    assert.equal(
      agent.read('shapes.py'),
      code.replace('def area', 'def square_area').replace('>>> area', '>>> square_area'),
    );
  });

  it('says that a command that is not there did not check it', async () => {
    const files = {
      'a.js': 'function one() {}\n',
      'package.json': '{"scripts":{"test":"no-such-program-here"}}',
    };
    const agent = start(files, []);
    const result = await agent.run('Rename one to first');
    assert.equal(result.outcome, 'done');
    assert.match(
      result.summary,
      process.platform === 'win32' ? /Renamed/ : /`npm test` could not be run here/,
    );
  });

  it('knows a module that is taken from a package, and a name that is no module', async () => {
    const agent = start(
      {
        'src/shop/__init__.py': 'from .cart import total\n',
        'src/shop/cart.py':
          'class Cart:\n    pass\n\n\nCart.total = 3\n\n\ndef total(p):\n    return len(p)\n',
        'tests/check.py':
          'from shop import cart, total\nfrom shop.cart import Cart\n\nassert cart.total([]) == total([])\nprint(Cart.total)\n',
      },
      [],
    );
    const result = await agent.run('Rename total to count_all');
    assert.equal(result.outcome, 'done', result.summary);
    assert.match(agent.read('src/shop/cart.py'), /^Cart\.total = 3[^]*def count_all/m);
    assert.equal(agent.read('src/shop/__init__.py'), 'from .cart import count_all\n');
    assert.match(
      agent.read('tests/check.py'),
      /import cart, count_all\n[^]*cart\.count_all\(\[\]\) == count_all\(\[\]\)\nprint\(Cart\.total\)/,
    );
  });

  it('follows files that hand on all names of another', async () => {
    const agent = start(
      {
        'a.ts': 'export class Store {}\n',
        'all.ts': "export * from './a';\n",
        'b.ts': "import { Store } from './all';\n\nnew Store();\n",
        'pkg/__init__.py': 'from .core import *\n',
        'pkg/core.py': 'def load():\n    return 1\n',
        'app.py': 'import pkg\n\nprint(pkg.load())\n',
      },
      [],
    );
    assert.equal((await agent.run('Rename Store to Shop')).outcome, 'done');
    assert.equal((await agent.run('Rename load to fetch')).outcome, 'done');
    assert.equal(agent.read('b.ts'), "import { Shop } from './all';\n\nnew Shop();\n");
    assert.equal(agent.read('app.py'), 'import pkg\n\nprint(pkg.fetch())\n');
  });

  it('renames a class and a method that only one class has', async () => {
    const files = {
      'shop.py': 'class Cart:\n    def add_up(self):\n        return 1\n',
      'use.py': 'from shop import Cart\n\ncart = Cart()\nprint(cart.add_up())\n',
    };
    const agent = start(files, []);
    assert.equal((await agent.run('Change the name of class Cart to Basket')).outcome, 'done');
    assert.equal((await agent.run('Rename Basket.add_up to total')).outcome, 'done');
    assert.equal(agent.read('shop.py'), 'class Basket:\n    def total(self):\n        return 1\n');
    assert.equal(agent.read('use.py'), 'from shop import Basket\n\ncart = Basket()\nprint(cart.total())\n');
  });

  const unsafe: [string, Record<string, string>, string, RegExp][] = [
    [
      'a name with several definitions',
      { 'a.py': 'def load():\n    return 1\n', 'b.py': 'def load():\n    return 2\n' },
      'Rename load to read_all',
      /several places \(a\.py:1, b\.py:1\)|several places \(b\.py:1, a\.py:1\)/,
    ],
    [
      'a new name that a touched file has',
      {
        'a.py': 'def load():\n    return 1\n',
        'b.py': 'from a import load\n\n\ndef fetch():\n    return load()\n',
      },
      'Rename load to fetch',
      /b\.py has the name “fetch” already/,
    ],
    [
      'a local of the same name',
      { 'a.py': 'def load():\n    return 1\n\n\ndef show(load):\n    return load\n' },
      'Rename load to fetch',
      /also a name of something else/,
    ],
    [
      'an import that may mean the file or another',
      {
        'lib/core/a.py': 'def load():\n    return 1\n',
        'tool/b.py': 'from a import load\n\nprint(load())\n',
      },
      'Rename load to fetch',
      /not certain which file “a” means in tool\/b\.py/,
    ],
    [
      'a method of two classes',
      {
        'a.py':
          'class A:\n    def load(self):\n        return 1\n\n\nclass B:\n    def load(self):\n        return 2\n',
      },
      'Rename A.load to fetch',
      /several places/,
    ],
    [
      'a method that built-in types have',
      { 'a.py': 'class A:\n    def append(self, x):\n        return [].append(x)\n' },
      'Rename A.append to push_one',
      /built-in/,
    ],
    [
      'a new name that is a word of the language',
      { 'a.py': 'def load():\n    return 1\n' },
      'Rename load to class',
      /syntax/,
    ],
  ];
  for (const [what, files, text, reason] of unsafe) {
    it(`refuses ${what}, with every file as it was`, async () => {
      const agent = start(files, () => 'I cannot do that.');
      await agent.run(text);
      assert.match(refusal(agent), reason);
      unchanged(agent, files);
    });
  }

  it('leaves line ends, placeholders and text that looks like a fence as they are', async () => {
    const text =
      'def load(x): ...\n\n\ndef other():\n    # ... rest of the code\n    """\n    ```\n    load\n    ```\n    """\n    return load(1)\n';
    const agent = start({ 'a.py': text.replaceAll('\n', '\r\n') }, []);
    const result = await agent.run('Rename load to fetch');
    assert.equal(result.outcome, 'done', result.summary);
    const expected = text.replaceAll('load(', 'fetch(').replaceAll('\n', '\r\n');
    assert.equal(agent.read('a.py'), expected);
  });

  it('changes only the files that the user takes, and tells which have the old name', async () => {
    const agent = start(python, [], ({ diffs }) => ({
      answer: 'once',
      ...(diffs ? { files: diffs.map(({ path: file }) => file).filter((file) => file !== 'whole.py') } : {}),
    }));
    const result = await agent.run(request);
    assert.match(
      result.summary,
      /in 4 files\. The tests pass\. The old name stays, as you chose, in whole\.py\./,
    );
    unchanged(agent, { ...fileTexts(agent), 'whole.py': python['whole.py'] });
    assert.match(agent.read('report.py'), /import middle_value/);
    const checkpoint = agent.events.find((event) => event.type === 'checkpoint');
    assert.ok(checkpoint?.type === 'checkpoint' && !checkpoint.files.includes('whole.py'));
  });

  it('is undone as one, in every file', async () => {
    const agent = start(python, []);
    await agent.run(request);
    assert.deepEqual((await agent.checkpoints.restore('run-1')).sort(), [
      'alias.py',
      'report.py',
      'stats.py',
      'test_stats.py',
      'whole.py',
    ]);
    unchanged(agent, python);
  });

  it('is shown as one step with the diff of each file', async () => {
    const agent = start(python, []);
    await agent.run(request);
    const steps = agent.events.flatMap((event) =>
      event.type === 'step' && event.step.tool === 'edit' ? [event.step] : [],
    );
    assert.deepEqual([...new Set(steps.map(({ state }) => state))], ['waiting', 'running', 'done']);
    assert.equal(new Set(steps.map(({ id }) => id)).size, 1);
    assert.ok(steps.every((step) => diffsOf(step).length === 5));
  });

  it('leaves every file when it is stopped while it asks, or has no step left', async () => {
    const limited = start(python, []);
    const result = await limited.run(request, { maxSteps: 0 });
    assert.equal(result.outcome, 'failed');
    unchanged(limited, python);
    limited.dispose();

    const stop = new AbortController();
    const agent = start(python, [], () => {
      stop.abort();
      return { answer: 'once' };
    });
    assert.equal((await agent.run(request, { signal: stop.signal })).outcome, 'stopped');
    unchanged(agent, python);
  });

  it('takes the definition in the file that the request names', async () => {
    const files = { 'a.py': 'def load():\n    return 1\n', 'b.py': 'def load():\n    return 2\n' };
    const agent = start(files, []);
    assert.equal((await agent.run('Rename load in b.py to fetch')).outcome, 'done');
    assert.equal(agent.read('a.py'), files['a.py']);
    assert.match(agent.read('b.py'), /def fetch/);
  });

  it('leaves every file when it is refused, by the user or by a rule about one of them', async () => {
    const agent = start(python, [], () => ({ answer: 'no' }));
    const result = await agent.run(request);
    assert.equal(result.outcome, 'stopped');
    assert.match(result.summary, /refused the renaming\. Every file is as before/);
    unchanged(agent, python);
    agent.dispose();

    const ruled = start(python, []);
    ruled.ports.policy = {
      rules: () => [{ tool: 'edit', pattern: 'whole.py', answer: 'deny', source: 'settings' }],
      shell: 'posix',
    };
    assert.equal(
      (await ruled.run(request, { standing: { edits: true, commands: true } })).outcome,
      'stopped',
    );
    assert.equal(ruled.approvals.length, 0);
    unchanged(ruled, python);
  });

  it('writes no file when one was changed meanwhile', async () => {
    const agent = start(python, [], () => {
      appendFileSync(path.join(agent.folder, 'report.py'), '# mine\n');
      return { answer: 'once' };
    });
    const result = await agent.run(request);
    assert.equal(result.outcome, 'failed');
    assert.match(result.summary, /report\.py.* Every file is as before/);
    unchanged(agent, { ...python, 'report.py': `${python['report.py']}# mine\n` });
  });

  it('fails when the tests fail afterwards, and says what was run', async () => {
    const broken = { ...python, 'test_stats.py': python['test_stats.py'].replace('), 2)', '), 3)') };
    const agent = start(broken, []);
    const result = await agent.run(request);
    assert.equal(result.outcome, 'failed');
    assert.match(result.summary, /Renamed `median` to `middle_value`.*fails/);
    const end = agent.events.at(-1);
    assert.ok(end?.type === 'run-finished');
    assert.match(end.evidence ?? '', /unittest test_stats\.py: exit 1/);
  });
});

describe('renamingIn', () => {
  const cases: [string, string | undefined][] = [
    ['Rename the function foo_bar to baz everywhere', 'foo_bar > baz'],
    ['Rename foo() to bar() in all files.', 'foo > bar'],
    ['please rename `foo` to `bar` and update its callers', 'foo > bar'],
    ['Change the name of class A to B', 'A > B'],
    ['Rename the method load of store.py to fetch, update all the callers and run the tests', 'load > fetch'],
    ['Rename foo to bar across the project and make sure the tests still pass', 'foo > bar'],
    ['rename the parameter xs of mean to values', undefined],
    ['Rename foo to bar and add a docstring', undefined],
    ['Rename every counter', undefined],
    ['Rename a.py to b.py', undefined],
    ['Rename foo to something better', undefined],
    ['Rename foo to bar only in a.py', undefined],
  ];
  for (const [text, expected] of cases) {
    it(text, () => {
      const found = renamingIn(text);
      assert.equal(found && `${found.from} > ${found.to}`, expected);
    });
  }
});
