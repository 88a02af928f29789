/** Numbers and texts as bytes: unsigned LEB128 for whole numbers, UTF-8 behind its length for texts. */

const encoder = new TextEncoder();

export interface ByteWriter {
  /** A whole number from 0 to 2^53 - 1. */
  number(value: number): void;
  text(value: string): void;
  bytes(value: Uint8Array): void;
  /** What was written; the writer is not used any more. */
  done(): Uint8Array;
}

export function createWriter(capacity = 1024): ByteWriter {
  let buffer = new Uint8Array(capacity);
  let length = 0;
  const reserve = (count: number): void => {
    if (length + count <= buffer.length) return;
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + count));
    larger.set(buffer.subarray(0, length));
    buffer = larger;
  };
  const number = (value: number): void => {
    reserve(8);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) buffer[length++] = (rest % 0x80) | 0x80;
    buffer[length++] = rest;
  };
  const bytes = (value: Uint8Array): void => {
    number(value.length);
    reserve(value.length);
    buffer.set(value, length);
    length += value.length;
  };
  return {
    number,
    bytes,
    text: (value) => {
      bytes(encoder.encode(value));
    },
    done: () => buffer.slice(0, length),
  };
}

/** Reads what a {@link ByteWriter} wrote, in the same order. Every call throws `RangeError` behind the end. */
export interface ByteReader {
  number(): number;
  /** As many numbers below 2^32. */
  numbers(count: number): Uint32Array;
  text(): string;
  /** A view, not a copy. */
  bytes(): Uint8Array;
}

export function createReader(source: Uint8Array): ByteReader {
  const buffer = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = buffer[at++];
      if (byte === undefined || scale > 2 ** 49) throw new RangeError('The bytes end too early.');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const skip = (): number => {
    const length = number();
    const start = at;
    if (start + length > buffer.length) throw new RangeError('The bytes end too early.');
    at += length;
    return start;
  };
  return {
    number,
    numbers: (count) => {
      // Each takes a byte at least: a damaged count must not ask for more memory than there can be numbers.
      if (count > buffer.length - at) throw new RangeError('The bytes end too early.');
      const list = new Uint32Array(count);
      // Millions are read at a start: here without a call for each.
      let place = at;
      for (let index = 0; index < count; index++) {
        let value = 0;
        for (let scale = 1; ; scale *= 0x80) {
          const byte = buffer[place++];
          if (byte === undefined || scale > 2 ** 28) throw new RangeError('The bytes end too early.');
          value += (byte & 0x7f) * scale;
          if (byte < 0x80) break;
        }
        list[index] = value;
      }
      at = place;
      return list;
    },
    bytes: () => {
      const start = skip();
      return buffer.subarray(start, at);
    },
    text: () => {
      const start = skip();
      return buffer.toString('utf8', start, at);
    },
  };
}
