import assert from 'node:assert/strict';
import path from 'node:path';
import { UserError } from '../../src/base/errors';
import { isProtected, nameRoots, resolveWorkspacePath } from '../../src/node/path-rules';

type Flavour = 'posix' | 'win32';
const folders: Record<Flavour, { one: string[]; two: string[] }> = {
  posix: { one: ['/home/u/app'], two: ['/home/u/app', '/srv/lib'] },
  win32: { one: ['C:\\u\\app'], two: ['C:\\u\\app', 'D:\\srv\\lib'] },
};

/** A path is taken and gets this name, or is refused with this code. */
function check(flavour: Flavour, roots: string[], cases: [requested: string, expected: string][]): void {
  for (const [requested, expected] of cases) {
    it(`${JSON.stringify(requested)} → ${expected}`, () => {
      const named = nameRoots(roots, path[flavour]);
      if (!expected.startsWith('!')) {
        assert.equal(resolveWorkspacePath(requested, named, path[flavour]).workspacePath, expected);
        return;
      }
      assert.throws(
        () => resolveWorkspacePath(requested, named, path[flavour]),
        (error) => error instanceof UserError && error.code === expected.slice(1) && error.next !== undefined,
      );
    });
  }
}

describe('path rules', () => {
  describe('of both flavours, one root', () => {
    for (const flavour of ['posix', 'win32'] as const) {
      check(flavour, folders[flavour].one, [
        ['', ''],
        ['.', ''],
        ['a.py', 'a.py'],
        ['./src//a.py', 'src/a.py'],
        ['src/../a.py', 'a.py'],
        ['src/..', ''],
        ['..a/..b', '..a/..b'],
        ['..', '!outside-workspace'],
        ['../app2/a.py', '!outside-workspace'],
        ['src/../../x', '!outside-workspace'],
        ['~/x', '!outside-workspace'],
        ['a\0b', '!bad-path'],
      ]);
    }
  });
  describe('POSIX', () => {
    check('posix', folders.posix.one, [
      ['/home/u/app/a.py', 'a.py'],
      ['/home/u/app', ''],
      ['/home/u/app2/a.py', '!outside-workspace'],
      ['/etc/passwd', '!outside-workspace'],
      ['/home/u/APP/a.py', '!outside-workspace'],
      ['src\\a.py', 'src\\a.py'],
      ['C:/x', 'C:/x'],
    ]);
  });
  describe('Windows', () => {
    check('win32', folders.win32.one, [
      ['src\\a.py', 'src/a.py'],
      ['c:\\U\\App\\a.py', 'a.py'],
      ['C:/u/app/a.py', 'a.py'],
      ['C:\\u\\app2\\a.py', '!outside-workspace'],
      ['D:\\u\\app\\a.py', '!outside-workspace'],
      ['\\\\server\\share\\a.py', '!outside-workspace'],
      ['//server/share/a.py', '!outside-workspace'],
      ['\\Windows\\a', '!outside-workspace'],
      ['..\\..\\x', '!outside-workspace'],
      ['C:a.py', '!bad-path'],
      ['\\\\?\\C:\\u\\app\\a.py', '!bad-path'],
      ['\\\\.\\pipe\\x', '!bad-path'],
      ['a.py:stream', '!bad-path'],
      ['src/NUL', '!bad-path'],
      ['com1.txt', '!bad-path'],
      ['a.py.', '!bad-path'],
      ['a /b', '!bad-path'],
    ]);
  });
  describe('several roots', () => {
    check('posix', folders.posix.two, [
      ['', 'app'],
      ['app', 'app'],
      ['app/a.py', 'app/a.py'],
      ['lib/src/b.py', 'lib/src/b.py'],
      ['/srv/lib/b.py', 'lib/b.py'],
      ['a.py', '!unknown-root'],
      ['app/../lib/b.py', '!outside-workspace'],
      ['app/../../x', '!outside-workspace'],
    ]);
    check('win32', folders.win32.two, [
      ['lib\\b.py', 'lib/b.py'],
      ['D:\\SRV\\lib\\b.py', 'lib/b.py'],
      ['other\\b.py', '!unknown-root'],
    ]);
  });
  describe('no root', () => {
    check('posix', [], [['a.py', '!no-workspace']]);
  });

  it('names roots of one name apart', () => {
    assert.deepEqual(
      nameRoots(['/a/app', '/b/app', '/c/app'], path.posix).map((root) => root.name),
      ['app', 'app-2', 'app-3'],
    );
  });
  it('keeps out of git’s records', () => {
    assert.deepEqual(['.git/hooks/x', 'a/.GIT/config', '.gitignore', 'git/x'].map(isProtected), [
      true,
      true,
      false,
      false,
    ]);
  });
});
