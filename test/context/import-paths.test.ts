import assert from 'node:assert/strict';
import { importPaths } from '../../src/context/import-paths';

describe('importPaths', () => {
  /** The first of `existing` that is a candidate, as a host would find it. */
  const check = (
    languageId: string,
    importer: string,
    specifier: string,
    existing: string[],
    expected: string | undefined,
  ) =>
    it(`${languageId}: ${specifier} in ${importer}`, () => {
      const found = importPaths(specifier, importer, languageId).find((path) => existing.includes(path));
      assert.equal(found, expected);
    });

  check('typescript', 'src/a/b.ts', './c', ['src/a/c.ts', 'src/a/c.js'], 'src/a/c.ts');
  check('typescript', 'src/a/b.ts', '../c', ['src/c/index.ts'], 'src/c/index.ts');
  check('typescript', 'src/a/b.ts', '..', ['src/index.ts'], 'src/index.ts');
  check('typescript', 'src/b.ts', './c.js', ['src/c.js', 'src/c.ts'], 'src/c.ts');
  check('typescript', 'src/b.ts', './c.mjs', ['src/c.mts'], 'src/c.mts');
  check('typescript', 'src/b.ts', './c.service', ['src/c.service.ts'], 'src/c.service.ts');
  check('typescriptreact', 'src/b.tsx', '@/ui/list', ['src/ui/list.tsx'], 'src/ui/list.tsx');
  check('javascript', 'b.js', './data.json', ['data.json'], 'data.json');
  check('javascript', 'b.js', '../outside', ['outside.js', '../outside.js'], undefined);
  check('javascript', 'b.js', 'lodash', ['lodash.js', 'lodash'], undefined);
  check('python', 'app/web/views.py', '.models', ['app/web/models.py'], 'app/web/models.py');
  check('python', 'app/web/views.py', '..store.sql', ['app/store/sql.py'], 'app/store/sql.py');
  check('python', 'app/web/views.py', '.', ['app/web/__init__.py'], 'app/web/__init__.py');
  check('python', 'app/web/views.py', 'app.store', ['app/store/__init__.py'], 'app/store/__init__.py');
  check('python', 'tests/test_a.py', 'bank.account', ['src/bank/account.py'], 'src/bank/account.py');
  check('python', 'a.py', '...x', ['x.py'], undefined);
  check('go', 'cmd/main.go', 'example.com/app/internal/util', ['internal/util/'], 'internal/util/');
  check('rust', 'src/main.rs', 'crate::shape::Area', ['src/shape.rs'], 'src/shape.rs');
  check('rust', 'core/src/a/mod.rs', 'crate::b::{c::D, e}', ['core/src/b/c.rs'], 'core/src/b/c.rs');
  check('rust', 'src/main.rs', 'self::parser', ['src/parser/mod.rs'], 'src/parser/mod.rs');
  check('rust', 'src/a.rs', 'self::b', ['src/a/b.rs'], 'src/a/b.rs');
  check('rust', 'src/a/b.rs', 'super::c::D', ['src/a/c.rs'], 'src/a/c.rs');
  check('rust', 'src/main.rs', 'std::io', ['std/io.rs'], undefined);
  check(
    'java',
    'src/main/java/app/A.java',
    'app.util.B',
    ['src/main/java/app/util/B.java'],
    'src/main/java/app/util/B.java',
  );
  check('java', 'x/app/A.java', 'app.B.Inner.call', ['x/app/B.java'], 'x/app/B.java');
  check('java', 'x/app/A.java', 'app.money', ['x/app/money/'], 'x/app/money/');
  check('c', 'src/a.c', 'list.h', ['src/list.h', 'include/list.h'], 'src/list.h');
  check('cpp', 'lib/src/a.cpp', 'geo/shape.hpp', ['lib/include/geo/shape.hpp'], 'lib/include/geo/shape.hpp');
  check('ruby', 'lib/bank/a.rb', './store', ['lib/bank/store.rb'], 'lib/bank/store.rb');
  check('php', 'src/Bank/A.php', 'App\\Money\\Amount', ['src/Money/Amount.php'], 'src/Money/Amount.php');
  check('css', 'ui/a.css', 'base.css', ['ui/base.css'], 'ui/base.css');
  check('html', 'a.html', 'https://example.com/a.js', ['https:/example.com/a.js'], undefined);
  check('plaintext', 'a.txt', './b', ['b'], undefined);
  check('constructor', 'a', './b', ['b'], undefined);

  it('never names the importer, a place outside or a path twice', () => {
    for (const specifier of ['./a', '../../..', './', '.', '...', '/', '@/a', '']) {
      for (const languageId of ['typescript', 'python', 'rust', 'c', 'java', 'go', 'php', 'html']) {
        const paths = importPaths(specifier, 'src/a.ts', languageId);
        assert.equal(new Set(paths).size, paths.length);
        assert.ok(
          paths.every(
            (path) => path !== 'src/a.ts' && !path.startsWith('/') && !path.split('/').includes('..'),
          ),
          paths.join(),
        );
      }
    }
  });
});
