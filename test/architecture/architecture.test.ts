import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type * as floorTable from '../../scripts/floors.mjs';

type Floors = typeof floorTable;

const root = path.resolve(__dirname, '../..');
const src = path.join(root, 'src');

/** Every source file with what it imports, `import type` included. */
function readImports(): { file: string; specifiers: string[] }[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => file.split(path.sep).join('/'))
    .map((file) => {
      const text = readFileSync(path.join(src, file), 'utf8');
      const specifiers = [
        ...text.matchAll(/^\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]/gm),
        ...text.matchAll(/\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/g),
        ...text.matchAll(/^\s*import\s+['"]([^'"]+)['"]/gm),
      ].map((match) => match[1]!);
      return { file, specifiers };
    });
}

/** The file under `src/` that a relative specifier means, or undefined for a package. */
function resolve(from: string, specifier: string, files: Set<string>): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = path.posix.join(path.posix.dirname(from), specifier);
  return [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`].find((name) => files.has(name));
}

const folderOf = (file: string): string => file.split('/')[0]!;

describe('architecture', () => {
  const modules = readImports();
  const files = new Set(modules.map((m) => m.file));
  let floors: Floors;
  before(async () => {
    floors = await import('../../scripts/floors.mjs');
  });

  it('reads a source tree', () => {
    assert.ok(modules.length > 10);
    assert.ok(modules.some((m) => m.specifiers.length > 0));
  });

  it('every folder has a floor', () => {
    const known = floors.allowedImports();
    const unknown = modules.map((m) => folderOf(m.file)).filter((folder) => !known.has(folder));
    assert.deepEqual([...new Set(unknown)], []);
  });

  it('imports only from lower floors', () => {
    const allowed = floors.allowedImports();
    const wrong = modules.flatMap(({ file, specifiers }) =>
      specifiers
        .map((specifier) => resolve(file, specifier, files))
        .filter((target) => target !== undefined)
        .filter((target) => !allowed.get(folderOf(file))?.includes(folderOf(target)))
        .map((target) => `${file} -> ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('every relative import means a file', () => {
    const dangling = modules.flatMap(({ file, specifiers }) =>
      specifiers
        .filter((specifier) => specifier.startsWith('.') && !resolve(file, specifier, files))
        .map((specifier) => `${file} -> ${specifier}`),
    );
    assert.deepEqual(dangling, []);
  });

  it('has no import cycle', () => {
    const graph = new Map(
      modules.map((m) => [
        m.file,
        m.specifiers.map((s) => resolve(m.file, s, files)).filter((t) => t !== undefined),
      ]),
    );
    const state = new Map<string, 'open' | 'closed'>();
    const cycles: string[] = [];
    const visit = (file: string, trail: string[]): void => {
      if (state.get(file) === 'closed') return;
      if (state.get(file) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
      state.set(file, 'closed');
    };
    for (const file of graph.keys()) visit(file, []);
    assert.deepEqual(cycles, []);
  });

  it('only the VS Code edge imports vscode', () => {
    const wrong = modules
      .filter((m) => m.specifiers.includes('vscode') && !floors.vscodeImporters.includes(folderOf(m.file)))
      .map((m) => m.file);
    assert.deepEqual(wrong, []);
  });

  // The doctor's probe is a script for a process of its own; the benchmark's plain side is one.
  it('only processes of their own import node-llama-cpp', () => {
    const wrong = modules
      .filter(
        (m) =>
          m.specifiers.includes('node-llama-cpp') &&
          folderOf(m.file) !== 'engine' &&
          !['bench/engine-plain.ts', 'cli/doctor-command.ts'].includes(m.file),
      )
      .map((m) => m.file);
    assert.deepEqual(wrong, []);
  });

  it('pure folders import no Node module', () => {
    const wrong = modules
      .filter(
        (m) => floors.pure.includes(folderOf(m.file)) && m.specifiers.some((s) => s.startsWith('node:')),
      )
      .map((m) => m.file);
    assert.deepEqual(wrong, []);
  });
});
