/** How much of the past is kept: chats, and what their tasks changed. */
import type { Store } from '../base/ports';

/** A record of a store. */
export interface StoredRecord {
  key: string;
  bytes: number;
  /** Milliseconds since the epoch. */
  changedAt: number;
}

export interface SessionStore extends Store {
  /** All records, without their content. */
  records(): Promise<StoredRecord[]>;
}

/** A checkpoint that young may belong to a task of another window, whose chat is not on the disk yet. */
const youngMs = 3_600_000;

export interface TidyResult {
  /** Records deleted, and their bytes. */
  deleted: number;
  freedBytes: number;
  keptBytes: number;
}

/**
 * Deletes checkpoints of chats that are gone, then, as long as all is more than `maxBytes`, the oldest checkpoints and
 * after them the oldest chats; the chat `openChat` stays. `runIds` are the tasks that the chats know; undefined means
 * that this is not sure.
 */
export async function tidySessions(
  store: SessionStore,
  options: { maxBytes: number; now: number; openChat: string; runIds: ReadonlySet<string> | undefined },
): Promise<TidyResult> {
  const records = await store.records();
  const result: TidyResult = {
    deleted: 0,
    freedBytes: 0,
    keptBytes: records.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  const remove = async (group: readonly StoredRecord[]): Promise<void> => {
    // The manifest first: without it the rest is no checkpoint, whatever happens on the way.
    for (const record of [...group].sort((a, b) => Number(isManifest(b)) - Number(isManifest(a)))) {
      await store.delete(record.key);
      result.deleted++;
      result.freedBytes += record.bytes;
      result.keptBytes -= record.bytes;
    }
  };
  const groups = checkpointGroups(records).filter(({ changedAt }) => options.now - changedAt > youngMs);
  const isOrphan = ({ id }: CheckpointGroup): boolean => options.runIds?.has(id) === false;
  for (const group of groups.filter(isOrphan)) await remove(group.records);
  const chats = records.filter(
    ({ key }) => key.startsWith('chats/') && key !== `chats/${options.openChat}.json`,
  );
  const oldest = [
    ...byAge(groups.filter((group) => !isOrphan(group))).map((group) => group.records),
    ...byAge(chats).map((record) => [record]),
  ];
  for (const group of oldest) {
    if (result.keptBytes <= options.maxBytes) break;
    await remove(group);
  }
  return result;
}

interface CheckpointGroup {
  id: string;
  records: StoredRecord[];
  /** Of its newest record. */
  changedAt: number;
}

function checkpointGroups(records: readonly StoredRecord[]): CheckpointGroup[] {
  const groups = new Map<string, CheckpointGroup>();
  for (const record of records) {
    const id = /^checkpoints\/([^/]+)\//.exec(record.key)?.[1];
    if (id === undefined) continue;
    const group = groups.get(id) ?? { id, records: [], changedAt: 0 };
    group.records.push(record);
    group.changedAt = Math.max(group.changedAt, record.changedAt);
    groups.set(id, group);
  }
  return [...groups.values()];
}

function isManifest({ key }: StoredRecord): boolean {
  return key.endsWith('/manifest.json');
}

function byAge<T extends { changedAt: number }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => a.changedAt - b.changedAt);
}

/** Deletes every chat and checkpoint of the store. */
export async function wipeSessions(store: Store): Promise<number> {
  const keys = await store.keys('');
  const own = keys.filter((key) => key.startsWith('chats/') || key.startsWith('checkpoints/'));
  for (const key of own) await store.delete(key);
  return own.length;
}
