import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/node/clock';
import { createCommandRunner } from '../../src/node/command-runner';
import { createNodeWorkspace } from '../../src/node/workspace';
import type { IndexerRequestName, IndexerRequests } from '../../src/protocol/indexer';
import { readFacts } from '../../src/syntax/file-facts';
import type { SyntaxService } from '../../src/syntax/syntax-service';
import type { ToolPorts } from '../../src/tools/tool-types';
import { grammars } from '../syntax/support';

/** Outlines and syntax errors from the real grammars, without a worker. */
export const syntaxInProcess: SyntaxService = {
  request: async <K extends IndexerRequestName>(name: K, params: IndexerRequests[K]['params']) => {
    const facts = await readFacts(params as IndexerRequests['outline']['params'], grammars);
    const answers: Partial<Record<IndexerRequestName, unknown>> = {
      outline: facts.symbols,
      syntaxErrors: facts.errors,
    };
    return answers[name] as IndexerRequests[K]['result'];
  },
  dispose: () => undefined,
};

/** A folder with files, removed after the test that asked for it. */
export function createFolder(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'thimble-test-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The real ports on a folder. */
export function portsOn(folder: string, changes: Partial<ToolPorts> & { trusted?: boolean } = {}): ToolPorts {
  const { trusted = true, ...ports } = changes;
  return {
    workspace: createNodeWorkspace({ folders: [folder], trusted }),
    commands: createCommandRunner({ folders: [folder], trusted }),
    syntax: syntaxInProcess,
    clock: systemClock,
    ...ports,
  };
}

/** Enough for every command of the tests. */
export const limits = { commandTimeoutMs: 60_000 };
export const never = new AbortController().signal;
