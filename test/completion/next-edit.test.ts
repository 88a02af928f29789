import assert from 'node:assert/strict';
import { nextEdit, replacementIn } from '../../src/completion/next-edit';

/** Makes the edit on one line of the text and applies all that follows from it. */
function applied(text: string, line: number, after: string): string {
  const lines = text.split('\n');
  const edit = { line, before: lines[line] ?? '', after };
  lines[line] = after;
  for (let count = 0; count < 50; count++) {
    const next = nextEdit(lines, edit);
    if (!next) return lines.join('\n');
    const at = lines[next.line] ?? '';
    lines[next.line] = at.slice(0, next.start) + next.text + at.slice(next.end);
  }
  throw new Error('it never ends');
}

describe('next edit', () => {
  it('tells what was changed in whole names', () => {
    assert.deepEqual(replacementIn('let total = 1', 'let totals = 1'), {
      start: 4,
      removed: 'total',
      added: 'totals',
    });
    assert.equal(replacementIn('a', 'a'), undefined);
  });

  it('follows a renamed local through its block', () =>
    assert.equal(
      applied(
        'function f() {\n  const total = g();\n  log(total, "total");\n  return total;\n}\nlog(total);',
        1,
        '  const sum = g();',
      ),
      'function f() {\n  const sum = g();\n  log(sum, "total");\n  return sum;\n}\nlog(total);',
    ));

  it('follows a renamed parameter through its function and not beyond', () =>
    assert.equal(
      applied(
        'def f(x, count):\n    y = x\n    return x * count\n\ndef g(x):\n    return x',
        0,
        'def f(value, count):',
      ),
      'def f(value, count):\n    y = value\n    return value * count\n\ndef g(x):\n    return x',
    ));

  it('follows a renamed function to its callers', () =>
    assert.equal(
      applied(
        'func load(p string) {\n\tx(p)\n}\n\nfunc main() {\n\tload("load")\n\ta.load()\n}',
        0,
        'func open(p string) {',
      ),
      'func open(p string) {\n\tx(p)\n}\n\nfunc main() {\n\topen("load")\n\ta.load()\n}',
    ));

  it('follows an assignment in Python, in both directions', () =>
    assert.equal(
      applied(
        'def f():\n    total = 0\n    for i in x:\n        total += i\n    return f"{total}"',
        1,
        '    result = 0',
      ),
      'def f():\n    result = 0\n    for i in x:\n        result += i\n    return f"{total}"',
    ));

  it('leaves a name alone that is declared twice', () => {
    const text = 'function f() {\n  const a = 1;\n  {\n    const a = 2;\n  }\n  return a;\n}';
    assert.equal(applied(text, 1, '  const b = 1;'), text.replace('a = 1', 'b = 1'));
  });

  it('leaves properties and keys of the same name alone', () =>
    assert.equal(
      applied('let name = 1;\nuse({ name: name, x: y.name });', 0, 'let label = 1;'),
      'let label = 1;\nuse({ name: label, x: y.name });',
    ));

  it('makes the same change in the lines beside', () =>
    assert.equal(
      applied(
        '  app.get("/a", one);\n  app.get("/b", two);\n  other.get("/c");',
        0,
        '  app.post("/a", one);',
      ),
      '  app.post("/a", one);\n  app.post("/b", two);\n  other.get("/c");',
    ));

  it('proposes nothing for what is only typed, removed or commented', () => {
    const lines = ['const total = 1;', 'use(total);'];
    assert.equal(nextEdit(lines, { line: 0, before: '', after: 'const total = 1;' }), undefined);
    assert.equal(
      nextEdit(['', 'use(total);'], { line: 0, before: 'const total = 1;', after: '' }),
      undefined,
    );
    assert.equal(
      nextEdit(['// the sum', '// the total'], { line: 0, before: '// the total', after: '// the sum' }),
      undefined,
    );
    assert.equal(
      nextEdit(lines, { line: 0, before: 'const total = 1;', after: 'const total = 2;' }),
      undefined,
    );
  });
});
