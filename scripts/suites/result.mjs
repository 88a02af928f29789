/** What a suite came to, and how the results of all suites add up. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} SuiteResult
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string} [note] why a suite was skipped or broke, or which tests were tried again
 */

/**
 * The result that a suite left in a file. No file, a broken one or one that counts no test is a failure,
 * however the process ended.
 * @param {string} file JSON as mocha's own reporter writes it: `{stats: {passes, failures, pending}, tests}`, or with the
 *   titles of tests that were tried again as `retried`
 * @param {string} ended how the process ended, for the note
 * @returns {SuiteResult}
 */
export function readResult(file, ended = '', name = '') {
  const report = readReport(file);
  if (!report) return broken(name, `no result: ${ended || 'the suite did not finish'}`);
  const { passes, failures, pending } = report.stats;
  if (passes + failures + pending === 0) return broken(name, 'the suite ran no test');
  const retried = report.retried ?? retriedTests(report.tests);
  const note = retried.map((title) => `↻ tried again: ${title}`).join('\n');
  return { name, passed: passes, failed: failures, skipped: pending, ...(note ? { note } : {}) };
}

/** Titles of the tests that did not pass at once, in mocha's JSON. */
function retriedTests(tests = []) {
  return tests.filter(({ currentRetry }) => currentRetry > 0).map(({ fullTitle }) => fullTitle);
}

function readReport(file) {
  if (!existsSync(file)) return undefined;
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const { stats } = report;
    const counts = [stats.passes, stats.failures, stats.pending];
    return counts.every(Number.isInteger) ? report : undefined;
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
