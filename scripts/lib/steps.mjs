/** Says what a script does, step by step, with the time that each step took. */

/** @param {number} ms */
export function seconds(ms) {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/**
 * Runs one step. A step that has nothing to do returns `upToDate`; any other string is shown as its result.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const start = performance.now();
  console.log(`● ${title}`);
  try {
    const result = await work();
    const note = typeof result === 'string' && result ? `, ${result}` : '';
    console.log(`  ${seconds(performance.now() - start)}${note}`);
    return result;
  } catch (error) {
    console.log(`  failed after ${seconds(performance.now() - start)}`);
    throw error;
  }
}

export const upToDate = 'up to date';
