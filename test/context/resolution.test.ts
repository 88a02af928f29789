import assert from 'node:assert/strict';
import { languageIdOf } from '../../src/syntax/languages';
import { syntaxOver } from './fake-ports';

/** A workspace, a place marked with `|` in its first file, and the definition that must come first there. */
interface Case {
  files: Record<string, string>;
  path: string;
  signature: RegExp;
  reason: RegExp;
}

const cases: Record<string, Case> = {
  'TypeScript, a relative import': {
    files: {
      'src/main.ts': "import { area } from './shape';\n\nexport function main() {\n  |\n}\n",
      'src/shape.ts': 'export function area(side: number): number {\n  return side;\n}\n',
      'src/other.ts': 'export function area(text: string): string {\n  return text;\n}\n',
    },
    path: 'src/shape.ts',
    signature: /function area\(side: number\)/,
    reason: /^imported on line 1/,
  },
  'Python, a package': {
    files: {
      'app/main.py': 'from app.shapes.square import area\n\ndef main():\n    |\n',
      'app/shapes/square.py': 'def area(side):\n    return side * side\n',
      'other/square.py': 'def area(text):\n    return text\n',
    },
    path: 'app/shapes/square.py',
    signature: /def area\(side\)/,
    reason: /^imported on line 1/,
  },
  'Rust, a path from the crate': {
    files: {
      'src/main.rs': 'use crate::shape::area;\n\nfn main() {\n    |\n}\n',
      'src/shape.rs': 'pub fn area(side: u32) -> u32 {\n    side * side\n}\n',
    },
    path: 'src/shape.rs',
    signature: /fn area\(side: u32\)/,
    reason: /^imported on line 1/,
  },
  'Java, a class of another package': {
    files: {
      'src/app/Main.java':
        'package app;\n\nimport shapes.Square;\n\nclass Main {\n  void run() {\n    |\n  }\n}\n',
      'src/shapes/Square.java':
        'package shapes;\n\npublic class Square {\n  public int area(int side) {\n    return side * side;\n  }\n}\n',
    },
    path: 'src/shapes/Square.java',
    signature: /class Square/,
    reason: /^imported on line 3/,
  },
  'Go, a package of the module': {
    files: {
      'cmd/main.go': 'package main\n\nimport "example.com/app/geo"\n\nfunc main() {\n\tgeo.|\n}\n',
      'geo/area.go': 'package geo\n\nfunc Area(side int) int {\n\treturn side * side\n}\n',
    },
    path: 'geo/area.go',
    signature: /func Area\(side int\)/,
    reason: /^defined in geo\/area.go, which uses geo as well$/,
  },
  'C, an included header': {
    files: {
      'src/main.c': '#include "shape.h"\n\nint main(void) {\n  |\n}\n',
      'src/shape.h': 'int area(int side);\n',
    },
    path: 'src/shape.h',
    signature: /int area\(int side\)/,
    reason: /line 1/,
  },
};

describe('what the context of a place begins with', () => {
  for (const [name, { files, path, signature, reason }] of Object.entries(cases)) {
    it(name, async () => {
      const [file = '', marked = ''] = Object.entries(files)[0] ?? [];
      const text = marked.replace('|', '');
      const made = syntaxOver({ ...files, [file]: text });
      try {
        const before = marked.slice(0, marked.indexOf('|')).split('\n');
        const position = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
        let status = await made.syntax.request('indexStatus', null, new AbortController().signal);
        while (status?.state === 'indexing') {
          await new Promise((resolve) => setTimeout(resolve, 5));
          status = await made.syntax.request('indexStatus', null, new AbortController().signal);
        }
        const ask = (content: string, column: number) =>
          made.syntax.request(
            'context',
            {
              file: { path: file, languageId: languageIdOf(file), text: content },
              position: { line: position.line, column },
              told: [],
            },
            new AbortController().signal,
          );
        const spans = await ask(text, position.column);
        const best = [...spans].sort((a, b) => b.score - a.score)[0];
        assert.equal(best?.path, path, JSON.stringify(spans));
        assert.match(JSON.stringify(best), signature);
        assert.match(best.reason, reason);
      } finally {
        made.remove();
      }
    });
  }
});
