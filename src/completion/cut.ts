import { cutClosingQuote, cutSurplusClosers } from './brackets';
import { mayBreakLine } from './line-break';

/**
 * Cuts what the model wrote down to what should be offered. All texts have `\n` line ends. Pure: the same text in,
 * the same text out.
 */

export interface CutContext {
  prefix: string;
  suffix: string;
  singleLine: boolean;
}

/** The offer, and why it is empty when it is. */
export interface CutResult {
  text: string;
  /** `ok`, or the rule that left nothing. */
  reason: 'ok' | 'empty' | 'repeats-suffix' | 'repetition' | 'unchanged-line';
}

export function cutCompletion(raw: string, context: CutContext): CutResult {
  const none = (reason: CutResult['reason']): CutResult => ({ text: '', reason });
  if (context.singleLine && opensLine(raw)) return cutNextLine(raw, context);
  if (context.singleLine && isLineAbove(raw, context)) return cutLineAbove(raw, context);
  let text = context.singleLine ? firstLine(raw) : raw;
  text = cutAtIndentation(text, context);
  text = cutClosingQuote(text, lineOf(context));
  text = cutAtSuffix(text, context.suffix);
  if (isRepetition(text)) return none('repetition');
  text = cutSurplusClosers(text, lineOf(context));
  text = text.replace(/[ \t\n]+$/, '');
  if (text.trim() === '') return none('empty');
  if (repeatsNextLine(text, context)) return none('repeats-suffix');
  if (repeatsPreviousLine(text, context)) return none('unchanged-line');
  return { text: withIndentationOf(context.prefix, text), reason: 'ok' };
}

/** Cuts a suggestion before the quote and the brackets that close behind the cursor what is open before it. */
export function cutBeforeClosers(text: string, place: Pick<CutContext, 'prefix' | 'suffix'>): string {
  return cutSurplusClosers(cutClosingQuote(text, lineOf(place)), lineOf(place)).trimEnd();
}

function lineOf({ prefix, suffix }: Pick<CutContext, 'prefix' | 'suffix'>): {
  before: string;
  after: string;
} {
  return { before: lastLine(prefix), after: firstLine(suffix) };
}

/** Whether the line that the cursor is on ends here for the model, so that it writes the next one. */
function opensLine(raw: string): boolean {
  return /^[ \t]*\n/.test(raw);
}

/** The line below the cursor's, with the line break before it. What stands behind the cursor goes below that line. */
function cutNextLine(raw: string, { prefix, suffix, singleLine }: CutContext): CutResult {
  const [, breaks = '', written = ''] = /^[ \t]*(\n(?:[ \t]*\n)*)(.*)/.exec(raw) ?? [];
  const line = lastLine(prefix);
  const rest = firstLine(suffix);
  if (!mayBreakLine(line, rest)) return { text: '', reason: 'empty' };
  // On a line that is only indented so far, the text goes behind that indentation.
  if (line !== '' && line.trim() === '' && written.startsWith(line))
    return cutCompletion(written.slice(line.length), { prefix, suffix, singleLine });
  const below = rest.trim() === '' ? suffix : `\n${suffix}`;
  const cut = cutCompletion(written, { prefix: `${prefix}${breaks}`, suffix: below, singleLine });
  if (cut.reason !== 'ok') return cut;
  return { text: breaks + cut.text + (rest.trim() === '' ? '' : '\n'), reason: 'ok' };
}

/** Whether a whole line is put in before a line, at whose beginning the cursor is. */
function isLineAbove(raw: string, { prefix, suffix }: CutContext): boolean {
  const rest = firstLine(suffix);
  return lastLine(prefix) === '' && rest.trim() !== '' && (raw.includes('\n') || /^[ \t]/.test(rest));
}

/** That line, with the line break behind it. */
function cutLineAbove(raw: string, { prefix, suffix, singleLine }: CutContext): CutResult {
  const cut = cutCompletion(firstLine(raw), { prefix, suffix: `\n${suffix}`, singleLine });
  return cut.reason === 'ok' ? { text: `${cut.text}\n`, reason: 'ok' } : cut;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** Indents a block's lines as the text before it does: all in tabs, or none. */
function withIndentationOf(prefix: string, text: string): string {
  if (!text.includes('\n')) return text;
  const tabs = /^\t/m.test(prefix);
  const spaces = /^ {2,}\S/m.test(prefix);
  if (tabs === spaces) return text;
  return tabs
    ? text.replace(/^ +/gm, (indent, at: number) => (at === 0 ? indent : toTabs(indent)))
    : text.replace(/^\t+/gm, (indent, at: number) => (at === 0 ? indent : ' '.repeat(4 * indent.length)));
}

/** A rest that makes no whole step is alignment and stays. */
function toTabs(indent: string): string {
  return '\t'.repeat(Math.floor(indent.length / 4)) + ' '.repeat(indent.length % 4);
}

/** Tells while a block is being written that all that will be kept of it is there already. */
export function isBlockComplete(raw: string, context: CutContext): boolean {
  const whole = raw.slice(0, raw.lastIndexOf('\n') + 1);
  return cutAtSuffix(cutAtIndentation(whole, context), context.suffix).length < whole.length;
}

/** Ends a block where a later line stands further left than the line that the cursor is on. */
function cutAtIndentation(text: string, context: CutContext): string {
  const lines = text.split('\n');
  if (lines.length < 2) return text;
  const indent = indentOf(lastLine(context.prefix) + (lines[0] ?? ''));
  const end = lines.findIndex(
    (line, index) =>
      index > 0 && line.trim() !== '' && (indentOf(line) < indent || isNewSibling(line, indent)),
  );
  return end < 0 ? text : lines.slice(0, end).join('\n');
}

/** A definition at the cursor's own depth begins something that nobody asked for. */
function isNewSibling(line: string, indent: number): boolean {
  return indentOf(line) === indent && /^\s*(def|class|func|fn|function|export|public|private|@)\b/.test(line);
}

function indentOf(line: string): number {
  const space = /^[ \t]*/.exec(line)?.[0] ?? '';
  const tabs = space.split('\t').length - 1;
  return space.length + 3 * tabs;
}

/** Ends the text where it begins to say what stands after the cursor anyway. */
function cutAtSuffix(text: string, suffix: string): string {
  const rest = firstLine(suffix).trim();
  // Closing brackets alone are for the balance to decide.
  if (/[^)\]};,]/.test(rest)) {
    // The longest end of the text that the rest of the line begins with.
    const first = firstLine(text);
    for (let length = Math.min(first.length, rest.length); length > 0; length--) {
      if (first.endsWith(rest.slice(0, length)) && (length > 2 || length === rest.length))
        return first.slice(0, -length);
    }
  }
  const nextLine = suffix
    .split('\n')
    .slice(1)
    .find((line) => line.trim() !== '');
  if (nextLine === undefined || nextLine.trim().length < 4) return text;
  const lines = text.split('\n');
  const at = lines.findIndex((line, index) => index > 0 && line.trim() === nextLine.trim());
  return at < 0 ? text : lines.slice(0, at).join('\n');
}

/** What ends a block: below it the next outer block may end in the same words. */
const closesOnly = /^\s*(?:<\/[\w.:-]*>|[)\]};,]+|end\w*;?)\s*$/;

function repeatsNextLine(text: string, context: CutContext): boolean {
  const current = lastLine(context.prefix) + firstLine(text);
  const next = context.suffix
    .split('\n')
    .slice(1)
    .find((line) => line.trim() !== '');
  if (next?.trim() !== current.trim()) return false;
  return closesOnly.test(next) ? indentOf(current) === indentOf(next) : next.trim().length >= 4;
}

function repeatsPreviousLine(text: string, context: CutContext): boolean {
  const lines = context.prefix.split('\n');
  const current = (lines.at(-1) ?? '') + firstLine(text);
  const previous = lines.slice(0, -1).findLast((line) => line.trim() !== '');
  if (previous === undefined || previous.trim().length <= 6 || current.trim() !== previous.trim())
    return false;
  return !closesOnly.test(previous) || indentOf(current) === indentOf(previous);
}

/** The same line three times, or one piece over and over. */
function isRepetition(text: string): boolean {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.some((line, index) => line.length > 2 && line === lines[index + 1] && line === lines[index + 2]))
    return true;
  return /(.{2,40}?)\1{5,}/.test(
    text
      .slice(0, 1000)
      .replace(/\s+/g, ' ')
      .replace(/[-=*#/ ]{6,}/g, ''),
  );
}

/**
 * Whether one line or a block is wanted: a block only where the line is empty so far and something asks for more
 * (a line that opens a block, or a comment), and nothing of the block is there yet.
 */
export function wantsBlock(prefix: string, suffix: string): boolean {
  const lines = prefix.split('\n');
  const current = lines.at(-1) ?? '';
  if (current.trim() !== '' || firstLine(suffix).trim() !== '') return false;
  const previous = lines.slice(0, -1).findLast((line) => line.trim() !== '');
  if (previous === undefined || !/([:{([]|=>|\bdo|\bthen|->)\s*$|^\s*(\/\/|#|--|\*\/|"""|''')/.test(previous))
    return false;
  const next = suffix
    .split('\n')
    .slice(1)
    .find((line) => line.trim() !== '');
  return next === undefined || indentOf(next) < indentOf(current) || /^\s*[)\]}]/.test(next);
}
