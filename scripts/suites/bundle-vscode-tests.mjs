/** Bundles the tests that run inside an extension host to `out/vscode-tests`, one file per test file. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/paths.mjs';

export const testsFolder = path.join(root, 'out', 'vscode-tests');

export async function bundleVscodeTests() {
  const { default: esbuild } = await import('esbuild');
  rmSync(testsFolder, { recursive: true, force: true });
  const tests = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.vscode.test.ts'))
    .map((file) => ({
      in: path.join(root, 'test', file),
      out: file.split(path.sep).join('-').replace(/\.ts$/, ''),
    }));
  await esbuild.build({
    entryPoints: [{ in: path.join(root, 'test/support/vscode-test-index.ts'), out: 'index' }, ...tests],
    outdir: testsFolder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['vscode', 'mocha', 'node-llama-cpp', '@vscode/ripgrep'],
  });
}
