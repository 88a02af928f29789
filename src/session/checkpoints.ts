import { readJson, writeJson } from '../base/json-store';
import type { Store, Workspace } from '../base/ports';
import { UserError } from '../base/errors';
import { type CommandChanges, createCommandWatcher, type WatchRecord } from './command-watch';

/** Bytes of files as they were before the steps of a task touched them. */
export interface Checkpoint {
  id: string;
  /** Keeps a file's bytes as they are now; call it before each write. The first call for a file in a step counts. */
  note(path: string, step?: string): Promise<void>;
  /**
   * Keeps what a command may change; call it before the command. What it answers is to be called after it, however
   * it ended, and tells the files that were changed and those of them that could not be kept.
   */
  watch(step: string): Promise<() => Promise<{ changed: string[]; lost: string[] }>>;
  /** Files noted so far. */
  files(): string[];
  /** Forgets what was kept for commands and is not needed any more. Never rejects. */
  close(): Promise<void>;
}

export interface RestoreOptions {
  /** The steps that are taken back; those after the first of them are as well. Left out, all of the task. */
  from?: readonly string[];
  /** Gets the files as they are before they are put back, so that this can be undone, too. */
  into?: Checkpoint;
}

export interface Checkpoints {
  begin(id: string): Checkpoint;
  /**
   * A file of a checkpoint as it was before its task: null where it did not exist, undefined for one that is not in the
   * checkpoint. Rejects as `restore` does.
   */
  read(id: string, path: string): Promise<Uint8Array | null | undefined>;
  /**
   * Puts every file of the checkpoint back byte for byte (a file that did not exist is removed) and answers their
   * paths. Rejects with `checkpoint-missing` when nothing was kept under that name, and with `checkpoint-broken`,
   * before anything is changed, when bytes of it are gone.
   */
  restore(id: string, options?: RestoreOptions): Promise<string[]>;
}

/** In the order in which they were noted. */
interface Manifest {
  files: { path: string; existed: boolean; step: string; mode?: number }[];
}

/** Checkpoints over a store: the bytes first, the manifest after, so that a kill between leaves no false promise. */
export function createCheckpoints(
  store: Store,
  workspace: Workspace,
  wallTime: () => number = Date.now,
): Checkpoints {
  const key = (id: string, name: string): string => `checkpoints/${id}/${name}`;
  const watcherOf = (id: string) =>
    createCommandWatcher(store, workspace, (index) => key(id, `pack-${index}`));

  const keep = async (
    id: string,
    manifest: Manifest,
    file: { path: string; step: string; mode?: number },
    bytes: Uint8Array | null,
  ): Promise<void> => {
    if (manifest.files.some(({ path, step }) => path === file.path && step === file.step)) return;
    if (bytes) await store.write(key(id, String(manifest.files.length)), bytes);
    manifest.files.push({ ...file, existed: bytes !== null });
    await writeJson(store, key(id, 'manifest.json'), manifest);
  };

  /** Writes down what a command did, and forgets what was kept for it. */
  const settle = async (
    id: string,
    manifest: Manifest,
    record: WatchRecord,
    { changes, lost }: CommandChanges,
  ): Promise<{ changed: string[]; lost: string[] }> => {
    for (const { path, bytes, mode } of changes)
      await keep(id, manifest, { path, step: record.step, ...(mode === undefined ? {} : { mode }) }, bytes);
    await store.delete(key(id, 'watch.json'));
    return { changed: changes.map(({ path }) => path), lost };
  };

  /** The manifest, with what a command did that was cut off by the end of the program. */
  const readManifest = async (id: string): Promise<Manifest | undefined> => {
    const manifest = (await readJson(store, key(id, 'manifest.json'))) as Manifest | undefined;
    const record = (await readJson(store, key(id, 'watch.json'))) as WatchRecord | undefined;
    if (!record) return manifest;
    const found = manifest ?? { files: [] };
    await settle(id, found, record, await watcherOf(id).changes(record));
    return found;
  };

  /** What was kept of each file, or of `only` one, from `from` on, the first of several being the state before. */
  const stateBefore = async (
    id: string,
    { from, only }: { from?: readonly string[] | undefined; only?: string },
  ): Promise<Map<string, { bytes: Uint8Array | null; mode?: number }>> => {
    const manifest = await readManifest(id);
    if (!manifest) {
      throw new UserError('checkpoint-missing', 'This checkpoint is not there any more.', {
        kept: 'No file was changed.',
        next: 'Use the editor’s undo, or your version control.',
      });
    }
    const start = from === undefined ? 0 : manifest.files.findIndex(({ step }) => from.includes(step));
    const wanted = new Map<string, { bytes: Uint8Array | null; mode?: number }>();
    for (const [index, { path, existed, mode }] of manifest.files.entries()) {
      if (start < 0 || index < start || wanted.has(path) || path !== (only ?? path)) continue;
      const bytes = existed ? await store.read(key(id, String(index))) : null;
      if (bytes === undefined) throw broken(path);
      wanted.set(path, { bytes, ...(mode === undefined ? {} : { mode }) });
    }
    return wanted;
  };

  return {
    read: async (id, path) => (await stateBefore(id, { only: path })).get(path)?.bytes,
    begin: (id) => {
      const manifest: Manifest = { files: [] };
      const watcher = watcherOf(id);
      return {
        id,
        files: () => [...new Set(manifest.files.map((file) => file.path))],
        close: async () => {
          try {
            if (await store.read(key(id, 'watch.json'))) return;
            for (const name of await store.keys(key(id, 'pack-'))) await store.delete(name);
          } catch {
            // They cost space and nothing else.
          }
        },
        note: async (path, step = '') => keep(id, manifest, { path, step }, await workspace.readBytes(path)),
        watch: async (step) => {
          const record = await watcher.begin(step, wallTime());
          await writeJson(store, key(id, 'watch.json'), record);
          return async () => settle(id, manifest, record, await watcher.changes(record));
        },
      };
    },
    restore: async (id, { from, into } = {}) => {
      const wanted = await stateBefore(id, { from });
      for (const path of wanted.keys()) await into?.note(path);
      for (const [path, { bytes, mode }] of wanted) await workspace.restoreBytes(path, bytes, mode);
      return [...wanted.keys()];
    },
  };
}

function broken(path: string): UserError {
  return new UserError('checkpoint-broken', `What was kept of “${path}” is gone.`, {
    kept: 'No file was changed.',
    next: 'Use the editor’s undo, or your version control.',
  });
}
