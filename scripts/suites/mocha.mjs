/** Runs mocha in a child process; its JSON report alone says what passed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { makeScratch, root } from '../lib/paths.mjs';
import { runCommand } from '../lib/run-command.mjs';
import { readResult } from './result.mjs';

const mochaBin = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');

/**
 * @param {{name: string, args: string[], env?: NodeJS.ProcessEnv, timeoutMs: number, grep?: string | undefined}} options
 * @returns {Promise<import('./result.mjs').SuiteResult>} with the failures and any output as `note`
 */
export async function runMocha({ name, args, env = {}, timeoutMs, grep }) {
  const file = path.join(makeScratch(name), 'result.json');
  const report = ['--reporter', 'json', '--reporter-option', `output=${file}`];
  const select = grep ? ['--grep', grep] : [];
  let output;
  try {
    output = await runCommand(process.execPath, [mochaBin, ...args, ...report, ...select], {
      env: { ...process.env, ...env },
      timeoutMs,
    });
  } catch (error) {
    output = error.message;
  }
  const result = readResult(file, output, name);
  return result.failed > 0 ? { ...result, note: describeFailures(file) || output } : result;
}

/** The suites beside the unit tests leave the settings file out, as it ignores their files. */
export function ownSettings(pattern, testLimitMs) {
  const required = ['--no-config', '--require', 'tsx/cjs', '--ui', 'bdd', '--forbid-only'];
  return [...required, '--timeout', String(testLimitMs), pattern];
}

function describeFailures(file) {
  try {
    const { failures = [] } = JSON.parse(readFileSync(file, 'utf8'));
    return failures.map(({ fullTitle, err }) => `✗ ${fullTitle}\n${err.stack ?? err.message}`).join('\n\n');
  } catch {
    return '';
  }
}
