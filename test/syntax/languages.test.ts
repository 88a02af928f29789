import assert from 'node:assert/strict';
import { languageIdOf, languageOf } from '../../src/syntax/languages';

describe('languageIdOf', () => {
  const check = (path: string, expected: string) =>
    it(`${path} is ${expected}`, () => assert.equal(languageIdOf(path), expected));

  check('src/a.ts', 'typescript');
  check('a.mts', 'typescript');
  check('a.d.ts', 'typescript');
  check('ui/App.TSX', 'typescriptreact');
  check('a.mjs', 'javascript');
  check('a.jsx', 'javascriptreact');
  check('a.pyi', 'python');
  check('main.go', 'go');
  check('lib.rs', 'rust');
  check('A.java', 'java');
  check('a.c', 'c');
  check('a.h', 'cpp');
  check('a.hpp', 'cpp');
  check('A.cs', 'csharp');
  check('a.rb', 'ruby');
  check('Gemfile', 'ruby');
  check('a.php', 'php');
  check('package.json', 'json');
  check('app/tsconfig.json', 'jsonc');
  check('.github/ci.yml', 'yaml');
  check('README.md', 'markdown');
  check('run.sh', 'shellscript');
  check('.bashrc', 'shellscript');
  check('index.html', 'html');
  check('style.css', 'css');
  check('style.scss', 'scss');
  check('Dockerfile', 'dockerfile');
  check('Cargo.toml', 'toml');
  check('folder.ts/file', 'plaintext');
  check('constructor', 'plaintext');
  check('a.toString', 'plaintext');
  check('', 'plaintext');

  it('languageOf knows only languages', () => {
    assert.equal(languageOf('typescriptreact')?.grammar, 'tsx');
    assert.equal(languageOf('hasOwnProperty'), undefined);
  });
});
