/**
 * The head of a GGUF file (versions 2 and 3, little-endian) from its first bytes; pure, and bounded by the bytes
 * given: no length in the file makes it allocate or loop beyond them. Format: ggml's `docs/gguf.md`.
 */
import { repackedTypes, scalarBytes, tensorBlocks, valueType } from './gguf-tables';

/** A number, text or list of numbers; lists of anything else are only located. */
export type GgufValue = string | number | boolean | number[] | GgufStrings;

/** A list of strings that stays in the bytes. */
export interface GgufStrings {
  count: number;
  /** Where the first string's length begins. */
  offset: number;
}

export interface GgufHead {
  version: number;
  metadata: ReadonlyMap<string, GgufValue>;
  tensorCount: number;
  /** Parameters of all tensors. */
  elements: number;
  /** Bytes of the matrices that llama.cpp copies into another layout when the processor reads them. */
  repackedBytes: number;
  /** Where the tensors' data begins, in bytes. */
  dataOffset: number;
  /** Bytes that the file must have for the tensors of known types to be whole. */
  neededBytes: number;
}

/** The bytes break the format. `what` says where, for the user's report. */
export class GgufError extends Error {
  constructor(
    readonly kind: 'foreign' | 'broken' | 'cut',
    what: string,
  ) {
    super(what);
    this.name = 'GgufError';
  }
}

/** The head goes on beyond the bytes given. */
const needMore = Symbol('need more bytes');

/** Longest key or tensor name that is believed. */
const longestName = 65_535;
/** Longest list of numbers that is kept; a per-layer list is far shorter. */
const longestList = 4096;

/** Parses the head, or answers undefined when more than `bytes` of the file's `fileBytes` are needed. */
export function parseGgufHead(bytes: Uint8Array, fileBytes: number): GgufHead | undefined {
  try {
    return parse(createReader(bytes, fileBytes));
  } catch (error) {
    if (error === needMore) return undefined;
    throw error;
  }
}

/** The strings of a list at the given indexes. */
export function stringsAt(
  bytes: Uint8Array,
  list: GgufStrings,
  indexes: readonly number[],
): Map<number, string> {
  const wanted = new Set(indexes);
  const last = Math.max(-1, ...indexes);
  const reader = createReader(bytes, bytes.length, list.offset);
  const found = new Map<number, string>();
  for (let index = 0; index <= last && index < list.count; index++) {
    if (wanted.has(index)) found.set(index, reader.string(longestName));
    else reader.skip(reader.count());
  }
  return found;
}

/** Those of the texts that are in a list. */
export function presentStrings(
  bytes: Uint8Array,
  list: GgufStrings,
  texts: readonly string[],
): ReadonlySet<string> {
  const reader = createReader(bytes, bytes.length, list.offset);
  const byLength = groupByLength(texts);
  const found = new Set<string>();
  for (let index = 0; index < list.count; index++) {
    const length = reader.count();
    const candidates = byLength.get(length);
    const start = reader.offset;
    reader.skip(length);
    if (!candidates) continue;
    const text = new TextDecoder().decode(bytes.subarray(start, start + length));
    if (candidates.includes(text)) found.add(text);
  }
  return found;
}

/** By length in UTF-8, so that most strings need no decoding. */
function groupByLength(texts: readonly string[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const text of texts) {
    const length = new TextEncoder().encode(text).length;
    groups.set(length, [...(groups.get(length) ?? []), text]);
  }
  return groups;
}

function parse(reader: Reader): GgufHead {
  if (reader.uint32() !== 0x46554747) throw new GgufError('foreign', 'it does not begin with “GGUF”');
  const version = reader.uint32();
  if (version !== 2 && version !== 3) {
    throw new GgufError('foreign', 'it has a version of GGUF that the engine does not read');
  }
  const tensorCount = reader.count();
  const entryCount = reader.count();
  // The smallest tensor record has 32 bytes, the smallest entry 13: more of them cannot be in the file.
  if (tensorCount * 32 + entryCount * 13 > reader.fileBytes) {
    throw new GgufError('cut', 'it is shorter than its own table of contents');
  }
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < entryCount; i++) {
    const key = reader.string(longestName);
    metadata.set(key, readValue(reader, reader.uint32()));
  }
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || alignment < 1 || alignment > 2 ** 20) {
    throw new GgufError('broken', 'its alignment is not possible');
  }
  return { version, metadata, tensorCount, ...readTensors(reader, tensorCount, alignment) };
}

function readValue(reader: Reader, type: number): GgufValue {
  if (type === valueType.string) return reader.string(Number.MAX_SAFE_INTEGER);
  if (type === valueType.array) return readList(reader, reader.uint32(), reader.count());
  return reader.scalar(type);
}

function readList(reader: Reader, type: number, count: number): GgufValue {
  const offset = reader.offset;
  if (type === valueType.string) {
    for (let i = 0; i < count; i++) reader.skip(reader.count());
    return { count, offset };
  }
  const size = scalarBytes.get(type);
  if (size === undefined) throw new GgufError('broken', 'it has a list of an unknown type');
  if (count > longestList) {
    reader.skip(size * count);
    return [];
  }
  return Array.from({ length: count }, () => Number(reader.scalar(type)));
}

function readTensors(
  reader: Reader,
  count: number,
  alignment: number,
): Pick<GgufHead, 'elements' | 'repackedBytes' | 'dataOffset' | 'neededBytes'> {
  let elements = 0;
  let repackedBytes = 0;
  let end = 0;
  for (let i = 0; i < count; i++) {
    const name = reader.string(longestName);
    const dimensions = reader.uint32();
    if (dimensions > 4) throw new GgufError('broken', `its tensor “${name}” has ${dimensions} dimensions`);
    let size = 1;
    let rows = 0;
    for (let d = 0; d < dimensions; d++) {
      const length = reader.count();
      if (d === 1) rows = length;
      size *= length;
    }
    const type = reader.uint32();
    const block = tensorBlocks.get(type);
    const offset = reader.count();
    if (!Number.isSafeInteger(size) || offset % alignment !== 0) {
      throw new GgufError('broken', `its tensor “${name}” has an impossible size or place`);
    }
    elements += size;
    const bytes = block ? Math.ceil(size / block[0]) * block[1] : 1;
    end = Math.max(end, offset + bytes);
    // The embedding is looked up by rows and stays as it is.
    if (repackedTypes.has(type) && dimensions >= 2 && rows % 8 === 0 && name !== 'token_embd.weight') {
      repackedBytes += bytes;
    }
  }
  const dataOffset = Math.ceil(reader.offset / alignment) * alignment;
  return { elements, repackedBytes, dataOffset, neededBytes: count === 0 ? reader.offset : dataOffset + end };
}

interface Reader {
  readonly offset: number;
  readonly fileBytes: number;
  skip(count: number): void;
  uint32(): number;
  /** An unsigned 64-bit number that counts or places something in the file. */
  count(): number;
  string(longest: number): string;
  scalar(type: number): number | boolean;
}

function createReader(bytes: Uint8Array, fileBytes: number, start = 0): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = start;
  /** Claims the next bytes and answers where they begin. */
  const take = (count: number): number => {
    if (offset + count > fileBytes) throw new GgufError('cut', 'its head goes on beyond its end');
    if (offset + count > bytes.length) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- A signal within this module, not an error.
      throw needMore;
    }
    offset += count;
    return offset - count;
  };
  const count = (): number => {
    const value = view.getBigUint64(take(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new GgufError('broken', 'it has an impossible number');
    return Number(value);
  };
  return {
    get offset() {
      return offset;
    },
    fileBytes,
    skip: (bytesToSkip) => void take(bytesToSkip),
    uint32: () => view.getUint32(take(4), true),
    count,
    string: (longest) => {
      const length = count();
      if (length > longest) throw new GgufError('broken', 'it has a name of impossible length');
      const at = take(length);
      return new TextDecoder().decode(bytes.subarray(at, at + length));
    },
    scalar: (type) => {
      const size = scalarBytes.get(type);
      if (size === undefined) throw new GgufError('broken', 'it has a value of an unknown type');
      return readScalar(view, take(size), type);
    },
  };
}

function readScalar(view: DataView, at: number, type: number): number | boolean {
  switch (type) {
    case 0:
      return view.getUint8(at);
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getUint16(at, true);
    case 3:
      return view.getInt16(at, true);
    case 4:
      return view.getUint32(at, true);
    case 5:
      return view.getInt32(at, true);
    case 6:
      return view.getFloat32(at, true);
    case valueType.bool:
      return view.getUint8(at) !== 0;
    case 10:
      return Number(view.getBigUint64(at, true));
    case 11:
      return Number(view.getBigInt64(at, true));
    default:
      return view.getFloat64(at, true);
  }
}
