/** Lint, formatting and types; each counts as one test. */
import path from 'node:path';
import { root } from '../lib/paths.mjs';
import { runCommand } from '../lib/run-command.mjs';

const modules = path.join(root, 'node_modules');
const checks = {
  eslint: [path.join(modules, 'eslint/bin/eslint.js'), '.', '--max-warnings', '0'],
  prettier: [path.join(modules, 'prettier/bin/prettier.cjs'), '--check', '.'],
  types: [path.join(modules, 'typescript/bin/tsc'), '--noEmit'],
};
const limitMs = 300_000;

/** @returns {Promise<import('./result.mjs').SuiteResult>} */
export async function runLint() {
  const failures = [];
  for (const [name, args] of Object.entries(checks)) {
    try {
      await runCommand(process.execPath, args, { timeoutMs: limitMs });
    } catch (error) {
      failures.push(`✗ ${name}\n${error.message}`);
    }
  }
  const total = Object.keys(checks).length;
  const counts = { name: 'lint', passed: total - failures.length, failed: failures.length, skipped: 0 };
  return failures.length > 0 ? { ...counts, note: failures.join('\n\n') } : counts;
}
