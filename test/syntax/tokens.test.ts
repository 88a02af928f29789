import assert from 'node:assert/strict';
import { behindBracket, splitOutside, tokensOf } from '../../src/syntax/tokens';

const kinds = (code: string, languageId: string): string[] =>
  tokensOf(code, languageId)
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, text }) => `${kind} ${text}`);

describe('tokensOf', () => {
  it('leaves no gap in any language', () => {
    const code = 'a = "x\\"y" // 2 # z\n/* b */ c\'d `e` === !f\n"""unclosed';
    for (const languageId of ['python', 'javascript', 'rust', 'go', 'php', 'cobol']) {
      const tokens = tokensOf(code, languageId);
      assert.equal(tokens.map(({ text }) => text).join(''), code);
      for (const { start, text } of tokens) assert.equal(code.slice(start, start + text.length), text);
    }
  });

  it('knows comments, strings and operators by their language', () => {
    assert.deepEqual(kinds('a // 2 # b', 'python'), ['word a', 'operator //', 'number 2', 'comment # b']);
    assert.deepEqual(kinds('a // 2', 'javascript'), ['word a', 'comment // 2']);
    assert.deepEqual(kinds('x = r\'\\d\' != """a\nb"""', 'python').slice(2), [
      "string r'\\d'",
      'operator !=',
      'string """a\nb"""',
    ]);
    assert.deepEqual(kinds("fn f<'a>(c: &'a str) -> 'x'", 'rust').slice(-3), [
      'bracket )',
      'operator ->',
      "string 'x'",
    ]);
    assert.deepEqual(
      kinds('a !== b ?? 1.5', 'typescript').filter((text) => !text.startsWith('word')),
      ['operator !==', 'operator ??', 'number 1.5'],
    );
  });

  it('ends a comment or a string that is never closed at the end of the text', () => {
    assert.deepEqual(kinds('a /* b', 'c'), ['word a', 'comment /* b']);
    assert.deepEqual(kinds("'''b", 'python'), ["string '''b"]);
  });
});

describe('brackets', () => {
  it('close where their like does', () => {
    const tokens = tokensOf('f(a[1], (b)) + c', 'javascript');
    assert.equal(tokens[behindBracket(tokens, 1)]?.text, ' ');
    assert.equal(behindBracket(tokensOf('f(a', 'python'), 1), 3);
  });

  it('keep what is in them together', () => {
    assert.deepEqual(splitOutside("f(1, 2), [3, 4], 'a, b'", 'python', [',']), [
      'f(1, 2)',
      '[3, 4]',
      "'a, b'",
    ]);
    assert.deepEqual(splitOutside('f(a == b) == c', 'python', ['==']), ['f(a == b)', 'c']);
  });
});
