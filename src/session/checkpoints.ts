import type { Store, Workspace } from '../base/ports';
import { UserError } from '../base/errors';

/** Bytes of files as they were before a task touched them. */
export interface Checkpoint {
  id: string;
  /** Keeps a file's bytes as they are now; call it before each write. The first call for a file counts. */
  note(path: string): Promise<void>;
  /** Files noted so far. */
  files(): string[];
}

export interface Checkpoints {
  begin(id: string): Checkpoint;
  /**
   * Puts every file of the checkpoint back byte for byte (a file that did not exist is removed) and answers their
   * paths. Rejects with `checkpoint-missing` when nothing was kept under that name.
   */
  restore(id: string): Promise<string[]>;
}

interface Manifest {
  files: { path: string; existed: boolean }[];
}

/** Checkpoints over a store: the bytes first, the manifest after, so that a kill between leaves no false promise. */
export function createCheckpoints(store: Store, workspace: Workspace): Checkpoints {
  const manifestKey = (id: string): string => `checkpoints/${id}/manifest.json`;
  const fileKey = (id: string, index: number): string => `checkpoints/${id}/${String(index)}`;

  return {
    begin: (id) => {
      const manifest: Manifest = { files: [] };
      return {
        id,
        files: () => manifest.files.map((file) => file.path),
        note: async (path) => {
          if (manifest.files.some((file) => file.path === path)) return;
          const bytes = await workspace.readBytes(path);
          if (bytes) await store.write(fileKey(id, manifest.files.length), bytes);
          manifest.files.push({ path, existed: bytes !== null });
          await store.write(manifestKey(id), new TextEncoder().encode(JSON.stringify(manifest)));
        },
      };
    },
    restore: async (id) => {
      const bytes = await store.read(manifestKey(id));
      if (!bytes) {
        throw new UserError('checkpoint-missing', 'This checkpoint is not there any more.', {
          kept: 'No file was changed.',
          next: 'Use the editor’s undo, or your version control.',
        });
      }
      const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
      for (const [index, file] of manifest.files.entries()) {
        const content = file.existed ? ((await store.read(fileKey(id, index))) ?? null) : null;
        if (file.existed && content === null) continue;
        await workspace.restoreBytes(file.path, content);
      }
      return manifest.files.map((file) => file.path);
    },
  };
}
