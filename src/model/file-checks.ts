/** The checks that a model file passes before it is used, and the mark that it has passed them. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { UserError } from '../base/errors';
import { readGgufHeader } from './gguf-header';

export interface ExpectedFile {
  bytes: number | undefined;
  /** Hex; undefined only where nothing is known, then it is computed and noted. */
  sha256: string | undefined;
}

/** What was found, so that the same file need not be read again. */
export interface VerifiedMark {
  bytes: number;
  mtimeMs: number;
  sha256: string;
}

const next = 'Pull the model again.';

/**
 * Size, structure and SHA-256, the cheap ones first. Rejects with `model-size-wrong`, `model-hash-wrong`, or what
 * {@link readGgufHeader} says; each names the check. `onBytes` follows the hashing.
 */
export async function checkModelFile(
  path: string,
  expected: ExpectedFile,
  onBytes: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<VerifiedMark> {
  const before = await stat(path);
  if (expected.bytes !== undefined && before.size !== expected.bytes) {
    throw new UserError(
      'model-size-wrong',
      `The size check failed: the file has ${before.size} bytes and should have ${expected.bytes}.`,
      { next },
    );
  }
  await readGgufHeader(path);
  const sha256 = await hashFile(path, (done) => onBytes(done, before.size), signal);
  if (expected.sha256 !== undefined && sha256 !== expected.sha256) {
    throw new UserError(
      'model-hash-wrong',
      `The SHA-256 check failed: the file has ${sha256} and should have ${expected.sha256}.`,
      { next },
    );
  }
  return { bytes: before.size, mtimeMs: before.mtimeMs, sha256 };
}

async function hashFile(
  path: string,
  onBytes: (done: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  const stream = createReadStream(path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    done += chunk.length;
    onBytes(done);
  }
  return hash.digest('hex');
}

function markPath(path: string): string {
  return `${path}.verified`;
}

export function writeMark(path: string, mark: Partial<VerifiedMark>): Promise<void> {
  return writeFile(markPath(path), JSON.stringify(mark));
}

export function removeMark(path: string): Promise<void> {
  return rm(markPath(path), { force: true });
}

/** True while the file is the one that passed: same size, same time of change, and the hash that is wanted. */
export async function isMarked(path: string, expected: ExpectedFile): Promise<boolean> {
  const [mark, info] = await Promise.all([readMark(path), stat(path).catch(() => undefined)]);
  if (!mark || !info) return false;
  return (
    mark.bytes === info.size &&
    mark.mtimeMs === info.mtimeMs &&
    (expected.sha256 === undefined || mark.sha256 === expected.sha256)
  );
}

/** The mark of a file as it is noted; undefined where there is none. */
export async function readMark(path: string): Promise<Partial<VerifiedMark> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(markPath(path), 'utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
