import { open, stat } from 'node:fs/promises';
import { UserError } from '../base/errors';

/** Magic, version, tensor count and entry count: no GGUF file is shorter. */
const headerBytes = 24;
/** Far above the tensors and metadata entries of any model. */
const mostEntries = 1_000_000n;
const chooseAnother = 'Choose a GGUF file of a language model, or let Thimble fetch one from its catalogue.';
const fetchAgain = 'Fetch the file again.';

/** Rejects with a `UserError` a path that holds no GGUF file. Returns the size in bytes. */
export async function checkModelFile(path: string): Promise<number> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) {
    throw new UserError('model-file-missing', `There is no model file at ${path}.`, { next: chooseAnother });
  }
  const header = await readStart(path);
  if (header.length > 0 && !'GGUF'.startsWith(header.subarray(0, 4).toString('latin1'))) {
    throw new UserError('model-file-foreign', `${path} is not a GGUF file.`, { next: chooseAnother });
  }
  if (header.length < headerBytes) throw modelFileCut(path);
  if (!isPlausibleHeader(header)) {
    throw new UserError('model-file-broken', `The model file ${path} is damaged.`, { next: fetchAgain });
  }
  return info.size;
}

/** Version 2 or 3, and counts that a real model can have: the reader would follow any others. */
function isPlausibleHeader(header: Buffer): boolean {
  const version = header.readUInt32LE(4);
  return version >= 2 && version <= 3 && [8, 16].every((at) => header.readBigUInt64LE(at) < mostEntries);
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path).catch((cause: unknown) => {
    throw new UserError('model-file-unreadable', `The model file ${path} cannot be read.`, {
      next: 'Check the permissions of the file.',
      cause,
    });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export function modelFileCut(path: string): UserError {
  return new UserError('model-file-cut', `The model file ${path} is cut off.`, { next: fetchAgain });
}

/**
 * Why llama.cpp did not load a file, from the thrown error and the lines that it logged meanwhile (it throws one
 * and the same error for every cause).
 */
export function loadFailure(path: string, error: unknown, log: readonly string[]): UserError {
  if (error instanceof UserError) return error;
  const thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const text = [...log, thrown].join('\n');
  const architecture = /unknown model architecture: '([^']*)'/.exec(text)?.[1];
  if (architecture !== undefined) {
    return new UserError(
      'model-architecture-unknown',
      `The engine does not know models of the kind “${architecture}”.`,
      { next: 'Choose another model, or update Thimble.', cause: error },
    );
  }
  if (/within the file bounds|incomplete|unexpectedly reached end|failed to read|out of range/i.test(text)) {
    return modelFileCut(path);
  }
  if (/insufficient ?memory|failed to allocate|unable to allocate|too large/i.test(text)) {
    return modelTooLarge(undefined, undefined, error);
  }
  return new UserError('model-file-broken', `The model file ${path} is damaged: ${lastLine(log, thrown)}`, {
    next: fetchAgain,
    cause: error,
  });
}

/** The model and its contexts need more memory than there is; sizes in bytes. */
export function modelTooLarge(
  needed: number | undefined,
  free: number | undefined,
  cause?: unknown,
): UserError {
  const figures =
    needed === undefined || free === undefined ? '' : ` It needs ${gib(needed)} and ${gib(free)} are free.`;
  return new UserError('model-too-large', `The model does not fit into the memory.${figures}`, {
    next: 'Choose a smaller model or a smaller context, or close other programs.',
    cause,
  });
}

/** Why llama.cpp's library itself could not be loaded. */
export function libraryFailure(error: unknown, platform: NodeJS.Platform): UserError {
  const thrown = error instanceof Error ? error.message : String(error);
  const next =
    platform === 'linux'
      ? 'The engine needs Linux with glibc 2.34 and libstdc++ 3.4.30 or newer (Ubuntu 22.04, Debian 12, Fedora 36); musl is not supported.'
      : 'Update the operating system, or install the package of Thimble that is made for this platform.';
  return new UserError('engine-library', `The engine's library could not be loaded: ${thrown}`, {
    next,
    cause: error,
  });
}

function lastLine(log: readonly string[], fallback: string): string {
  return log.findLast((line) => /error|invalid|fail/i.test(line))?.trim() ?? fallback;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
