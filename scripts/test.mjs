/**
 * `npm test`: sets up what the tests need, runs every suite, and ends with `N passed, N failed`.
 *   npm test -- [SUITE…] [--grep TEXT]    suites: lint unit model remote panel vscode ui
 * A suite that crashes or counts no test is a failure; one that cannot run here is skipped, or fails where CI is set.
 */
import { parseArgs } from 'node:util';
import { ensureBuild } from './setup/build.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { seconds } from './lib/steps.mjs';
import { RigUnavailable } from './rig/install.mjs';
import { suites } from './suites/suites.mjs';
import { broken, countLine, unavailable } from './suites/result.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: 'string' } } });
const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `No such suite: ${unknown.join(', ')}. There are: ${suites.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const wanted = suites.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const strict = Boolean(process.env.CI);

/** @param {import('./suites/suites.mjs').Suite} suite */
async function runSuite(suite) {
  const start = performance.now();
  let result;
  try {
    result = { ...(await suite.run({ grep: values.grep })), name: suite.name };
  } catch (error) {
    result =
      error instanceof RigUnavailable
        ? unavailable(suite.name, error.message, strict)
        : broken(suite.name, error.stack ?? String(error));
  }
  if (result.note) console.log(result.note);
  console.log(`● ${suite.title}: ${countLine([result])} in ${seconds(performance.now() - start)}`);
  return result;
}

const start = performance.now();
const results = [];
try {
  await ensurePackages();
  await ensureBuild();
  // Suites of one stage run side by side, the stages one after the other: two cores are enough.
  for (const stage of [...new Set(wanted.map((suite) => suite.stage))]) {
    const together = wanted.filter((suite) => suite.stage === stage);
    results.push(...(await Promise.all(together.map(runSuite))));
  }
} catch (error) {
  console.error(error.message);
  results.push(broken('setup', error.message));
}

console.log('');
for (const result of results) console.log(`${result.name.padEnd(8)} ${countLine([result])}`);
console.log(`in ${seconds(performance.now() - start)}\n`);
console.log(countLine(results));
process.exit(results.some((result) => result.failed > 0) ? 1 : 0);
