import { UserError } from '../../src/base/errors';
import type { FileSnapshot } from '../../src/base/ports';
import { createAnswerer } from '../../src/indexer/answer';
import type { IndexerRequestMessage } from '../../src/protocol/indexer';
import { languageIdOf } from '../../src/syntax/languages';
import type { SyntaxService } from '../../src/syntax/syntax-service';
import { loadGrammar } from '../syntax/support';

const answer = createAnswerer(loadGrammar);
/** The worker's answers without the worker. */
const syntax = {
  request: (name: string, params: unknown) => answer({ id: 1, name, params } as IndexerRequestMessage),
  dispose: () => undefined,
} as unknown as SyntaxService;

/** The workspace of these tests. */
export const files: Record<string, string> = {
  'src/main.ts': "import { area } from './shape';\nimport './missing';\n\nexport const a = area(2);\n",
  'src/shape.ts': 'export function area(side: number): number {\n  return side * side;\n}\n',
  'cmd/main.go': 'package main\n\nimport "example.com/app/geo"\n\nfunc main() {\n\tgeo.Area(2)\n}\n',
  'geo/area.go': 'package geo\n\nfunc Area(side int) int {\n\treturn side * side\n}\n',
  'geo/area_notes.txt': 'no Go',
};

function snapshot(path: string): FileSnapshot {
  const text = files[path];
  if (text === undefined) throw new UserError('file-missing', `There is no file ${path}.`);
  const format = { encoding: 'utf-8', bom: false, eol: '\n', mixedEol: false } as const;
  return { path, text, format, hash: '', languageId: languageIdOf(path), readOnly: false, dirty: false };
}

let now = 0;
/** Ports over {@link files}; the clock moves 5 ms with each look. */
export const ports = {
  syntax,
  workspace: {
    exists: (path: string) => Promise.resolve(path in files),
    read: async (path: string) => Promise.resolve(path).then(snapshot),
    list: (folder: string, { glob, limit }: { glob?: string; limit: number }) => {
      const paths = Object.keys(files).filter(
        (path) => path.startsWith(`${folder}/`) && path.endsWith(glob?.slice(1) ?? ''),
      );
      return Promise.resolve({ paths: paths.slice(0, limit), truncated: false });
    },
  },
  countTokens: (texts: string[]) => Promise.resolve(texts.map((text) => Math.ceil(text.length / 4))),
  clock: { now: () => (now += 5), sleep: () => Promise.resolve() },
};
