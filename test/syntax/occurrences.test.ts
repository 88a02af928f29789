import assert from 'node:assert/strict';
import { languageOf } from '../../src/syntax/languages';
import { occurrencesOf } from '../../src/syntax/occurrences';
import { grammars } from './support';

async function roles(languageId: string, text: string): Promise<string[] | undefined> {
  const language = languageOf(languageId);
  assert.ok(language);
  const tree = (await grammars.get(language)).parse(text);
  try {
    return occurrencesOf(tree, text, 'x', languageId)?.map(({ role, qualifier }) =>
      qualifier === undefined ? role : `${role} of ${qualifier}`,
    );
  } finally {
    tree.delete();
  }
}

describe('what a name is where it stands', () => {
  const cases: [string, string, string[]][] = [
    ['python', 'def x(): pass\nx()\n', ['definition', 'name']],
    ['python', 'from m import x\nfrom m import y as x\n', ['name', 'binding']],
    ['python', 'm.x(x=1)\nx.y\n', ['member of m', 'key', 'name']],
    ['python', 'def f(x, *, y=1): return lambda x: x\n', ['binding', 'binding', 'name']],
    ['python', 'for x in y: pass\nx = 1\n', ['binding', 'binding']],
    ['python', '__all__ = ["x", "y"]\nz = ["x"]\n', ['export']],
    ['python', '# x\n"""x, :func:`x`"""\nf"x {x}"\n', ['doc', 'name']],
    ['python', 'def f(a: "x" = "x") -> "x": pass\n', ['name', 'name']],
    ['typescript', "import { x } from './m';\nimport { y as x } from './n';\n", ['name', 'binding']],
    ['typescript', 'const f = { x: 1, y: x };\nconst g = { x };\n', ['key', 'name', 'shorthand']],
    ['typescript', 'function f(x: x) { return a?.x; }\n', ['binding', 'name', 'member of a']],
    ['typescript', '/** {@link x} x */\nclass x { }\n// x\n`x ${x}`;\n', ['doc', 'definition', 'name']],
    ['typescriptreact', 'const a = <x.b y={x} x="x">x</x.b>;\n', ['name', 'name', 'key', 'name']],
    ['javascript', "const { x } = require('./m');\nmodule.exports = { x };\n", ['binding', 'export']],
    ['javascript', 'try { } catch (x) { }\nconst h = x => x;\n', ['binding', 'binding', 'name']],
  ];
  for (const [language, text, expected] of cases) {
    it(`${language}: ${JSON.stringify(text)}`, async () =>
      assert.deepEqual(await roles(language, text), expected));
  }

  it('is not told for other languages', async () => {
    assert.equal(await roles('go', 'package x\n'), undefined);
  });
});
