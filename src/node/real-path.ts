import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, fileError } from './file-errors';
import { isInside, outside, resolveWorkspacePath, type ResolvedPath, type RootFolder } from './path-rules';

/** A workspace path with every symbolic link followed. */
export interface RealPath extends ResolvedPath {
  /** Where the file really lies; inside of a root. */
  real: string;
}

/**
 * Resolves a path and follows its links, those of folders that exist included. Throws `outside-workspace` when the
 * end lies in no root, also for a link whose target does not exist (writing through it would create a file there).
 */
export async function realWorkspacePath(requested: string, roots: readonly RootFolder[]): Promise<RealPath> {
  const resolved = resolveWorkspacePath(requested, roots, path);
  try {
    const real = await realOf(resolved.absolute);
    if (real === undefined) throw outside(requested);
    const realRoots = await Promise.all(roots.map((root) => realpath(root.folder)));
    if (!realRoots.some((root) => isInside(root, real, path))) throw outside(requested);
    return { ...resolved, real };
  } catch (error) {
    throw fileError(error, resolved.workspacePath || requested);
  }
}

/** The real path of a file that may not exist yet: of its nearest existing folder, and the rest. */
async function realOf(absolute: string): Promise<string | undefined> {
  const missing: string[] = [];
  for (let current = absolute; ; current = path.dirname(current)) {
    try {
      return path.join(await realpath(current), ...missing);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || current === path.dirname(current)) throw error;
      if (await isLink(current)) return undefined;
      missing.unshift(path.basename(current));
    }
  }
}

async function isLink(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch {
    return false;
  }
}
