import assert from 'node:assert/strict';
import { readFacts } from '../../src/syntax/file-facts';
import { languages } from '../../src/syntax/languages';
import { describeFacts } from './describe-facts';
import { fixture, grammars } from './support';

/** Facts of `LANGUAGE.txt` against `LANGUAGE.outline.txt`, with the given line ends. */
async function check(languageId: string, eol: '\n' | '\r\n'): Promise<void> {
  const text = fixture(`${languageId}.txt`).replaceAll('\n', eol);
  const facts = await readFacts({ languageId, text }, grammars);
  assert.equal(describeFacts(facts), fixture(`${languageId}.outline.txt`));
  for (const symbol of facts.symbols) {
    const written = text.slice(symbol.start, symbol.end);
    assert.equal(written, written.trim(), `${symbol.name} begins and ends with what belongs to it`);
    assert.equal(text.slice(0, symbol.start).split('\n').length, symbol.startLine);
    assert.equal(text.slice(0, symbol.end).split('\n').length, symbol.endLine);
  }
}

describe('outline and imports', () => {
  for (const languageId of [...Object.keys(languages), 'markdown']) {
    it(languageId, () => check(languageId, '\n'));
    it(`${languageId} with CRLF`, () => check(languageId, '\r\n'));
  }

  it('keeps offsets right behind astral characters and tabs', async () => {
    const text = 'const smile = "😀😀";\n\tfunction 𝒻ancy() {\n\t\treturn "😀";\n\t}\nclass After {}\n';
    const { symbols } = await readFacts({ languageId: 'typescript', text }, grammars);
    assert.deepEqual(
      symbols.map((symbol) => text.slice(symbol.start, symbol.end)),
      ['const smile = "😀😀";', 'function 𝒻ancy() {\n\t\treturn "😀";\n\t}', 'class After {}'],
    );
  });

  it('keeps the definitions that a syntax error leaves whole', async () => {
    const text = 'function good(a) {\n  return a;\n}\n\nfunction bad( {\n\nclass Fine {\n  run() {}\n}\n';
    const facts = await readFacts({ languageId: 'javascript', text }, grammars);
    assert.equal(facts.symbols[0]?.name, 'good');
    assert.ok(facts.errors.count > 0);
    assert.ok(facts.errors.lines.every((line) => line >= 5));
  });

  it('cuts a signature that is long, whatever follows', async () => {
    const text = `const table = [${'1, '.repeat(50_000)}];\n`;
    const { symbols } = await readFacts({ languageId: 'typescript', text }, grammars);
    assert.ok(symbols[0]!.signature.startsWith('const table = [1, 1'));
    assert.ok(symbols[0]!.signature.length <= 241);
    assert.equal(symbols[0]!.end, text.length - 1);
  });

  it('has no facts for a language without a grammar, nor for a name of Object.prototype', async () => {
    for (const languageId of ['plaintext', 'kotlin', 'constructor', '__proto__']) {
      const facts = await readFacts({ languageId, text: 'fun main() {}' }, grammars);
      assert.deepEqual([facts.symbols, facts.imports, facts.errors.count], [[], [], 0]);
    }
  });

  it('reads the head of a file that is too long, in whole lines', async () => {
    const line = 'function f() { return 1; }\n';
    const text = `${line.repeat(45_000)}function last() {}\n`;
    const facts = await readFacts({ languageId: 'javascript', text }, grammars);
    assert.equal(facts.partial, true);
    assert.ok(facts.symbols.length > 35_000);
    assert.ok(facts.symbols.every((symbol) => symbol.signature === 'function f()'));
    assert.equal(facts.errors.count, 0);
  });

  it('reads nothing of one line of 5 MB', async () => {
    const text = `var a=${'[1],'.repeat(1_300_000)}0;`;
    const facts = await readFacts({ languageId: 'javascript', text }, grammars);
    assert.deepEqual([facts.symbols, facts.partial], [[], true]);
  });
});

describe('what a definition says about itself and what an import brings in', () => {
  /** `NAME: DOC` of each symbol that has one, and `LINE SPECIFIERS < NAMES` of each import statement. */
  async function check(languageId: string, text: string, docs: string[], imports: string[]): Promise<void> {
    const facts = await readFacts({ languageId, text }, grammars);
    assert.deepEqual(
      facts.symbols.filter(({ doc }) => doc !== '').map(({ name, doc }) => `${name}: ${doc}`),
      docs,
    );
    assert.deepEqual(
      facts.importStatements.map(({ line, specifiers, names }) => {
        const brought = names.map(({ name, local }) => (name === local ? name : `${name} as ${local}`));
        return `${line} ${specifiers.join(' ')} < ${brought.join(' ')}`;
      }),
      imports,
    );
  }

  it('TypeScript', () =>
    check(
      'typescript',
      "import type { A as B, C } from './a';\nimport * as ns from 'pkg';\n/**\n * Does it. And more.\n */\n@dec()\nexport class D {}\n",
      ['D: Does it.'],
      ['1 ./a < A as B C', '2 pkg < ns'],
    ));
  it('Python', () =>
    check(
      'python',
      'from .a.b import C as D, e\nimport os.path\n\ndef f():\n    """Counts."""\n    return 1\n',
      ['f: Counts.'],
      ['1 .a.b .a.b.C .a.b.e < C as D e', '2 os.path < path'],
    ));
  it('Rust', () =>
    check(
      'rust',
      'use crate::a::{B, c::D};\nmod e;\n/// Adds.\n#[inline]\nfn add() {}\n',
      ['add: Adds.'],
      ['1 crate::a::{B, c::D} < B D', '2 self::e < e'],
    ));
  it('Java', () => check('java', 'import a.b.C;\nclass D {}\n', [], ['1 a.b.C < C']));
});
