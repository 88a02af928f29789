import type { FileSnapshot } from '../base/ports';
import type { CodeAround } from '../context/definitions-for';
import type { ContextPart } from '../context/parts';
import { lineTexts } from '../edit/lines';
import type { LineRange, SymbolInfo } from '../protocol/indexer';
import { codeAround } from './code-around';
import { fitExcerpts } from './fit-excerpts';
import { qualifiedName, symbolAround, symbolCode } from './locate';
import type { Place } from './mentions';
import type { Run } from './ports';

/** Longest code that is worked on whole, in UTF-16 units: beyond it a small model loses the thread. */
const longestCode = 8000;
/** Longest definition that is shown around a selection, in UTF-16 units. */
const longestSurrounding = 2500;

/** What stands at a place, as the prompts show it. */
export interface Code {
  file: FileSnapshot;
  path: string;
  languageId: string;
  /** Without the indentation that all lines share; `\n` line ends. */
  text: string;
  /** The definition that the place is, where it is a whole one: it is then replaced by name. */
  symbolName: string | undefined;
  symbol: SymbolInfo | undefined;
  startLine: number;
  endLine: number;
  surrounding: string | undefined;
  /** What the code shown uses and does not hold. */
  definitions: readonly ContextPart[];
  /** Who uses it. */
  uses: readonly ContextPart[];
}

/**
 * The code at a place; with `whole`, a part of a definition grows to all of it, which models rewrite better. `alone` leaves
 * out the definitions and uses, which are looked for in other files and listed as shown to the model.
 */
export async function codeAt(
  run: Run,
  place: Place,
  { whole, alone = false }: { whole: boolean; alone?: boolean },
): Promise<Code> {
  const { file, startLine, endLine } = place;
  const outer = place.symbol ?? (await symbolAround(run, file, startLine));
  const holds = outer !== null && outer.endLine >= endLine && outer.startLine <= startLine;
  const symbol = place.symbol ?? (whole && holds ? outer : null);
  const aroundLines = (range: LineRange): Promise<CodeAround> =>
    alone ? Promise.resolve({ definitions: [], uses: [] }) : codeAround(run, file, range);
  const own = { file, path: file.path, languageId: file.languageId };
  if (symbol) {
    const text = symbolCode(file.text, symbol).replaceAll('\r\n', '\n');
    const lines = { startLine: symbol.startLine, endLine: symbol.endLine };
    const around = await aroundLines(lines);
    const names = { symbolName: qualifiedName(symbol), symbol };
    return { ...own, ...lines, ...names, ...around, text, surrounding: undefined };
  }
  const text = lineTexts(file.text)
    .slice(startLine - 1, endLine)
    .join('\n');
  const outerCode = holds ? symbolCode(file.text, outer).replaceAll('\r\n', '\n') : undefined;
  const surrounding =
    outerCode !== undefined && outerCode.length <= longestSurrounding && outerCode.trim() !== text.trim()
      ? outerCode
      : undefined;
  const lines = { startLine, endLine };
  const around = await aroundLines(surrounding === undefined || !outer ? lines : outer);
  const names = { symbolName: undefined, symbol: undefined };
  return { ...own, ...lines, ...names, ...around, text, surrounding };
}

/** The code cut to what the context has room for, which is told; the code around it goes first. */
export async function fittedCode(run: Run, code: Code): Promise<Code> {
  const { model } = run.ports;
  const budget = Math.floor(model.contextSize('chat') / 2);
  const [around = 0, own = 0] = await model.countTokens([code.surrounding ?? '', code.text]);
  const kept = around + own <= budget ? code : { ...code, surrounding: undefined, definitions: [], uses: [] };
  const label = `${code.path} (lines ${code.startLine}–${code.endLine})`;
  const { excerpts, cuts } = await fitExcerpts([{ label, text: code.text }], budget, model);
  for (const report of cuts) run.emit({ type: 'notice', level: 'info', report });
  return { ...kept, text: excerpts[0]?.text ?? '' };
}

/** How the user knows the code. */
export function nameOf({ symbolName, startLine, endLine }: Code): string {
  return symbolName ?? `lines ${startLine}–${endLine}`;
}

/** Why code is too long to be worked on whole; undefined where it is not. */
export function lengthProblem(code: Code): string | undefined {
  if (code.text.length <= longestCode) return undefined;
  const limit = `${code.text.length} characters; up to ${longestCode} can be worked on at once`;
  return `\`${nameOf(code)}\` in ${code.path} has ${limit}. Mention one function of it.`;
}

/** How an edit names the code that it replaces. */
export function editedPlace(code: Code): { symbol: string } | { old_text: string } {
  return code.symbolName === undefined ? { old_text: code.text } : { symbol: code.symbolName };
}
