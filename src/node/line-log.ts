import { appendFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LineLog } from '../base/ports';
import { SerialQueue } from '../base/queue';

/** `maxBytes` of a file; there are two, so that half of the past is left when one has grown to its end. */
export function createLineLog<T>(file: string, maxBytes = 1_000_000): LineLog<T> {
  const queue = new SerialQueue();
  const older = `${file}.1`;
  const lines = async (name: string): Promise<T[]> => {
    const text = await readFile(name, 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => parsed<T>(line));
  };
  return {
    add: (record) =>
      queue.run(async () => {
        try {
          await mkdir(path.dirname(file), { recursive: true });
          const size = await stat(file).then(
            (info) => info.size,
            () => 0,
          );
          if (size > maxBytes) await rename(file, older);
          await appendFile(file, `${JSON.stringify(record)}\n`);
        } catch {
          // A full disk is told by what the user does, not by its log.
        }
      }),
    read: (limit) => queue.run(async () => [...(await lines(older)), ...(await lines(file))].slice(-limit)),
    clear: () =>
      queue.run(async () => {
        for (const name of [file, older]) await rm(name, { force: true });
      }),
  };
}

function parsed<T>(line: string): T[] {
  try {
    return line.trim() === '' ? [] : [JSON.parse(line) as T];
  } catch {
    // Cut off by the end of the program.
    return [];
  }
}
