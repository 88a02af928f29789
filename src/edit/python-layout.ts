/** Python's indentation rules, which tree-sitter forgives: an empty block or a stray indent is no error to it. */
import { isBlank, lineTexts } from './lines';

/**
 * 1-based lines that break the layout: no deeper line behind a colon, a deeper one without a colon, or one that goes
 * back to a column where nothing began. Brackets, strings and continued lines are passed over.
 */
export function layoutProblems(text: string): number[] {
  const problems: number[] = [];
  const columns = [0];
  let opens = false;
  let opened = 0;
  for (const { line, indent, ends } of logicalLines(text)) {
    const top = columns.at(-1) ?? 0;
    if (opens) {
      if (indent > top) columns.push(indent);
      else problems.push(opened);
    } else if (indent > top) {
      problems.push(line);
      columns.push(indent);
    }
    while (indent < (columns.at(-1) ?? 0)) columns.pop();
    if (indent > (columns.at(-1) ?? 0)) {
      problems.push(line);
      columns.push(indent);
    }
    opens = ends;
    opened = line;
  }
  if (opens) problems.push(opened);
  return problems;
}

interface LogicalLine {
  line: number;
  /** Columns, a tab up to the next multiple of eight as in Python. */
  indent: number;
  /** Whether it ends with the colon that opens a block. */
  ends: boolean;
}

function logicalLines(text: string): LogicalLine[] {
  const found: LogicalLine[] = [];
  let depth = 0;
  let quote: string | undefined;
  let continued = false;
  lineTexts(text).forEach((source, index) => {
    const isNew = depth === 0 && quote === undefined && !continued;
    const scan = scanLine(source, depth, quote);
    const code = scan.code.trimEnd();
    ({ depth, quote } = scan);
    continued = code.endsWith('\\');
    if (isNew && (isBlank(source) || /^\s*#/.test(source))) return;
    if (isNew) found.push({ line: index + 1, indent: columnsOf(source), ends: false });
    const last = found.at(-1);
    if (last && depth === 0 && quote === undefined && !continued) last.ends = code.endsWith(':');
  });
  return found;
}

/** A line without strings and comment, and what is open behind it. */
function scanLine(
  source: string,
  depthBefore: number,
  quoteBefore: string | undefined,
): { code: string; depth: number; quote: string | undefined } {
  let depth = depthBefore;
  let quote = quoteBefore;
  let code = '';
  for (let i = 0; i < source.length; i++) {
    if (quote !== undefined) {
      if (source[i] === '\\') i++;
      else if (source.startsWith(quote, i)) {
        i += quote.length - 1;
        quote = undefined;
        code += '"';
      }
      continue;
    }
    const unit = source[i] ?? '';
    if (unit === '#') break;
    if (unit === '"' || unit === "'") {
      quote = source.startsWith(unit.repeat(3), i) ? unit.repeat(3) : unit;
      i += quote.length - 1;
      continue;
    }
    if ('([{'.includes(unit)) depth++;
    if (')]}'.includes(unit)) depth = Math.max(0, depth - 1);
    code += unit;
  }
  // A string of one line that is not closed ends with it.
  if (quote?.length === 1 && !source.endsWith('\\')) quote = undefined;
  return { code, depth, quote };
}

function columnsOf(line: string): number {
  let column = 0;
  for (const unit of line) {
    if (unit === ' ') column++;
    else if (unit === '\t') column += 8 - (column % 8);
    else break;
  }
  return column;
}
