/** Files replaced so that a reader, a crash or a full disk finds the old bytes or the new ones, never a part. */
import { chmod, chown, mkdir, open, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './file-errors';

/** The calls that change something, so that a test can let one of them fail. */
export const fileSystem = {
  /** Creates a file, which must not exist, and waits until its bytes are on the disk. */
  create: async (file: string, bytes: Uint8Array): Promise<void> => {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename,
  unlink,
};

export type FileSystem = typeof fileSystem;

/** One file's new bytes by its real path; null removes it. */
export interface ByteWrite {
  file: string;
  bytes: Uint8Array | null;
}

interface Prepared extends ByteWrite {
  /** Holds the new bytes until it takes the file's name. */
  temporary: string | undefined;
  /** What the file held, to put it back. */
  before: Uint8Array | null;
}

let serial = 0;

/** A name beside the file, since only a rename within one file system is atomic. */
function temporaryName(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}-${serial++}.tmp`);
}

/** Writes all files or none: every new content lies on the disk before the first file is replaced. */
export async function writeAllFiles(
  writes: readonly ByteWrite[],
  fs: FileSystem = fileSystem,
): Promise<void> {
  const folders: string[] = [];
  const prepared: Prepared[] = [];
  const done: Prepared[] = [];
  try {
    for (const write of writes) {
      if (write.bytes !== null) folders.push(...(await makeFolders(path.dirname(write.file))));
      const entry: Prepared = { ...write, temporary: undefined, before: await bytesOrNull(write.file) };
      prepared.push(entry);
      if (write.bytes !== null) {
        entry.temporary = temporaryName(write.file);
        await fs.create(entry.temporary, write.bytes);
        await copyMode(write.file, entry.temporary);
      }
    }
    for (const entry of prepared) {
      if (entry.temporary !== undefined) await fs.rename(entry.temporary, entry.file);
      else if (entry.before !== null) await fs.unlink(entry.file);
      done.push(entry);
    }
  } catch (error) {
    for (const entry of done.reverse()) await putBack(entry);
    for (const { temporary } of prepared) if (temporary !== undefined) await rm(temporary, { force: true });
    for (const folder of folders.reverse()) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

/** Bytes of a file; null when there is none. */
export async function bytesOrNull(file: string): Promise<Uint8Array | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function putBack(entry: Prepared): Promise<void> {
  if (entry.before === null) return rm(entry.file, { force: true });
  const temporary = temporaryName(entry.file);
  await fileSystem.create(temporary, entry.before);
  await copyMode(entry.file, temporary);
  await rename(temporary, entry.file);
}

/** Permissions, and where the system allows it the owner, of the file that is replaced. */
async function copyMode(from: string, to: string): Promise<void> {
  try {
    const { mode, uid, gid } = await stat(from);
    await chmod(to, mode);
    if (process.platform !== 'win32') await chown(to, uid, gid);
  } catch (error) {
    if (!['ENOENT', 'EPERM'].includes(errorCode(error))) throw error;
  }
}

/** Creates the missing folders of a path, outermost first, and answers them. */
async function makeFolders(folder: string): Promise<string[]> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return [];
  const created = [folder];
  for (let current = folder; current !== first;) {
    current = path.dirname(current);
    created.unshift(current);
  }
  return created;
}
