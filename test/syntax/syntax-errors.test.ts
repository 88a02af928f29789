import assert from 'node:assert/strict';
import { readFacts } from '../../src/syntax/file-facts';
import { createGrammars } from '../../src/syntax/grammars';
import { languageOf, languages } from '../../src/syntax/languages';
import { fixture, grammars, loadGrammar } from './support';

describe('syntax errors', () => {
  const check = (name: string, languageId: string, text: string, lines: number[]) =>
    it(name, async () => {
      const { errors } = await readFacts({ languageId, text }, grammars);
      assert.deepEqual(errors.lines, lines);
      assert.equal(errors.count > 0, lines.length > 0);
    });

  check('none in an empty file', 'typescript', '', []);
  check('none in good code', 'python', 'def f():\n    return 1\n', []);
  check('a missing bracket', 'typescript', 'const a = 1;\nfoo(1;\nconst b = 2;\n', [2]);
  check('two places', 'javascript', 'let a = ;\nlet b = 1;\nlet c = @;\n', [1, 3]);
  check('Python', 'python', 'def f(:\n    return 1\n', [1]);
  check('JSON', 'json', '{\n  "a": 1\n}\n}\n', [4]);
  check('CRLF', 'typescript', 'const a = 1;\r\nfoo(1;\r\n', [2]);
  check('Markdown has none', 'markdown', '# A\n```\n', []);

  it('lists the first lines only', async () => {
    const text = 'let a = ;\nlet b = 1;\n'.repeat(100);
    const { errors } = await readFacts({ languageId: 'javascript', text }, grammars);
    assert.equal(errors.count, 100);
    assert.deepEqual([errors.lines.length, errors.lines[1]], [20, 3]);
  });

  for (const languageId of Object.keys(languages)) {
    it(`garbage as ${languageId} gives facts`, async () => {
      const text = `${fixture(`${languageId}.txt`).slice(7, 200)}\u0000}{)(\ud800"'\`<<<<<<< HEAD\n`;
      const facts = await readFacts({ languageId, text }, grammars);
      assert.ok(Array.isArray(facts.symbols));
    });
  }
});

describe('grammar files', () => {
  const check = (name: string, change: (bytes: Uint8Array) => Uint8Array | Promise<never>) =>
    it(name, async () => {
      let broken = true;
      const own = createGrammars(async (file) => {
        const bytes = await loadGrammar(file);
        return broken && file === 'tree-sitter-json' ? change(bytes) : bytes;
      });
      const json = languageOf('json')!;
      await assert.rejects(own.get(json), {
        name: 'UserError',
        code: 'grammar-broken',
        message: /^The grammar file tree-sitter-json\.wasm cannot be used: ./,
      });
      broken = false;
      const tree = (await own.get(json)).parse('{}');
      assert.equal(tree.rootNode.hasError, false);
      tree.delete();
    });

  check('cut off', (bytes) => bytes.slice(0, 1000));
  check('empty', () => new Uint8Array());
  check('of garbage', (bytes) => bytes.map((byte) => byte ^ 0x55));
  check('missing', () => Promise.reject(new Error('ENOENT')));
});
