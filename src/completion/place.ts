/** Where the cursor stands, and whether anything can be put in there. Pure. */

/** Letters, digits and what names are made of. */
const inName = /[\p{L}\p{N}_$]/u;
/** What belongs to the character before it: marks, joiners, variation selectors, skin tones. */
const joinsBackward = /^(?:\p{M}|\u200D|[\uFE00-\uFE0F]|[\u{1F3FB}-\u{1F3FF}])/u;

/** Whether text put in here would tear a character that people see as one. */
export function isWithinCharacter(before: string, after: string): boolean {
  if (before === '') return false;
  const last = before.charCodeAt(before.length - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return (
    isHalf ||
    (last === 0x200d && after !== '') ||
    joinsBackward.test(after) ||
    isCarriageReturn(before, after)
  );
}

function isCarriageReturn(before: string, after: string): boolean {
  return before.endsWith('\r') && after.startsWith('\n');
}

/** Whether the cursor stands in the middle of a name, where a suggestion would only make another name of it. */
export function isWithinName(before: string, after: string): boolean {
  const last = before.at(-1);
  const first = after.at(0);
  return last !== undefined && first !== undefined && inName.test(last) && inName.test(first);
}

/**
 * Where the text before the cursor is read from: at least `least` units before it, on a grid that does not move while
 * the user types, so that the prompt begins with the same bytes. Offsets in UTF-16 units.
 */
export function windowStart(offset: number, least: number, grid: number): number {
  return Math.max(0, Math.floor((offset - least) / grid) * grid);
}

/** Text around the cursor that is handed on, in UTF-16 units; the prompt cuts it to its own budget. */
export const textWindow = { before: 6000, after: 3000, step: 1500 };

/** What of a text is handed on for a place in it. */
export function textAround(text: string, offset: number): { prefix: string; suffix: string } {
  const { before, after, step } = textWindow;
  return {
    prefix: text.slice(windowStart(offset, before, step), offset),
    suffix: text.slice(offset, offset + after),
  };
}
