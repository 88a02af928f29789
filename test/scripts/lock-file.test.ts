import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Lock {
  packages: Record<
    string,
    { version: string; resolved?: string; optionalDependencies?: Record<string, string> }
  >;
}

describe('lock file', () => {
  const lock = JSON.parse(readFileSync(path.resolve(__dirname, '../../package-lock.json'), 'utf8')) as Lock;

  it('names the engine’s binaries for every platform, also those that this machine cannot fetch', () => {
    const wanted = Object.entries(lock.packages['node_modules/node-llama-cpp']?.optionalDependencies ?? {});
    assert.ok(wanted.length > 10);
    const missing = wanted.filter(
      ([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version,
    );
    assert.deepEqual(missing, []);
  });

  it('names no registry', () => {
    assert.ok(Object.values(lock.packages).every((entry) => entry.resolved === undefined));
  });
});
