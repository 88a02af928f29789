import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { FileStamp } from '../base/ports';

/** Files that are looked at at the same time. */
const atOnce = 64;

/** The stamps of regular files below a folder; what is gone by now, or is no regular file, is left out. */
export async function stampFiles(folder: string, names: readonly string[]): Promise<FileStamp[]> {
  const stamps: FileStamp[] = [];
  for (let at = 0; at < names.length; at += atOnce) {
    const batch = names.slice(at, at + atOnce).map((name) => stampOf(folder, name));
    for (const stamp of await Promise.all(batch)) if (stamp) stamps.push(stamp);
  }
  return stamps;
}

async function stampOf(folder: string, name: string): Promise<FileStamp | undefined> {
  try {
    const info = await lstat(path.join(folder, name), { bigint: true });
    if (!info.isFile()) return undefined;
    // The time of the last change of state cannot be set by a program, the one of the content can.
    const stamp = [info.size, info.mtimeNs, info.ctimeNs, info.ino].join('-');
    const changedAt = Number(info.ctimeNs / 1_000_000n);
    return { path: name, size: Number(info.size), stamp, changedAt, mode: Number(info.mode & 0o777n) };
  } catch {
    return undefined;
  }
}
