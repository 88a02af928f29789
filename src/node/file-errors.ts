import { UserError } from '../base/errors';

/** Turns an error of the file system into one for the user; what is known already passes through. */
export function fileError(error: unknown, path: string): UserError {
  if (error instanceof UserError) return error;
  const code = errorCode(error);
  const [id, happened, next] = describe(code, path);
  return new UserError(id, happened, { kept: 'The file is as it was.', next, cause: error });
}

/** The system's code, such as `ENOENT`; empty when it is not an error of the system. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function describe(code: string, path: string): [id: string, happened: string, next: string] {
  switch (code) {
    case 'ENOENT':
      return ['file-missing', `There is no file “${path}”.`, 'Check the path, or list the folder.'];
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return [
        'read-only',
        `“${path}” may not be written or read.`,
        'Change its permissions, then try again.',
      ];
    case 'ENOSPC':
    case 'EDQUOT':
      return [
        'disk-full',
        `The disk is full; “${path}” was not written.`,
        'Free some space, then try again.',
      ];
    case 'EISDIR':
      return ['is-folder', `“${path}” is a folder.`, 'Name a file in it.'];
    case 'ENOTDIR':
      return ['file-missing', `A part of “${path}” is a file, not a folder.`, 'Check the path.'];
    case 'ELOOP':
      return ['outside-workspace', `“${path}” is a symbolic link to itself.`, 'Name another file.'];
    case 'ENAMETOOLONG':
      return ['bad-path', 'The path is too long.', 'Use a shorter name.'];
    default:
      return ['file-failed', `“${path}” could not be used (${code || 'unknown error'}).`, 'Try again.'];
  }
}
