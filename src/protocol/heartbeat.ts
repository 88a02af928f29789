/**
 * Which file the indexer's worker is parsing, in shared memory: a worker that hangs in a grammar cannot send a message,
 * and the host must know what hung it. Layout: a counter (uint32, odd while a file is parsed), the length of the path
 * in bytes (uint32), the path in UTF-8.
 */
const longestPath = 4000;

export function createHeartbeat(): SharedArrayBuffer {
  return new SharedArrayBuffer(8 + longestPath);
}

/** Says that a file is being parsed, or with `undefined` that none is. */
export function beat(buffer: SharedArrayBuffer, path: string | undefined): void {
  const head = new Uint32Array(buffer, 0, 2);
  if (path !== undefined) {
    const bytes = new TextEncoder().encode(path).subarray(0, longestPath);
    new Uint8Array(buffer, 8).set(bytes);
    Atomics.store(head, 1, bytes.length);
  }
  const count = Atomics.load(head, 0);
  const isOdd = count % 2 === 1;
  if (isOdd !== (path !== undefined)) Atomics.add(head, 0, 1);
}

/** The file that is being parsed, with a number that is another for each parse; undefined when none is. */
export function readHeartbeat(buffer: SharedArrayBuffer): { count: number; path: string } | undefined {
  const head = new Uint32Array(buffer, 0, 2);
  const count = Atomics.load(head, 0);
  if (count % 2 === 0) return undefined;
  const bytes = new Uint8Array(buffer, 8, Atomics.load(head, 1)).slice();
  return { count, path: new TextDecoder().decode(bytes) };
}
