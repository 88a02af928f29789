/**
 * Which workspace path stands for which file. Pure: the path flavour is a parameter, so that the rules of both are
 * tested everywhere. Symbolic links are the business of `real-path.ts`.
 */
import type { PlatformPath } from 'node:path';
import { UserError } from '../base/errors';

export interface RootFolder {
  /** Unique within the workspace. */
  name: string;
  /** Absolute. */
  folder: string;
}

export interface ResolvedPath {
  root: RootFolder;
  /** Absolute, in the flavour of the platform. */
  absolute: string;
  /** As the core names it: with `/`, and with the root's name in front when there are several roots. */
  workspacePath: string;
}

/** Roots with unique names: the folder's own name, numbered from the second of that name. */
export function nameRoots(folders: readonly string[], flavour: PlatformPath): RootFolder[] {
  const taken = new Set<string>();
  return folders.map((folder) => {
    const base = flavour.basename(flavour.resolve(folder)) || 'root';
    let name = base;
    for (let i = 2; taken.has(name); i++) name = `${base}-${i}`;
    taken.add(name);
    return { name, folder: flavour.resolve(folder) };
  });
}

/**
 * Resolves a path as a model writes it: relative, or absolute when it lies in a root. `''` and `.` stand for the
 * first root. Throws `no-workspace`, `unknown-root`, `outside-workspace` or `bad-path`.
 */
export function resolveWorkspacePath(
  requested: string,
  roots: readonly RootFolder[],
  flavour: PlatformPath,
): ResolvedPath {
  const [first] = roots;
  if (!first) {
    throw new UserError('no-workspace', 'No folder is open.', {
      kept: 'Nothing was read or changed.',
      next: 'Open a folder first.',
    });
  }
  if (requested.includes('\0')) throw badPath(requested, 'it holds a NUL character');
  const windows = flavour.sep === '\\';
  const written = windows ? requested.replaceAll('\\', '/') : requested;
  if (windows) rejectWindowsNames(requested, written);
  if (written === '~' || written.startsWith('~/')) throw outside(requested);
  const absolute = flavour.isAbsolute(written)
    ? flavour.resolve(written)
    : resolveRelative(requested, written, roots, flavour);
  const root = roots.find((candidate) => isInside(candidate.folder, absolute, flavour));
  if (!root) throw outside(requested);
  const relative = flavour.relative(root.folder, absolute).split(flavour.sep).join('/');
  const workspacePath = roots.length === 1 ? relative : relative ? `${root.name}/${relative}` : root.name;
  return { root, absolute, workspacePath };
}

function resolveRelative(
  requested: string,
  written: string,
  roots: readonly RootFolder[],
  flavour: PlatformPath,
): string {
  const [first] = roots;
  const segments = written.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (!first || segments.length === 0 || roots.length === 1) {
    return flavour.resolve(first?.folder ?? '', ...segments);
  }
  const root = roots.find((candidate) => candidate.name === segments[0]);
  if (!root) {
    const names = roots.map((candidate) => candidate.name).join(', ');
    throw new UserError('unknown-root', `“${requested}” begins with no folder of this workspace.`, {
      kept: 'Nothing was read or changed.',
      next: `Begin the path with one of: ${names}.`,
    });
  }
  const inRoot = flavour.resolve(root.folder, ...segments.slice(1));
  // `a/../b` would name another root in passing; a path stays in the root that it names.
  if (!isInside(root.folder, inRoot, flavour)) throw outside(requested);
  return inRoot;
}

/** True when `target` is `folder` or lies in it. Windows compares without case. */
export function isInside(folder: string, target: string, flavour: PlatformPath): boolean {
  const relative = flavour.relative(folder, target);
  return relative === '' || (!/^\.\.([\\/]|$)/.test(relative) && !flavour.isAbsolute(relative));
}

/** Names that Windows gives to devices, drives and streams rather than to files. */
function rejectWindowsNames(requested: string, written: string): void {
  if (/^\/\/[.?]\//.test(written)) throw badPath(requested, 'it names a device');
  if (/^[a-z]:(?!\/)/i.test(written)) throw badPath(requested, 'it is relative to the folder of a drive');
  const withoutDrive = written.replace(/^[a-z]:\//i, '');
  for (const segment of withoutDrive.split('/')) {
    if (segment.includes(':')) throw badPath(requested, 'it holds a “:”');
    if (/^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i.test(segment))
      throw badPath(requested, 'it names a device');
    if (/[. ]$/.test(segment) && !/^\.{1,2}$/.test(segment)) {
      throw badPath(requested, 'a name ends in a dot or a space');
    }
  }
}

/** A repository's own records: they are read by git alone, and hooks in them would run as commands. */
export function isProtected(workspacePath: string): boolean {
  return workspacePath.split('/').some((segment) => segment.toLowerCase() === '.git');
}

export function outside(requested: string): UserError {
  return new UserError('outside-workspace', `“${requested}” lies outside of the workspace.`, {
    kept: 'Nothing was read or changed.',
    next: 'Use a path inside of the open folder.',
  });
}

function badPath(requested: string, why: string): UserError {
  return new UserError('bad-path', `“${requested}” is no usable path: ${why}.`, {
    kept: 'Nothing was read or changed.',
    next: 'Use a plain path inside of the open folder.',
  });
}
