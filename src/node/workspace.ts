/** The user's folders on disk, for the command line and for everything that runs without an editor. */
import { createHash } from 'node:crypto';
import { access, chmod, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { UserError } from '../base/errors';
import type { FileSnapshot, FileStamp, FileWrite, SearchMatch, TextFormat, Workspace } from '../base/ports';
import { SerialQueue } from '../base/queue';
import { decodeText, encodeText, formatOfNew } from '../base/text-format';
import { languageIdOf } from '../syntax/languages';
import { bytesOrNull, fileSystem, writeAllFiles, type ByteWrite, type FileSystem } from './atomic-write';
import { errorCode, fileError } from './file-errors';
import { stampFiles } from './file-stamps';
import { isProtected, nameRoots, type RootFolder } from './path-rules';
import { realWorkspacePath, type RealPath } from './real-path';
import { listWithRipgrep, ripgrepPath, searchWithRipgrep } from './ripgrep';

/** Files above this are not read. Bytes. */
export const largestFile = 1024 * 1024;

export interface NodeWorkspaceOptions {
  /** Absolute folders; several make a workspace of several roots. */
  folders: readonly string[];
  trusted: boolean;
  /** Where ripgrep lies; by default the package's own. */
  ripgrep?: () => Promise<string>;
  /** Replaced in tests to let a write fail. */
  fileSystem?: FileSystem;
}

/** SHA-256 (hex) of a text, as snapshots carry it. */
export function hashText(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('hex');
}

export function createNodeWorkspace(options: NodeWorkspaceOptions): Workspace {
  const roots = nameRoots(options.folders, path);
  const ripgrep = options.ripgrep ?? ripgrepPath;
  const writes = new SerialQueue();
  const fs = options.fileSystem ?? fileSystem;

  return {
    roots: roots.map(({ name }) => ({ name })),
    trusted: options.trusted,
    read: async (requested) => snapshotOf(await realWorkspacePath(requested, roots)),
    exists: async (requested) => {
      const { real } = await realWorkspacePath(requested, roots);
      return stat(real).then(
        () => true,
        () => false,
      );
    },
    list: (folder, { glob, limit }) =>
      listFiles(roots, folder, { limit, ...(glob === undefined ? {} : { glob }) }, ripgrep),
    search: async (search, signal) => {
      const matches: SearchMatch[] = [];
      const accepts = globFilter(search.glob);
      let truncated = false;
      for (const root of roots) {
        if (matches.length >= search.maxMatches) break;
        const result = await searchWithRipgrep(
          await ripgrep(),
          root.folder,
          search,
          (found) => {
            const match = { ...found, path: inWorkspace(roots, root, found.path) };
            if (!accepts(match.path)) return true;
            if (matches.length >= search.maxMatches) return false;
            matches.push(match);
            return true;
          },
          signal,
        );
        truncated ||= result.truncated;
      }
      return { matches, truncated };
    },
    write: (changes) =>
      writes.run(async () => {
        requireTrust(options.trusted);
        const prepared: ByteWrite[] = [];
        for (const change of changes) prepared.push(await prepareWrite(change, roots));
        requireDistinct(prepared, changes);
        await guarded(changes.map((change) => change.path).join(', '), () => writeAllFiles(prepared, fs));
      }),
    readBytes: async (requested) => {
      const { real, workspacePath } = await realWorkspacePath(requested, roots);
      return guarded(workspacePath, () => bytesOrNull(real));
    },
    stamps: async (limit) => {
      const { paths, truncated } = await listFiles(roots, '', { limit }, ripgrep);
      const files: FileStamp[] = [];
      for (const root of roots) {
        const prefix = roots.length === 1 ? '' : `${root.name}/`;
        const own = paths.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
        for (const stamp of await stampFiles(root.folder, own))
          files.push({ ...stamp, path: inWorkspace(roots, root, stamp.path) });
      }
      return { files, truncated };
    },
    restoreBytes: (requested, bytes, mode) =>
      writes.run(async () => {
        requireTrust(options.trusted);
        const target = await realWorkspacePath(requested, roots);
        rejectProtected(target);
        await guarded(target.workspacePath, () => writeAllFiles([{ file: target.real, bytes }], fs));
        if (bytes !== null && mode !== undefined)
          await guarded(target.workspacePath, () => chmod(target.real, mode));
      }),
  };
}

async function snapshotOf(target: RealPath): Promise<FileSnapshot> {
  const shown = target.workspacePath;
  const { bytes, readOnly } = await guarded(shown, () => readTextBytes(target));
  const { text, format } = decodeNamed(bytes, shown);
  return {
    path: shown,
    text,
    format,
    hash: hashText(text),
    languageId: languageIdOf(shown),
    readOnly,
    dirty: false,
  };
}

async function readTextBytes({
  real,
  workspacePath,
}: RealPath): Promise<{ bytes: Uint8Array; readOnly: boolean }> {
  const info = await stat(real);
  if (info.isDirectory()) {
    throw new UserError('is-folder', `“${workspacePath || '.'}” is a folder.`, {
      next: 'List it, or name a file in it.',
    });
  }
  // A pipe or device would never end, or do something when it is read.
  if (!info.isFile()) {
    throw new UserError('no-file', `“${workspacePath}” is no regular file.`, {
      next: 'Name a regular file.',
    });
  }
  if (info.size > largestFile) {
    const size = (info.size / largestFile).toFixed(1);
    throw new UserError(
      'file-too-large',
      `“${workspacePath}” is too large to read (${size} MiB, at most 1 MiB).`,
      {
        kept: 'Nothing was changed.',
        next: 'Search in it instead.',
      },
    );
  }
  const bytes = await bytesOrNull(real);
  return { bytes: bytes ?? new Uint8Array(), readOnly: await isReadOnly(real, info.mode) };
}

/** Without any write bit a file is meant not to be written, even where the user is root and could. */
async function isReadOnly(file: string, mode: number): Promise<boolean> {
  if ((mode & 0o222) === 0) return true;
  return access(file, constants.W_OK).then(
    () => false,
    () => true,
  );
}

function decodeNamed(bytes: Uint8Array, shown: string): { text: string; format: TextFormat } {
  try {
    return decodeText(bytes);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `“${shown}” holds binary data, not text.`, {
      kept: 'Nothing was changed.',
      next: 'Choose a text file.',
    });
  }
}

async function prepareWrite(change: FileWrite, roots: readonly RootFolder[]): Promise<ByteWrite> {
  const target = await realWorkspacePath(change.path, roots);
  rejectProtected(target);
  const current = await currentOf(target);
  if ((current?.hash ?? null) !== change.expectedHash) {
    const happened =
      current === null
        ? `“${change.path}” is not there any more.`
        : change.expectedHash === null
          ? `“${change.path}” exists already.`
          : `“${change.path}” was changed meanwhile.`;
    throw new UserError('changed-meanwhile', happened, {
      kept: 'Nothing was written.',
      next: 'Read the file again, then repeat the change.',
    });
  }
  if (current?.readOnly === true) {
    throw new UserError('read-only', `“${change.path}” is read-only.`, {
      kept: 'Nothing was written.',
      next: 'Allow writing to the file, then try again.',
    });
  }
  if (change.text === null) return { file: target.real, bytes: null };
  return { file: target.real, bytes: encodeText(change.text, current?.format ?? formatOfNew(change.text)) };
}

async function currentOf(target: RealPath): Promise<FileSnapshot | null> {
  try {
    return await snapshotOf(target);
  } catch (error) {
    if (error instanceof UserError && error.code === 'file-missing') return null;
    throw error;
  }
}

function requireTrust(trusted: boolean): void {
  if (trusted) return;
  throw new UserError('untrusted', 'This workspace is not trusted: nothing is written or run in it.', {
    kept: 'Nothing was changed.',
    next: 'Trust the workspace first.',
  });
}

function rejectProtected(target: RealPath): void {
  if (!isProtected(target.workspacePath) && !isProtected(target.real.split(path.sep).join('/'))) return;
  throw new UserError('protected', `“${target.workspacePath}” belongs to git and is not written.`, {
    kept: 'Nothing was changed.',
    next: 'Use a git command instead.',
  });
}

function requireDistinct(prepared: readonly ByteWrite[], changes: readonly FileWrite[]): void {
  if (new Set(prepared.map(({ file }) => file)).size === changes.length) return;
  throw new UserError('bad-path', 'One change names the same file twice.', { kept: 'Nothing was written.' });
}

async function listFiles(
  roots: readonly RootFolder[],
  folder: string,
  { glob, limit }: { glob?: string; limit: number },
  ripgrep: () => Promise<string>,
): Promise<{ paths: string[]; truncated: boolean }> {
  const all = folder === '' || folder === '.';
  const starts = all ? roots.map((root) => root.name) : [folder];
  if (roots.length === 0) await realWorkspacePath(folder, roots);
  const accepts = globFilter(glob);
  const paths: string[] = [];
  let truncated = false;
  for (const start of starts) {
    const target = await realWorkspacePath(all && roots.length === 1 ? '' : start, roots);
    await requireFolder(target);
    const result = await listWithRipgrep(await ripgrep(), target.real, (found) => {
      const file = target.workspacePath ? `${target.workspacePath}/${found}` : found;
      if (accepts(file)) paths.push(file);
      return paths.length < mostFiles;
    });
    truncated ||= result.truncated;
  }
  const keys = new Map(paths.map((file) => [file, Buffer.from(file)] as const));
  paths.sort((a, b) => Buffer.compare(keys.get(a) ?? Buffer.alloc(0), keys.get(b) ?? Buffer.alloc(0)));
  return { paths: paths.slice(0, limit), truncated: truncated || paths.length > limit };
}

/** Paths that are held at once to be sorted. */
const mostFiles = 500_000;

async function requireFolder(target: RealPath): Promise<void> {
  const info = await guarded(target.workspacePath, () => stat(target.real));
  if (info.isDirectory()) return;
  throw new UserError('no-folder', `“${target.workspacePath}” is a file, not a folder.`, {
    next: 'Read it instead.',
  });
}

/** A glob over workspace paths; one without `/` looks at the file's name alone. */
function globFilter(glob: string | undefined): (file: string) => boolean {
  if (glob === undefined || glob === '') return () => true;
  return picomatch(glob, { dot: true, basename: !glob.includes('/') });
}

function inWorkspace(roots: readonly RootFolder[], root: RootFolder, file: string): string {
  return roots.length === 1 ? file : `${root.name}/${file}`;
}

async function guarded<T>(shown: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw errorCode(error) === '' && !(error instanceof UserError) ? error : fileError(error, shown);
  }
}
