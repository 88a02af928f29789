/** Where model files lie that were moved out of the models folder, to a larger disk for instance. */
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isAbort, UserError } from '../base/errors';

export interface StorePlaces {
  /** Path of a file: where it was moved to, and in the models folder where it is not there. */
  pathOf(file: string): string;
  /** The folders that a file may have been moved to, the likeliest first; none for the models folder. */
  foldersOf(file: string): string[];
  /** The folder that a file was moved to, whether or not it is there. */
  movedTo(file: string): string | undefined;
  /** Notes these folders of a file. While it is moved there are two: what is in none of them counts as not moved. */
  note(file: string, folders: readonly string[]): Promise<void>;
}

/**
 * `folder` is the models folder. Each file has a note of its own beside its other marks, so that processes that move
 * two models at once do not write over each other's. It is read each time, since another process may have moved a file.
 */
export function createStorePlaces(folder: string): StorePlaces {
  const notePath = (file: string): string => path.join(folder, `${file}.moved`);
  const foldersOf = (file: string): string[] => {
    try {
      return readFileSync(notePath(file), 'utf8')
        .split('\n')
        .filter((line) => line !== '');
    } catch {
      return [];
    }
  };
  const holderOf = (file: string): string | undefined =>
    foldersOf(file).find((candidate) => existsSync(path.join(candidate, file)));
  return {
    pathOf: (file) => path.join(holderOf(file) ?? folder, file),
    foldersOf,
    movedTo: (file) => holderOf(file) ?? foldersOf(file)[0],
    note: async (file, folders) => {
      const note = notePath(file);
      if (folders.length === 0) return rm(note, { force: true });
      await mkdir(folder, { recursive: true });
      await writeFile(`${note}.new`, folders.join('\n'));
      await rename(`${note}.new`, note);
    },
  };
}

/**
 * Moves a file; onto another disk it is copied, checked by `check`, and only then deleted where it was. Whatever
 * happens meanwhile, there is one whole file. Answers what the check of a copy said. Rejects with a `UserError`, or
 * `AbortError`; nothing of a copy is left then.
 */
export async function moveFile<T>(
  from: string,
  to: string,
  check: (copy: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  if (existsSync(to)) {
    throw new UserError('model-move-exists', `There is a file ${to} already.`, {
      kept: 'Both files are as they were.',
      next: 'Move it away, or choose another folder.',
    });
  }
  const copy = `${to}.part`;
  try {
    await mkdir(path.dirname(to), { recursive: true });
    if (await renamed(from, to)) return undefined;
    await copyOf(from, copy, signal);
    const checked = await check(copy);
    await rename(copy, to);
    await rm(from).catch(async (error: unknown) => {
      // One in use may stay where it is; a second one would stand in the way of the next try.
      await rm(to, { force: true });
      throw error;
    });
    return checked;
  } catch (error) {
    await rm(copy, { force: true }).catch(() => undefined);
    if (isAbort(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('model-move-failed', `${path.basename(from)} could not be moved: ${why}`, {
      kept: `It is where it was: ${from}`,
      next: 'Check the folder and its free space; a model that is in use must be unloaded first.',
      cause: error,
    });
  }
}

/** Copies a file of gigabytes; once it resolves the copy is on the disk, so that the file may be deleted. */
function copyOf(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  const chunks = { highWaterMark: 1 << 20 };
  const copying = [
    createReadStream(from, chunks),
    createWriteStream(to, { ...chunks, flush: true }),
  ] as const;
  return signal ? pipeline(...copying, { signal }) : pipeline(...copying);
}

/** False where the folders lie on different disks. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EXDEV') return false;
    throw error;
  }
}
