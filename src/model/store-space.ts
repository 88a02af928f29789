/** How much of the disk the models folder takes, and may take. Sizes in bytes. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors';
import { megabytes } from '../base/text';
import { keptPart, type PartFile } from './sources/source';

/** Locks, marks and notes: a few bytes each, which are none of the models'. */
const small = /\.(?:lock|verified|moved)$/;

/** Bytes of the models and downloads in the folder; 0 where there is none. */
export async function usedBytes(folder: string): Promise<number> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => !small.test(name));
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What a download would pass, with what could make room. */
export interface Quota {
  name: string;
  limit: number;
  /** Taken by everything but this download. */
  used: number;
  /** Models that are here, with their sizes. */
  removable: readonly { name: string; bytes: number }[];
}

/** The error of a download that the quota forbids; `bytes` is the size of its file where that is known. */
export function quotaPassed({ name, limit, used, removable }: Quota, bytes: number | undefined): UserError {
  const size = bytes === undefined ? 'is larger than what is left' : `has ${megabytes(bytes)}`;
  const list = removable.map((model) => `${model.name} (${megabytes(model.bytes)})`).join(', ');
  const limits = 'thimble.modelsSize in the editor, THIMBLE_MODELS_GB at the command line';
  return new UserError(
    'models-quota',
    `${name} ${size}, and the models folder holds ${megabytes(used)} of the ${megabytes(limit)} that it may.`,
    {
      kept: keptPart,
      next:
        list === ''
          ? `Raise the limit: ${limits}.`
          : `Remove or move a model (thimble models remove, move): ${list}. Or raise the limit: ${limits}.`,
    },
  );
}

/** The same part, for a file whose size nobody has said: it ends where the quota does. */
export function withinQuota(part: PartFile, quota: Quota): PartFile {
  return {
    get size() {
      return part.size;
    },
    append: async (chunk) => {
      if (quota.used + part.size + chunk.length > quota.limit) throw quotaPassed(quota, undefined);
      await part.append(chunk);
    },
    truncate: (size) => part.truncate(size),
    close: () => part.close(),
  };
}
