/** What a suite came to, and how the results of all suites add up. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} SuiteResult
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string} [note] why a suite was skipped or broke
 */

/**
 * The result that a suite left in a file. No file, a broken one or one that counts no test is a failure,
 * however the process ended.
 * @param {string} file JSON as mocha's own reporter writes it: `{stats: {passes, failures, pending}}`
 * @param {string} ended how the process ended, for the note
 * @returns {SuiteResult}
 */
export function readResult(file, ended = '', name = '') {
  const stats = readStats(file);
  if (!stats) return broken(name, `no result: ${ended || 'the suite did not finish'}`);
  const { passes, failures, pending } = stats;
  if (passes + failures + pending === 0) return broken(name, 'the suite ran no test');
  return { name, passed: passes, failed: failures, skipped: pending };
}

function readStats(file) {
  if (!existsSync(file)) return undefined;
  try {
    const { stats } = JSON.parse(readFileSync(file, 'utf8'));
    const counts = [stats.passes, stats.failures, stats.pending];
    return counts.every(Number.isInteger) ? stats : undefined;
  } catch {
    return undefined;
  }
}

/** A suite that crashed, counted as one failure. @returns {SuiteResult} */
export function broken(name, note) {
  return { name, passed: 0, failed: 1, skipped: 0, note };
}

/** A suite that cannot run here, counted as one skipped test, or as a failure where nothing may be skipped. */
export function unavailable(name, note, strict) {
  return strict ? broken(name, note) : { name, passed: 0, failed: 0, skipped: 1, note };
}

/** @param {SuiteResult[]} results */
export function countLine(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
