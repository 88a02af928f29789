import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createGrammars, type LoadGrammar } from '../../src/syntax/grammars';

const root = path.resolve(__dirname, '../..');
const folders = [
  'node_modules/@vscode/tree-sitter-wasm/wasm',
  'node_modules/@repomix/tree-sitter-wasms/out',
  'node_modules/tree-sitter-html',
  'node_modules/tree-sitter-json',
  'node_modules/@tree-sitter-grammars/tree-sitter-yaml',
  path.dirname(createRequire(__filename).resolve('web-tree-sitter')),
];

/** Reads a grammar from the package that the build copies it from. */
export const loadGrammar: LoadGrammar = (name) => {
  for (const folder of folders) {
    try {
      return Promise.resolve(readFileSync(path.resolve(root, folder, `${name}.wasm`)));
    } catch {
      // The next package may have it.
    }
  }
  return Promise.reject(new Error(`no package has ${name}.wasm`));
};

/** One set for all tests of a process: a grammar cannot be unloaded. */
export const grammars = createGrammars(loadGrammar);

export function fixture(name: string): string {
  return readFileSync(path.join(root, 'test/fixtures/syntax', name), 'utf8').replaceAll('\r\n', '\n');
}
