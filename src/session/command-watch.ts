/**
 * What a command does to files. Before it runs, the bytes of the workspace's files are kept (within bounds); after it,
 * stamps tell which files are others. The record of it lies in the store while the command runs, so that a crash
 * meanwhile loses nothing.
 */
import type { FileStamp, Store, Workspace } from '../base/ports';

/** Files that are looked at, bytes of one file that is kept, and bytes in all. */
const maxFiles = 20_000;
const maxFileBytes = 1024 * 1024;
const maxTotalBytes = 64 * 1024 * 1024;
/** Bytes that are put into one record of the store. */
const packBytes = 8 * 1024 * 1024;
/** Clocks of file systems are coarse: a change so shortly before the command may have the stamp of one after. */
const coarseMs = 2000;
const atOnce = 32;

/** A file as it was before a command. `pack` is left out for one that was not kept. */
interface Before extends FileStamp {
  pack?: { index: number; offset: number };
}

export interface WatchRecord {
  step: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  files: Before[];
  /** There are more files than are looked at. */
  truncated: boolean;
}

/** A file that a command changed; `bytes` as before, null when it did not exist. */
export interface CommandChange {
  path: string;
  bytes: Uint8Array | null;
  mode?: number;
}

export interface CommandChanges {
  changes: CommandChange[];
  /** Changed, and not kept because of a bound. */
  lost: string[];
}

export interface CommandWatcher {
  /** Keeps what a command may change. What has not changed since the last call is not read again. */
  begin(step: string, startedAt: number): Promise<WatchRecord>;
  /** What differs from the record now. */
  changes(record: WatchRecord): Promise<CommandChanges>;
}

/** `packKey` names the records of the store that hold bytes. */
export function createCommandWatcher(
  store: Store,
  workspace: Workspace,
  packKey: (index: number) => string,
): CommandWatcher {
  let known = new Map<string, Before>();
  let packs = 0;

  const readPacked = async (
    file: Before,
    cache: Map<number, Uint8Array>,
  ): Promise<Uint8Array | undefined> => {
    if (!file.pack) return undefined;
    const { index, offset } = file.pack;
    const pack = cache.get(index) ?? (await store.read(packKey(index)));
    if (!pack) return undefined;
    cache.set(index, pack);
    return pack.subarray(offset, offset + file.size);
  };

  return {
    begin: async (step, startedAt) => {
      const { files, truncated } = await workspace.stamps(maxFiles);
      const kept = new Map<string, Before>();
      let waiting: { file: FileStamp; bytes: Uint8Array }[] = [];
      let size = 0;
      let total = 0;
      const flush = async (): Promise<void> => {
        if (waiting.length === 0) return;
        const pack = new Uint8Array(size);
        let offset = 0;
        for (const { file, bytes } of waiting) {
          pack.set(bytes, offset);
          kept.set(file.path, { ...file, size: bytes.length, pack: { index: packs, offset } });
          offset += bytes.length;
        }
        await store.write(packKey(packs++), pack);
        waiting = [];
        size = 0;
      };
      const toRead: FileStamp[] = [];
      for (const file of files) {
        total += file.size;
        const before = known.get(file.path);
        const settled = file.changedAt < startedAt - coarseMs;
        if (settled && before?.stamp === file.stamp && before.pack) kept.set(file.path, before);
        else if (file.size > maxFileBytes || total > maxTotalBytes) kept.set(file.path, file);
        else toRead.push(file);
      }
      for (let at = 0; at < toRead.length; at += atOnce) {
        const batch = toRead.slice(at, at + atOnce);
        const read = await Promise.all(batch.map(({ path }) => readOrNull(workspace, path)));
        batch.forEach((file, index) => {
          const bytes = read[index] ?? null;
          if (bytes === null) return;
          waiting.push({ file, bytes });
          size += bytes.length;
        });
        if (size >= packBytes) await flush();
      }
      await flush();
      known = kept;
      return { step, startedAt, files: [...kept.values()], truncated };
    },

    changes: async (record) => {
      const now = new Map((await workspace.stamps(maxFiles)).files.map((file) => [file.path, file]));
      const cache = new Map<number, Uint8Array>();
      const result: CommandChanges = { changes: [], lost: [] };
      for (const file of record.files) {
        const after = now.get(file.path);
        now.delete(file.path);
        const racy = file.changedAt >= record.startedAt - coarseMs;
        if (after?.stamp === file.stamp && !(racy && file.pack)) continue;
        const old = await readPacked(file, cache);
        const current = old && (await readOrNull(workspace, file.path));
        if (old === undefined) result.lost.push(file.path);
        else if (!current || !sameBytes(old, current))
          result.changes.push({ path: file.path, bytes: old, mode: file.mode });
      }
      for (const { path, changedAt } of now.values()) {
        // One that merely is no longer ignored was there before, and its bytes are not known.
        if (changedAt < record.startedAt - coarseMs) continue;
        if (record.truncated) result.lost.push(path);
        else result.changes.push({ path, bytes: null });
      }
      return result;
    },
  };
}

/** Null for a file that is gone or cannot be read any more. */
async function readOrNull(workspace: Workspace, path: string): Promise<Uint8Array | null> {
  return workspace.readBytes(path).catch(() => null);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
