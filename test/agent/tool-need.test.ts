import assert from 'node:assert/strict';
import { firstTools } from '../../src/agent/tool-need';
import type { Run } from '../../src/agent/ports';
import { toolDefinitions } from '../../src/tools/definitions';

/** A run in a workspace that defines these names. */
function runWith(defined: readonly string[]): Run {
  const search = ({ pattern }: { pattern: string }): Promise<{ matches: string[] }> =>
    Promise.resolve({ matches: defined.filter((name) => new RegExp(pattern).test(`def ${name}(`)) });
  const workspace = { roots: ['/work'], search } as unknown as Run['ports']['workspace'];
  return { ports: { workspace }, signal: new AbortController().signal } as Run;
}

describe('agent: the tools of a first call', () => {
  const names = async (request: string, defined: readonly string[]): Promise<string[]> =>
    (await firstTools(runWith(defined), request, toolDefinitions)).map(({ name }) => name);

  it('hold find_symbol where the request names a definition', async () => {
    assert.ok((await names('what does median return', ['median'])).includes('find_symbol'));
  });

  it('leave it out where there is none to be found, and nothing else', async () => {
    const found = await names('run the tests of stats.py', ['median']);
    assert.deepEqual(
      toolDefinitions.map(({ name }) => name).filter((name) => !found.includes(name)),
      ['find_symbol'],
    );
  });
});
