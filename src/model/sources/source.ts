/** What the sources of model files have in common. */
import { UserError } from '../../base/errors';
import type { ModelFile } from '../catalogue';

/** The growing file. `size` is in bytes and counts what was appended. */
export interface PartFile {
  readonly size: number;
  append(chunk: Uint8Array): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

export interface FetchRequest {
  file: ModelFile;
  part: PartFile;
  /** Path of the part, for records beside it. */
  partPath: string;
  /** Called with the bytes that are there, and how many there will be where that is known. */
  onBytes: (done: number, total: number | undefined) => void;
  signal: AbortSignal;
}

/** What the source says about the file; the store checks it. */
export interface FetchedFacts {
  bytes: number | undefined;
  sha256: string | undefined;
}

/** Appends to the part until the file is complete. Rejects with a `UserError`, or the signal's `AbortError`. */
export interface ModelSource {
  name: string;
  offers(file: ModelFile): boolean;
  fetch(request: FetchRequest): Promise<FetchedFacts>;
}

export const keptPart = 'What was downloaded is kept; the next try goes on from there.';

/** The error of a full disk, from whatever was writing. */
export function diskFull(cause?: unknown): UserError {
  return new UserError('disk-full', 'The disk is full; the download has stopped.', {
    kept: keptPart,
    next: 'Free some space and pull the model again, or set THIMBLE_HOME to a larger disk.',
    cause,
  });
}

export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
