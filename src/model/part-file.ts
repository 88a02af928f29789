import { open } from 'node:fs/promises';
import type { PartFile } from './sources/source';

/** Opens a file to go on with it, or creates it. Rejects with the system's error. */
export async function openPartFile(path: string): Promise<PartFile> {
  const file = await open(path, 'a');
  let size = (await file.stat()).size;
  return {
    get size() {
      return size;
    },
    append: async (chunk) => {
      try {
        await file.appendFile(chunk);
        size += chunk.length;
      } catch (error) {
        // A full disk may have taken a piece of it: what counts is what is there.
        size = (await file.stat()).size;
        throw error;
      }
    },
    truncate: async (to) => {
      await file.truncate(to);
      size = to;
    },
    close: async () => {
      await file.sync().catch(() => undefined);
      await file.close();
    },
  };
}
