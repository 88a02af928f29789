import { indentOf, isBlank } from './lines';

/** Indentation that a block gains (`add`) or loses (`remove`) as a whole. */
export interface Shift {
  kind: 'add' | 'remove';
  indent: string;
}

/** The shift that turns one line's indentation into another's; undefined when neither continues the other. */
export function shiftBetween(from: string, to: string): Shift | undefined {
  if (to.endsWith(from)) return { kind: 'add', indent: to.slice(0, to.length - from.length) };
  if (from.endsWith(to)) return { kind: 'remove', indent: from.slice(0, from.length - to.length) };
  return undefined;
}

/** Shifts every line that is not blank; undefined when a line is indented less than what it should lose. */
export function shiftLines(lines: readonly string[], shift: Shift): string[] | undefined {
  const shifted: string[] = [];
  for (const line of lines) {
    if (isBlank(line)) shifted.push(line);
    else if (shift.kind === 'add') shifted.push(shift.indent + line);
    else if (line.startsWith(shift.indent)) shifted.push(line.slice(shift.indent.length));
    else return undefined;
  }
  return shifted;
}

/**
 * A definition's lines moved to the indentation `base`. Models write a nested definition in three ways: flush left,
 * with the indentation it has, or flush left in its first line only (the text begins at the name); the last is told
 * by further lines that are all indented at least as far as the definition will be.
 */
export function reindentBlock(lines: readonly string[], base: string, unit: IndentUnit): string[] {
  const block = convertIndent(lines, unit);
  const filled = block.filter((line) => !isBlank(line));
  const first = filled[0];
  if (first === undefined) return block;
  const own = indentOf(first);
  if (own === base) return block;
  const rest = filled.slice(1);
  if (own === '' && rest.length > 0 && standsInPlace(rest, base)) {
    const index = block.indexOf(first);
    return block.map((line, i) => (i === index ? base + line : line));
  }
  return block.map((line) => {
    if (isBlank(line)) return line;
    return base + (line.startsWith(own) ? line.slice(own.length) : line.trimStart());
  });
}

/** Whether the lines after the first are indented as they will stand at `base`, rather than relative to column 1. */
function standsInPlace(rest: readonly string[], base: string): boolean {
  if (!rest.every((line) => indentOf(line).startsWith(base))) return false;
  const last = rest.at(-1) ?? '';
  const closes = /^[)\]}]|^end\b/.test(last.trimStart());
  return closes ? indentOf(last) === base : rest.every((line) => indentOf(line).length > base.length);
}

/** What one step of indentation is: a tab, or so many spaces. Undefined when a text does not show it. */
export type IndentUnit = '\t' | number | undefined;

/** The unit that a text is indented with, from its smallest indentation. */
export function indentUnitOf(lines: readonly string[]): IndentUnit {
  let spaces = Infinity;
  let tabs = 0;
  let spaced = 0;
  for (const line of lines) {
    if (isBlank(line)) continue;
    const indent = indentOf(line);
    if (indent.startsWith('\t')) tabs++;
    else if (indent.length > 1) {
      spaced++;
      spaces = Math.min(spaces, indent.length);
    }
  }
  if (tabs === 0 && spaced === 0) return undefined;
  return tabs >= spaced ? '\t' : spaces;
}

/** Spaces turned into the file's tabs or tabs into its spaces; lines already indented that way are left alone. */
function convertIndent(lines: readonly string[], unit: IndentUnit): string[] {
  const own = indentUnitOf(lines);
  if (unit === undefined || own === undefined || (own === '\t') === (unit === '\t')) return [...lines];
  return lines.map((line) => {
    const indent = indentOf(line);
    const rest = line.slice(indent.length);
    if (own === '\t') return indent.replaceAll('\t', ' '.repeat(unit === '\t' ? 1 : unit)) + rest;
    const steps = Math.floor(indent.length / own);
    return '\t'.repeat(steps) + ' '.repeat(indent.length - steps * own) + rest;
  });
}
