import { appendFile, readFile } from 'node:fs/promises';

/** Results of a benchmark in a file, from which a run that was cut off goes on. */
export interface KeptResults<T> {
  /** Those of earlier runs; a line that was cut off is left out. */
  known: T[];
  keep: (results: readonly T[]) => Promise<void>;
}

/** Opens the results of a file, which need not be there yet. */
export async function keptResults<T>(file: string): Promise<KeptResults<T>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // What follows a line that was cut off begins a line of its own.
  let gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return {
    known: text.split('\n').flatMap(readLine<T>),
    keep: async (results) => {
      await appendFile(file, gap + results.map((result) => `${JSON.stringify(result)}\n`).join(''));
      gap = '';
    },
  };
}

function readLine<T>(line: string): T[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as T];
  } catch {
    return [];
  }
}
