import assert from 'node:assert/strict';
import { essence, readDraft, withImports } from '../../src/agent/draft';
import type { SymbolInfo } from '../../src/protocol/indexer';
import { syntaxInProcess } from '../support/agent-setup';

const outline = (text: string, languageId: string): Promise<SymbolInfo[]> =>
  syntaxInProcess.request('outline', { path: 'x', languageId, text });

async function read(draft: string, fileText: string, languageId = 'python', name = 'f') {
  const names = new Set((await outline(fileText, languageId)).map((symbol) => symbol.name));
  const symbols = await outline(draft, languageId);
  return readDraft(draft, symbols, { name, containers: [] }, { text: fileText, languageId, names });
}

describe('a draft', () => {
  const file = 'def f(a):\n    return a\n\n\ndef g(b):\n    return b\n';

  it('gives the definition alone where it repeats neighbours or tests itself', async () => {
    const draft =
      'def f(a):\n    return g(a)\n\ndef g(b):\n    return 2\n\ndef test_f():\n    assert f(1) == 2\n\ntest_f()';
    assert.deepEqual(await read(draft, file), {
      code: 'def f(a):\n    return g(a)',
      helpers: [],
      imports: [],
    });
  });

  it('brings new helpers and imports that it uses, and no others', async () => {
    const draft =
      'import math\nimport os\nfrom re import sub, match\n\ndef half(x):\n    return third(x)\n\ndef third(x):\n    return math.floor(x)\n\ndef unused():\n    pass\n\ndef f(a):\n    return half(match(a))';
    const found = await read(draft, file);
    assert.ok(found);
    assert.equal(found.code, 'def f(a):\n    return half(match(a))');
    assert.deepEqual(
      found.helpers.map((helper) => helper.split('(')[0]),
      ['def half', 'def third'],
    );
    assert.deepEqual(found.imports, ['import math', 'from re import sub, match']);
  });

  it('brings helpers of a script as well', async () => {
    const draft = 'const isEven = (n) => n % 2 === 0;\n\nconst f = (n) => {\n  return isEven(n);\n};';
    const found = await read(draft, 'const f = (n) => {\n  return n;\n};\n', 'javascript');
    assert.ok(found);
    assert.match(found.helpers[0] ?? '', /^const isEven = \(n\) => n % 2 === 0;?$/);
    assert.match(found.code, /^const f = [\s\S]*isEven\(n\)/);
  });

  it('without the definition, or with it twice, is taken as it came', async () => {
    assert.equal(await read('def h():\n    pass', file), undefined);
    assert.equal(await read('def f():\n    pass\n\ndef f():\n    return 1', file), undefined);
  });

  it('has its imports behind those of the file, or at its head', () => {
    assert.equal(withImports('import a\n\nx = 1\n', ['import b']), 'import a\nimport b\n\nx = 1\n');
    assert.equal(
      withImports('#!/usr/bin/python\nx = 1\n', ['import b']),
      '#!/usr/bin/python\nimport b\nx = 1\n',
    );
    assert.equal(withImports('x = 1\r\n', ['import b']), 'import b\r\nx = 1\r\n');
    assert.equal(withImports('x = 1\n', []), 'x = 1\n');
  });
});

describe('the essence of code', () => {
  it('is the same whatever its layout, comments and closing semicolons', () => {
    const one = 'const f = (a) => {\n  let t = []\n  return t // all\n}';
    const other = '/** F. */\nconst f = (a) =>\n{\n    let t = [];\n    return t;\n}';
    assert.equal(essence(one, 'javascript'), essence(other, 'javascript'));
    assert.notEqual(essence(one, 'javascript'), essence(one.replace('[]', '[1]'), 'javascript'));
  });

  it('holds the indentation where that is syntax, but not where the whole begins', () => {
    const code = 'def f(a):\n    for b in a:\n        c()\n    return b';
    assert.equal(essence(code, 'python'), essence(code.replace(/^/gm, '    '), 'python'));
    assert.equal(
      essence(code, 'python'),
      essence(code.replace('c()\n', 'c()  # d\n\n        # e\n'), 'python'),
    );
    assert.notEqual(essence(code, 'python'), essence(code.replace('    return', '        return'), 'python'));
  });
});
