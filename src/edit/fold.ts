/**
 * Texts folded for comparison, with the way back to the offsets of the original.
 * Punctuation look-alikes are those that models and word processors exchange (Unicode blocks General Punctuation
 * and Halfwidth and Fullwidth Forms).
 */
export interface Folded {
  text: string;
  /** Offset in the original of each unit of `text`, and of its end. */
  offsets: Uint32Array;
}

const lookAlikes = new Map<string, string>(
  [
    { ascii: "'", units: '‘’‚‛′´' },
    { ascii: '"', units: '“”„‟″' },
    { ascii: '-', units: '‐‑‒–—―−' },
    {
      ascii: ' ',
      units: '\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000',
    },
    { ascii: '', units: '\u200b\u200c\u200d\u2060\ufeff' },
    { ascii: '...', units: '…' },
  ].flatMap(({ ascii, units }) => Array.from(units, (unit) => [unit, ascii] as const)),
);

function foldUnit(unit: string): string {
  const code = unit.charCodeAt(0);
  if (code < 0x80) return unit;
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  return lookAlikes.get(unit) ?? unit;
}

/** A line or a short text with its look-alikes replaced by ASCII. */
export function foldLookAlikes(text: string): string {
  return Array.from(text, foldUnit).join('');
}

/** Whether a text holds anything that {@link foldLookAlikes} could change. */
export function mayHaveLookAlikes(text: string): boolean {
  return /[^\0-\x7f]/.test(text);
}

/** Folds `\r\n` to `\n`, and look-alikes too when asked. */
export function foldText(text: string, withLookAlikes: boolean): Folded {
  const special = withLookAlikes ? /\r\n|[^\0-\x7f]/g : /\r\n/g;
  const parts: string[] = [];
  // A character folds to three at most; what is left over is cut off at the end.
  const offsets = new Uint32Array(text.length * (withLookAlikes ? 3 : 1) + 1);
  let size = 0;
  let copied = 0;
  const copyTo = (end: number): void => {
    parts.push(text.slice(copied, end));
    for (let i = copied; i < end; i++) offsets[size++] = i;
  };
  for (const { 0: found, index } of text.matchAll(special)) {
    copyTo(index);
    // The line feed of a pair begins where the pair does, so that a match never splits it.
    const folded = found === '\r\n' ? '\n' : foldUnit(found);
    offsets.fill(index, size, size + folded.length);
    size += folded.length;
    parts.push(folded);
    copied = index + found.length;
  }
  copyTo(text.length);
  offsets[size] = text.length;
  return { text: parts.join(''), offsets: offsets.subarray(0, size + 1) };
}

/** The original range of a folded one; undefined when a border lies inside of what was one character. */
export function unfoldRange(
  folded: Folded,
  start: number,
  end: number,
): { start: number; end: number } | undefined {
  const from = folded.offsets[start] ?? 0;
  const to = folded.offsets[end] ?? 0;
  const splits = (at: number): boolean => at > 0 && folded.offsets[at] === folded.offsets[at - 1];
  return splits(start) || splits(end) ? undefined : { start: from, end: to };
}
