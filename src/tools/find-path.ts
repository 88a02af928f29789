import { UserError } from '../base/errors';
import type { FileSnapshot, Workspace } from '../base/ports';
import { nearestNames } from '../edit/nearest';

/** Files looked through for a name like the one that is missing. */
const lookedThrough = 20_000;

/** Reads a file; when it is missing the error names files like it. */
export async function readFile(workspace: Workspace, path: string): Promise<FileSnapshot> {
  try {
    return await workspace.read(path);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'file-missing') throw error;
    const similar = await similarPaths(workspace, path);
    if (similar.length === 0) throw error;
    throw new UserError(error.code, error.message, {
      ...(error.kept === undefined ? {} : { kept: error.kept }),
      next: `Did you mean ${similar.join(' or ')}?`,
      cause: error,
    });
  }
}

/** Files of the same name elsewhere, else with a similar name. */
export async function similarPaths(workspace: Workspace, path: string): Promise<string[]> {
  const { paths } = await workspace
    .list('', { limit: lookedThrough })
    .catch(() => ({ paths: [] as string[] }));
  const name = baseName(path);
  const same = paths.filter((candidate) => baseName(candidate).toLowerCase() === name.toLowerCase());
  if (same.length > 0) return nearestNames(path, same, 3).concat(same).slice(0, 3).filter(isFirst);
  const names = nearestNames(name, paths.map(baseName));
  return paths.filter((candidate) => names.includes(baseName(candidate))).slice(0, 3);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isFirst(value: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(value) === index;
}
