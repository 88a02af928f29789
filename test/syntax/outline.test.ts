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
