import assert from 'node:assert/strict';
import { smallChanges } from '../../src/agent/small-changes/small-changes';

const changed = (code: string, languageId: string, name = 'f', literals: string[] = []): string[] =>
  smallChanges(code, languageId, { name, limit: 1000, literals }).map((change) => change.code);

/** The fault is in `code`; one of its small changes is `mended`. */
function undoes(code: string, mended: string, languageId = 'python', literals: string[] = []): void {
  assert.ok(changed(code, languageId, 'f', literals).includes(mended), `not among the changes: ${mended}`);
}

describe('small changes', () => {
  it('undo a wrong operator, number, name or function', () => {
    const code =
      'def f(items, k):\n    best = 0\n    for item in items:\n        if item < 1:\n            best = min(best, k)\n    return best';
    undoes(code, code.replace('item < 1', 'item <= 1'));
    undoes(code, code.replace('item < 1', 'item < 2'));
    undoes(code, code.replace('item < 1', 'k < 1'));
    undoes(code, code.replace('min(', 'max('));
    undoes(code, code.replace('best = 0', 'best = -1'));
    undoes('def f(a):\n    return a % 10', 'def f(a):\n    return a % 100');
  });

  it('undo a term too many, an order, an end of a range', () => {
    undoes('def f(a, b):\n    return a + b + 1', 'def f(a, b):\n    return a + b');
    undoes('def f(a, b):\n    return a % b', 'def f(a, b):\n    return b % a');
    undoes('def f(a, b):\n    return g(a, b)', 'def f(a, b):\n    return g(b, a)');
    undoes('const f = (a, b, c) => g(a, b, c);', 'const f = (a, b, c) => g(b, a, c);', 'javascript');
    undoes('def f(a):\n    return sorted(a)', 'def f(a):\n    return a');
    undoes('def f(a):\n    return a[::-1]', 'def f(a):\n    return a');
    undoes('def f(a):\n    return range(a)', 'def f(a):\n    return range(a + 1)');
    undoes('def f(a, b):\n    return a > 1 and b > 2', 'def f(a, b):\n    return a > 1');
  });

  it('undo a line too many, in the wrong place or too deep', () => {
    const code = 'def f(a):\n    b = 1\n    for c in a:\n        b += c\n        return b';
    undoes(code, code.replace('        return', '    return'));
    undoes(code, code.replace('    b = 1\n', ''));
    undoes(code, code.replace('        b += c\n        return b', '        return b\n        b += c'));
  });

  it('turn all answers round, and a condition', () => {
    const code = 'def f(a):\n    if a:\n        return True\n    return False';
    undoes(code, 'def f(a):\n    if a:\n        return False\n    return True');
    undoes(code, code.replace('if a', 'if not (a)'));
  });

  it('take a term from elsewhere in the code, and a string from the test', () => {
    undoes(
      'def f(a, b):\n    c = sum(a)\n    return c / b',
      'def f(a, b):\n    c = sum(a)\n    return c / sum(a)',
    );
    undoes("def f(a):\n    return 'jupyter'", "def f(a):\n    return 'Jupiter'", 'python', [
      'Jupiter',
      'Mars',
    ]);
  });

  it('work in languages with braces', () => {
    const script = 'const f = (a, b) => {\n  if (a >= b && a !== 0) { return a - 1 }\n  return b\n}';
    undoes(script, script.replace('>=', '>'), 'javascript');
    undoes(script, script.replace('a - 1', 'b - 1'), 'javascript');
    undoes(script, script.replace('if (a >= b && a !== 0)', 'if (!(a >= b && a !== 0))'), 'javascript');
    const go = 'func f(a int, b int) int {\n\tif a < b {\n\t\treturn a * 2\n\t}\n\treturn b\n}';
    undoes(go, go.replace('a < b', 'a <= b'), 'go');
    undoes(go, go.replace('return b', 'return a'), 'go');
  });

  it('leave names, parameters, comments and doc comments as they are', () => {
    const code = '/** f(a) is 1 + 2. */\nfunction f(a, b) {\n  // 1 < 2\n  return a\n}';
    for (const text of changed(code, 'javascript'))
      assert.ok(
        text.startsWith('/** f(a) is 1 + 2. */\nfunction f(a, b) {\n') && !text.includes('1 <= 2'),
        text,
      );
  });

  it('come without repeats, the likeliest first, and no more than asked for', () => {
    const code = 'def f(a, b):\n    if a < b:\n        return a\n    return b';
    const all = changed(code, 'python');
    assert.equal(new Set(all).size, all.length);
    assert.ok(!all.includes(code));
    const [first] = smallChanges(code, 'python', { name: 'f', limit: 1 });
    assert.deepEqual(first, { code: code.replace('<', '<='), what: '`<` → `<=`' });
    assert.equal(smallChanges(code, 'python', { name: 'f', limit: 7 }).length, 7);
  });

  it('are none of nothing, and no trouble in a text that is no code', () => {
    assert.deepEqual(changed('', 'python'), []);
    assert.doesNotThrow(() => changed(')]} "unclosed\n\'(((', 'javascript', 'constructor'));
    assert.doesNotThrow(() =>
      changed('def toString(constructor):\n    return valueOf', 'python', 'toString'),
    );
  });
});
