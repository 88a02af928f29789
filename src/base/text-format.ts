/**
 * Bytes of a file ↔ text with a {@link TextFormat}. The round trip is byte-exact for every file that is text;
 * what is no text is refused rather than guessed.
 */
import { UserError } from './errors';
import type { TextFormat } from './ports';
import { lineEnds } from './text';

export interface DecodedText {
  /** Exact, without the byte order mark. */
  text: string;
  format: TextFormat;
}

/** Share of control characters above which bytes that are no UTF-8 are taken for binary data. */
const controlLimit = 0.1;

/** Decodes a file. Rejects binary data with `binary-file`. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const { text, encoding, bom } = decodeBytes(bytes);
  if (text.includes('\0')) throw binaryFile();
  const { eol, mixed } = lineEnds(text);
  return { text, format: { encoding, bom, eol, mixedEol: mixed } };
}

/** Encodes a text as its file is stored. Throws `encoding-cannot-hold` naming the first character that does not fit. */
export function encodeText(text: string, format: Pick<TextFormat, 'encoding' | 'bom'>): Uint8Array {
  switch (format.encoding) {
    case 'utf-8': {
      const lone = /\p{Surrogate}/u.exec(text);
      if (lone) throw cannotHold(text, lone.index, 'UTF-8');
      return withMark(format.bom ? [0xef, 0xbb, 0xbf] : [], new TextEncoder().encode(text));
    }
    case 'utf-16le':
      return withMark(format.bom ? [0xff, 0xfe] : [], encodeUtf16(text, true));
    case 'utf-16be':
      return withMark(format.bom ? [0xfe, 0xff] : [], encodeUtf16(text, false));
    case 'latin1':
      return encodeLatin1(text);
  }
}

/** The format of a file that does not exist yet. */
export function formatOfNew(text: string): TextFormat {
  const { eol, mixed } = lineEnds(text);
  return { encoding: 'utf-8', bom: false, eol, mixedEol: mixed };
}

function decodeBytes(bytes: Uint8Array): { text: string } & Pick<TextFormat, 'encoding' | 'bom'> {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return { text: decodeUtf16(bytes, true), encoding: 'utf-16le', bom: true };
  if (a === 0xfe && b === 0xff) return { text: decodeUtf16(bytes, false), encoding: 'utf-16be', bom: true };
  const bom = a === 0xef && b === 0xbb && c === 0xbf;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(bom ? bytes.subarray(3) : bytes), encoding: 'utf-8', bom };
  } catch {
    return { text: decodeLatin1(bytes), encoding: 'latin1', bom: false };
  }
}

/** By hand, since a decoder would replace the unpaired surrogates that Windows tools write. */
function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): string {
  if (bytes.length % 2 !== 0) throw binaryFile();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return fromUnits((bytes.length - 2) / 2, (index) => view.getUint16(2 + index * 2, littleEndian));
}

function encodeUtf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), littleEndian);
  return bytes;
}

/** By hand, since `TextDecoder('latin1')` is Windows-1252, which has no inverse here. */
function decodeLatin1(bytes: Uint8Array): string {
  const controls = bytes.reduce((count, byte) => count + (isRareControl(byte) ? 1 : 0), 0);
  if (controls > bytes.length * controlLimit) throw binaryFile();
  return fromUnits(bytes.length, (index) => bytes[index] ?? 0);
}

function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) throw cannotHold(text, i, 'Latin-1');
    bytes[i] = unit;
  }
  return bytes;
}

function isRareControl(byte: number): boolean {
  return byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d && byte !== 0x1b;
}

function fromUnits(count: number, unitAt: (index: number) => number): string {
  const chunk = 8192;
  const parts: string[] = [];
  for (let start = 0; start < count; start += chunk) {
    const size = Math.min(chunk, count - start);
    parts.push(String.fromCharCode(...Array.from({ length: size }, (_, offset) => unitAt(start + offset))));
  }
  return parts.join('');
}

function withMark(mark: number[], content: Uint8Array): Uint8Array {
  if (mark.length === 0) return content;
  const bytes = new Uint8Array(mark.length + content.length);
  bytes.set(mark);
  bytes.set(content, mark.length);
  return bytes;
}

function binaryFile(): UserError {
  return new UserError('binary-file', 'The file holds binary data, not text.', {
    kept: 'Nothing was changed.',
    next: 'Choose a text file.',
  });
}

function cannotHold(text: string, index: number, encoding: string): UserError {
  const code = text.codePointAt(index) ?? 0;
  const line = text.slice(0, index).split('\n').length;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const shown = code >= 0xd800 && code <= 0xdfff ? name : `“${String.fromCodePoint(code)}” (${name})`;
  return new UserError(
    'encoding-cannot-hold',
    `The file is stored as ${encoding}, which cannot hold ${shown} in line ${line} of the new text.`,
    { kept: 'The file is as it was.', next: 'Use another character, or save the file as UTF-8 first.' },
  );
}
