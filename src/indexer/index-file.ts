/**
 * The index on disk: one file, replaced as a whole. A reader finds the old file or the new one; one that is cut off,
 * garbage or of another version is told by its head and its checksum, and the index is then built anew.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import { createReader, createWriter } from './bytes';
import type { StoredFile } from './symbol-table';

export interface StoredIndex {
  names: readonly string[];
  files: readonly StoredFile[];
}

/** Changes with the form of the file, with what is read out of sources, and with the grammars. */
const version = 1;
const magic = Buffer.from('thimble-index\n');
const headLength = magic.length + 4 + 32;
const deflate = promisify(deflateRaw);

/** The stored index; `undefined` when there is none. Throws an Error that says why a file cannot be used. */
export async function readIndexFile(file: string): Promise<StoredIndex | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (bytes.length < headLength || !bytes.subarray(0, magic.length).equals(magic)) {
    throw new Error('it is no index');
  }
  const found = bytes.readUInt32LE(magic.length);
  if (found !== version) throw new Error(`it has version ${found}, not ${version}`);
  const payload = bytes.subarray(headLength);
  if (!checksum(payload).equals(bytes.subarray(magic.length + 4, headLength))) {
    throw new Error('it is cut off or damaged');
  }
  return decode(inflateRawSync(payload));
}

/** Replaces the stored index. The new bytes lie on the disk before they take the file's name. */
export async function writeIndexFile(file: string, index: StoredIndex): Promise<{ bytes: number }> {
  const payload = await deflate(encode(index), { level: 3 });
  const head = Buffer.alloc(headLength);
  magic.copy(head);
  head.writeUInt32LE(version, magic.length);
  checksum(payload).copy(head, magic.length + 4);
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(Buffer.concat([head, payload]));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { bytes: headLength + payload.length };
}

function encode({ names, files }: StoredIndex): Uint8Array {
  const out = createWriter(1 << 20);
  out.number(names.length);
  out.text(names.join('\n'));
  out.number(files.length);
  for (const file of files) {
    out.text(file.path);
    out.text(file.languageId);
    out.number(Math.round(file.modified));
    out.number(file.size);
    out.text(file.hash);
    out.bytes(file.record);
  }
  return out.done();
}

function decode(bytes: Uint8Array): StoredIndex {
  const reader = createReader(bytes);
  const count = reader.number();
  const text = reader.text();
  const names = count === 0 ? [] : text.split('\n');
  if (names.length !== count) throw new Error('its names are damaged');
  const files: StoredFile[] = [];
  for (let left = reader.number(); left > 0; left--) {
    files.push({
      path: reader.text(),
      languageId: reader.text(),
      modified: reader.number(),
      size: reader.number(),
      hash: reader.text(),
      record: reader.bytes(),
    });
  }
  return { names, files };
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
