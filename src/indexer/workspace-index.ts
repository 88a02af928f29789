/** The index of a workspace: taken from disk, brought up to date in the background, stored again. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { IndexStatus, SourceFile } from '../protocol/indexer';
import type { FileFacts } from '../syntax/file-facts';
import { languageIdOf } from '../syntax/languages';
import { readIndexFile, writeIndexFile } from './index-file';
import { isIndexed, listFiles, locate, type IndexedRoot, type ListedFile } from './list-files';
import { largestFile, recordOf, sourceText, type SkipReason } from './read-record';
import { createSymbolTable, type SymbolTable } from './symbol-table';

export interface WorkspaceIndexOptions {
  roots: readonly IndexedRoot[];
  /** Where the index is stored. */
  storeFile: string;
  /** The ripgrep program. */
  ripgrep: string;
  /** Files at most; what is beyond is reported. */
  maxFiles: number;
  /** Workspace paths that are indexed before all others. */
  first: readonly string[];
  /** Workspace paths on which the parser hung: never parsed. */
  skip: readonly string[];
}

export interface WorkspaceIndexPorts {
  parse: (file: SourceFile) => Promise<FileFacts>;
  /** Told which file is parsed, `undefined` when none is: the host ends a worker that stays too long on one. */
  onFile: (path: string | undefined) => void;
  log: (line: string) => void;
  /** False once more files would use up the memory; asked now and then. */
  hasRoom: () => boolean;
}

export interface WorkspaceIndex {
  table(): SymbolTable;
  status(): IndexStatus;
  /** Text of an indexed file as it is on disk, kept for as long as the file does not change. */
  textOf(path: string): Promise<string | undefined>;
  /** The same by lines, without their ends. */
  linesOf(path: string): Promise<readonly string[] | undefined>;
  /**
   * Looks again at files and folders that were changed, made or deleted, at all of them for `''`. Resolves when the
   * index knows them.
   */
  update(paths: readonly string[]): Promise<void>;
  /** Stores what was not stored yet. */
  save(): Promise<void>;
}

interface HeldText {
  /** Hash of the file when it was read. */
  stamp: string;
  text: string;
  lines?: readonly string[];
}

/** Files after which a long indexing is stored, so that little is lost when the process is killed. */
const storeEvery = 3000;
const heldTexts = 300;
/** Files after which it is asked whether there is room for more. */
const lookForRoomEvery = 100;
/** How long after an update the index is stored, so that many updates are stored once. Milliseconds. */
const storeAfter = 60_000;
const ignoreFile = /(?:^|\/)\.(?:git|thimble|rg)?ignore$/;

/** Opens the stored index and starts to bring it up to date; answers as soon as the stored one can be asked. */
export async function openWorkspaceIndex(
  options: WorkspaceIndexOptions,
  ports: WorkspaceIndexPorts,
): Promise<WorkspaceIndex> {
  const started = performance.now();
  const table = createSymbolTable(await stored(options.storeFile, ports.log));
  const skip = new Set(options.skip);
  const texts = new Map<string, HeldText>();
  let skipped: Partial<Record<SkipReason, number>> = {};
  const status: IndexStatus = {
    state: 'indexing',
    files: table.fileCount,
    openMs: Math.round(performance.now() - started),
    indexMs: 0,
    parsed: 0,
    bytes: 0,
    storedBytes: 0,
    memory: 0,
    skipped,
    truncated: false,
  };
  let unsaved = 0;

  const refresh = async (file: ListedFile): Promise<void> => {
    const result = await look(file, table, skip, ports);
    if (result.skip) {
      if (result.skip !== 'gone') skipped[result.skip] = (skipped[result.skip] ?? 0) + 1;
      table.remove(file.path);
    }
    if (result.parsed !== undefined) {
      status.parsed++;
      status.bytes += result.parsed;
    }
    if (result.changed) unsaved++;
    status.files = table.fileCount;
  };
  const save = async (): Promise<void> => {
    if (unsaved === 0) return;
    unsaved = 0;
    try {
      status.storedBytes = (await writeIndexFile(options.storeFile, table.stored())).bytes;
    } catch (error) {
      ports.log(
        `The index cannot be stored (${messageOf(error)}); it will be built again at the next start.`,
      );
    }
  };
  /** Looks at files while there is room for them, beyond that only at those that are known, and stores now and then. */
  const refreshAll = async (files: readonly ListedFile[], ofAll: number): Promise<void> => {
    let isFull = false;
    for (const [at, file] of files.entries()) {
      if (!isFull && at % lookForRoomEvery === 0 && !ports.hasRoom()) {
        isFull = true;
        status.truncated = true;
        ports.log(
          `Only ${table.fileCount} of ${ofAll} files are indexed, since more would use up the memory; exclude folders in .thimbleignore.`,
        );
      }
      if (isFull && !table.stampOf(file.path)) continue;
      await refresh(file);
      if (unsaved >= storeEvery) await save();
    }
  };
  const build = async (): Promise<void> => {
    skipped = {};
    const { files, truncated, complete } = await listAll(options, ports.log);
    status.truncated = truncated;
    const listed = new Set(files.map((file) => file.path));
    // What a folder held that cannot be listed now may be back in a moment.
    for (const known of complete ? table.paths() : []) {
      if (listed.has(known)) continue;
      table.remove(known);
      unsaved++;
    }
    await refreshAll(inOrder(files, options.first), files.length);
    await save();
  };
  const update = async (paths: readonly string[]): Promise<void> => {
    if (paths.some((changed) => changed === '' || ignoreFile.test(changed))) {
      await build();
      return;
    }
    const gone = new Set<string>();
    const found = new Set<string>();
    for (const changed of paths) {
      const file = locate(options.roots, changed);
      if (!file) continue;
      if (table.stampOf(changed)) {
        await refresh(file);
        continue;
      }
      const info = await stat(file.absolute).catch(() => undefined);
      if (!info) gone.add(changed);
      else if (isIndexed(changed) || info.isDirectory()) found.add(changed);
    }
    if (gone.size === 0 && found.size === 0) return;
    for (const known of table.paths()) {
      const file = isWithin(known, gone) || isWithin(known, found) ? locate(options.roots, known) : undefined;
      if (file) await refresh(file);
    }
    if (found.size === 0) return;
    // Only a listing knows what is ignored, and it takes a while.
    const { files } = await listAll(options, ports.log);
    const isMeant = (file: string): boolean => found.has(file) || isWithin(file, found);
    await refreshAll(
      files.filter((file) => isMeant(file.path)),
      files.length,
    );
  };
  const heldText = async (file: string): Promise<HeldText | undefined> => {
    const stamp = table.stampOf(file);
    const listed = locate(options.roots, file);
    if (!stamp || !listed) return undefined;
    const known = texts.get(file);
    texts.delete(file);
    const text = known?.stamp === stamp.hash ? known.text : await readSource(listed).catch(() => undefined);
    if (text === undefined) return undefined;
    const held = known?.text === text ? known : { stamp: stamp.hash, text };
    texts.set(file, held);
    const [oldest] = texts.keys();
    if (texts.size > heldTexts && oldest !== undefined) texts.delete(oldest);
    return held;
  };
  let storing: ReturnType<typeof setTimeout> | undefined;
  const storeLater = (): void => {
    clearTimeout(storing);
    storing = setTimeout(() => void save(), storeAfter).unref();
  };
  let work = build()
    .catch((error: unknown) => {
      ports.log(`Indexing stopped: ${messageOf(error)}`);
    })
    .finally(() => {
      status.state = 'ready';
      status.indexMs = Math.round(performance.now() - started);
    });

  return {
    table: () => table,
    status: () => {
      const { heapUsed, external } = process.memoryUsage();
      return { ...status, memory: heapUsed + external, skipped: { ...skipped } };
    },
    textOf: async (file) => (await heldText(file))?.text,
    linesOf: async (file) => {
      const held = await heldText(file);
      return held && (held.lines ??= held.text.split(/\r?\n/));
    },
    update: (paths) => {
      // One after the other: two looks at one file could end in the wrong order.
      const updated = work.then(() => update(paths)).finally(storeLater);
      work = updated.catch((error: unknown) => {
        ports.log(`Changed files could not be indexed: ${messageOf(error)}`);
      });
      return work;
    },
    save,
  };
}

async function stored(
  file: string,
  log: (line: string) => void,
): Promise<Parameters<typeof createSymbolTable>[0]> {
  await removeLeftovers(file);
  const nothing = { names: [], files: [] };
  try {
    return (await readIndexFile(file)) ?? nothing;
  } catch (error) {
    log(`The stored index ${file} cannot be used: ${messageOf(error)}. It is built again.`);
    return nothing;
  }
}

/** Halves of files that a killed process left behind; those of the last minute may be another window's. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => name.endsWith('.tmp'))) {
    const leftover = path.join(folder, name);
    const info = await stat(leftover).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > 60_000)
      await rm(leftover, { force: true }).catch(() => undefined);
  }
}

async function listAll(
  { roots, ripgrep, maxFiles }: WorkspaceIndexOptions,
  log: (line: string) => void,
): Promise<{ files: ListedFile[]; truncated: boolean; complete: boolean }> {
  const files: ListedFile[] = [];
  let truncated = false;
  let complete = true;
  for (const root of roots) {
    try {
      const listed = await listFiles(ripgrep, root, maxFiles - files.length);
      for (const file of listed.files) files.push(file);
      truncated ||= listed.truncated;
    } catch (error) {
      complete = false;
      log(`The files of ${root.folder} cannot be listed: ${messageOf(error)}`);
    }
  }
  if (truncated) log(`Only the first ${maxFiles} files are indexed; exclude folders in .thimbleignore.`);
  return { files, truncated, complete };
}

/** Whether one of the folders that a path lies in is among `folders`. */
function isWithin(file: string, folders: ReadonlySet<string>): boolean {
  for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
    if (folders.has(file.slice(0, at))) return true;
  }
  return false;
}

function inOrder(files: ListedFile[], first: readonly string[]): ListedFile[] {
  const early = new Set(first);
  return early.size === 0
    ? files
    : [...files.filter(({ path }) => early.has(path)), ...files.filter(({ path }) => !early.has(path))];
}

interface Look {
  skip?: SkipReason;
  /** Bytes of the text that was parsed. */
  parsed?: number;
  changed: boolean;
}

/** Brings one file up to date: by its stamp, then by its hash, and parses it only if its content is new. */
async function look(
  file: ListedFile,
  table: SymbolTable,
  skip: ReadonlySet<string>,
  ports: WorkspaceIndexPorts,
): Promise<Look> {
  if (skip.has(file.path)) return { skip: 'parser', changed: false };
  const known = table.stampOf(file.path);
  const info = await stat(file.absolute).catch(() => undefined);
  if (!info?.isFile()) return { skip: 'gone', changed: known !== undefined };
  const modified = Math.round(info.mtimeMs);
  if (known?.modified === modified && known.size === info.size) return { changed: false };
  if (info.size > largestFile) return { skip: 'too-large', changed: known !== undefined };
  const bytes = await readFile(file.absolute).catch(() => undefined);
  if (!bytes) return { skip: 'gone', changed: known !== undefined };
  const hash = createHash('sha256').update(bytes).digest('base64').slice(0, 22);
  if (known?.hash === hash) {
    table.touch(file.path, modified, info.size);
    return { changed: true };
  }
  const source = sourceText(file.path, bytes);
  if ('skip' in source) return { skip: source.skip, changed: known !== undefined };
  const languageId = languageIdOf(file.path);
  ports.onFile(file.path);
  try {
    const facts = await ports.parse({ path: file.path, languageId, text: source.text });
    const stamp = { path: file.path, languageId, modified, size: info.size, hash };
    table.put(stamp, recordOf(facts, languageId));
    return { parsed: bytes.length, changed: true };
  } catch (error) {
    ports.log(`${file.path} cannot be parsed: ${messageOf(error)}`);
    return { skip: 'parser', changed: known !== undefined };
  } finally {
    ports.onFile(undefined);
    // Requests that came in meanwhile are answered now.
    await setImmediate();
  }
}

async function readSource(file: ListedFile): Promise<string | undefined> {
  const source = sourceText(file.path, await readFile(file.absolute));
  return 'text' in source ? source.text : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
