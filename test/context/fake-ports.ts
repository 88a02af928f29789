import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { createAnswerer } from '../../src/indexer/answer';
import { createNodeWorkspace } from '../../src/node/workspace';
import type { IndexerRequestMessage } from '../../src/protocol/indexer';
import type { SyntaxService } from '../../src/syntax/syntax-service';
import { loadGrammar } from '../syntax/support';

/** The workspace of these tests. */
export const files: Record<string, string> = {
  'src/main.ts': "import { area } from './shape';\nimport './missing';\n\nexport const a = area(2);\n",
  'src/shape.ts': 'export function area(side: number): number {\n  return side * side;\n}\n',
  'cmd/main.go': 'package main\n\nimport "example.com/app/geo"\n\nfunc main() {\n\tgeo.Area(2)\n}\n',
  'geo/area.go': 'package geo\n\nfunc Area(side int) int {\n\treturn side * side\n}\n',
  'geo/area_notes.txt': 'no Go',
};

/** The worker's answers without the worker, with an index of a folder, which is awaited by the answers. */
export function indexOf(folder: string, storeFile: string): SyntaxService {
  const answer = createAnswerer(loadGrammar);
  const ask = (name: string, params: unknown): Promise<unknown> =>
    answer({ id: 1, name, params } as IndexerRequestMessage);
  const opened = ask('openIndex', {
    roots: [{ prefix: '', folder }],
    storeFile,
    ripgrep: rgPath,
    maxFiles: 1000,
    first: [],
    skip: [],
  });
  return {
    request: async (name: string, params: unknown) => {
      await opened;
      return ask(name, params);
    },
    dispose: () => undefined,
  } as unknown as SyntaxService;
}

/** The worker's answers without the worker, about files in a folder of their own; `index` is awaited by the answers. */
export function syntaxOver(contents: Record<string, string>): {
  syntax: SyntaxService;
  folder: string;
  remove: () => void;
} {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-context-'));
  for (const [file, text] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(folder, 'files', file)), { recursive: true });
    writeFileSync(path.join(folder, 'files', file), text);
  }
  return {
    syntax: indexOf(path.join(folder, 'files'), path.join(folder, 'index', 'test.thx')),
    folder: path.join(folder, 'files'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const made = syntaxOver(files);
process.once('exit', made.remove);

let now = 0;
/** Ports over {@link files}; the clock moves 5 ms with each look. */
export const ports = {
  syntax: made.syntax,
  workspace: createNodeWorkspace({ folders: [made.folder], trusted: true }),
  countTokens: (texts: string[]) => Promise.resolve(texts.map((text) => Math.ceil(text.length / 4))),
  clock: {
    now: () => (now += 5),
    sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)),
  },
};
