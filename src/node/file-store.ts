import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SessionStore } from '../session/session-limits';
import { bytesOrNull, writeAllFiles } from './atomic-write';
import { errorCode, fileError } from './file-errors';

/** A temporary file that is older than this was left by a crash. Milliseconds. */
const staleAfter = 3_600_000;

/** Records as files under a folder; `/` in a key makes folders. */
export function createFileStore(folder: string): SessionStore {
  const fileOf = (key: string): string => path.join(folder, ...key.split('/').map(encodeSegment));
  return {
    read: (key) => guarded(key, async () => (await bytesOrNull(fileOf(key))) ?? undefined),
    write: (key, value) => guarded(key, () => writeAllFiles([{ file: fileOf(key), bytes: value }])),
    delete: (key) => guarded(key, () => rm(fileOf(key), { force: true })),
    keys: (prefix) =>
      guarded(prefix, async () => {
        const keys = (await listKeys(folder, '')).filter((key) => key.startsWith(prefix));
        return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    records: () =>
      guarded('', async () => {
        const found = (await listKeys(folder, '')).map(async (key) => {
          // One that was deleted meanwhile takes no room.
          const info = await stat(fileOf(key)).catch(() => undefined);
          return info ? [{ key, bytes: info.size, changedAt: info.mtimeMs }] : [];
        });
        return (await Promise.all(found)).flat();
      }),
  };
}

async function guarded<T>(key: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw fileError(error, key);
  }
}

async function listKeys(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const keys: string[] = [];
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) keys.push(...(await listKeys(file, `${prefix}${decodeSegment(entry.name)}/`)));
    else if (entry.name.startsWith('.')) await removeStale(file);
    else keys.push(prefix + decodeSegment(entry.name));
  }
  return keys;
}

async function removeStale(file: string): Promise<void> {
  const age = await stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > staleAfter) await rm(file, { force: true });
}

/**
 * A key's part as a file name that every platform takes: capitals are encoded, since some file systems do not tell
 * them from small letters; so is a leading dot (temporary files have one) and what Windows keeps for devices.
 */
function encodeSegment(segment: string): string {
  if (segment === '') return '%';
  const encoded = segment.replace(/[^a-z0-9._-]/gu, percentEncode).replace(/^\.|[.]$/g, percentEncode);
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/.test(encoded)
    ? percentEncode(encoded.charAt(0)) + encoded.slice(1)
    : encoded;
}

function percentEncode(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function decodeSegment(name: string): string {
  if (name === '%') return '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
