import type { FileSnapshot } from '../base/ports';
import { lineTexts } from '../edit/lines';
import type { SymbolInfo } from '../protocol/indexer';
import { cleanPath, optionalLine, requiredText, type Arguments } from './arguments';
import { readFile } from './find-path';
import type { PreparedTool, ToolOutcome, ToolPorts } from './tool-types';

/** Characters (UTF-16 units) that one read gives to the model. */
export const readLimit = 4000;
/** Of these, what a long file's beginning gets; the rest is for the outline. */
const headLimit = 1400;

export async function prepareRead(args: Arguments, ports: ToolPorts): Promise<PreparedTool> {
  const path = cleanPath(requiredText(args, 'path'));
  const start = optionalLine(args, 'start_line');
  const end = optionalLine(args, 'end_line');
  const file = await readFile(ports.workspace, path);
  const range = start === undefined && end === undefined ? '' : `:${start ?? 1}–${end ?? ''}`;
  return {
    ok: true,
    step: { tool: 'read', verb: 'Read', object: file.path + range },
    approval: undefined,
    writes: [],
    execute: async (_options, signal) => {
      const lines = lineTexts(file.text);
      if (range !== '') return readRange(file, lines, start ?? 1, end ?? lines.length);
      if (file.text.length <= readLimit) return readRange(file, lines, 1, lines.length);
      const symbols = await outlineOrNone(ports, file, signal);
      return symbols.length > 0 ? readOutline(file, lines, symbols) : readRange(file, lines, 1, lines.length);
    },
  };
}

/** The outline; none when the syntax worker fails, since the text itself can still be read. */
async function outlineOrNone(
  ports: ToolPorts,
  file: FileSnapshot,
  signal: AbortSignal,
): Promise<SymbolInfo[]> {
  try {
    return await ports.syntax.request('outline', file, signal);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

function readRange(file: FileSnapshot, lines: readonly string[], start: number, end: number): ToolOutcome {
  if (lines.length === 0) return outcome(file, `${file.path} is empty.`, 1, 1, 'empty');
  if (start > lines.length || end < start) {
    const forModel = `There are no lines ${start}–${end}: ${file.path} has ${lines.length} lines.`;
    return { ...outcome(file, forModel, 1, 1, 'no such lines'), ok: false };
  }
  const wanted = lines.slice(start - 1, Math.min(end, lines.length));
  const shown = fittingLines(wanted, readLimit);
  const last = start + shown.length - 1;
  const all = start === 1 && last === lines.length;
  const title = all
    ? `${file.path} (${lines.length} lines)`
    : `${file.path} (lines ${start}–${last} of ${lines.length})`;
  const more = shown.length < wanted.length ? `\n[For more: start_line ${last + 1}.]` : '';
  return outcome(file, `${title}\n${shown.join('\n')}${more}`, start, last, `${shown.length} lines`);
}

function readOutline(
  file: FileSnapshot,
  lines: readonly string[],
  symbols: readonly SymbolInfo[],
): ToolOutcome {
  const head = fittingLines(lines, headLimit);
  const entries = symbols
    .filter((symbol) => symbol.endLine > head.length)
    .map(
      (symbol) =>
        `${'  '.repeat(symbol.containers.length)}${symbol.startLine}–${symbol.endLine} ${symbol.signature.slice(0, 120)}`,
    );
  const outline = fittingLines(entries, readLimit - headLimit);
  const rest =
    entries.length > outline.length ? `\n[… ${entries.length - outline.length} more definitions]` : '';
  const text = [
    `${file.path} (lines 1–${head.length} of ${lines.length})`,
    ...head,
    `[Left out, by lines; read them with start_line and end_line:]`,
    ...outline,
  ].join('\n');
  return outcome(file, text + rest, 1, head.length, `${head.length} of ${lines.length} lines, outline`);
}

/** As many lines as fit, at least one; a single line that is too long is cut. */
function fittingLines(lines: readonly string[], limit: number): string[] {
  let size = 0;
  const count = lines.findIndex((line) => (size += line.length + 1) > limit);
  if (count < 0) return [...lines];
  return count === 0 ? [`${(lines[0] ?? '').slice(0, limit)} [… the line goes on]`] : lines.slice(0, count);
}

function outcome(
  file: FileSnapshot,
  forModel: string,
  startLine: number,
  endLine: number,
  result: string,
): ToolOutcome {
  return { ok: true, forModel, detail: { kind: 'location', path: file.path, startLine, endLine }, result };
}
