/** Reading the arguments of a call: forgiving in form (names, numbers as text), strict in meaning. */
import { UserError } from '../base/errors';

export type Arguments = Readonly<Record<string, unknown>>;

/** Names that models use for the same thing, from the tools that they were trained on. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  path: ['file_path', 'filepath', 'file', 'filename', 'file_name', 'folder', 'directory', 'dir'],
  pattern: ['query', 'text', 'regex', 'search'],
  old_text: ['old_string', 'old_str', 'old', 'old_code'],
  new_text: ['new_string', 'new_str', 'new', 'new_code', 'content', 'contents', 'code'],
  name: ['symbol', 'symbol_name', 'query', 'identifier', 'function', 'class'],
  symbol: ['symbol_name', 'function', 'function_name'],
  command: ['cmd', 'command_line'],
  start_line: ['start', 'from_line', 'line_start'],
  end_line: ['end', 'to_line', 'line_end'],
};

/** The arguments as an object. Throws `bad-arguments` for anything else. */
export function argumentsOf(value: unknown): Arguments {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Arguments;
  throw badArguments('The arguments have to be an object with names and values.');
}

/** A text that may be missing; null and the empty text count as missing. */
export function optionalText(args: Arguments, name: string): string | undefined {
  const value = valueOf(args, name);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value.join('\n');
  throw badArguments(`“${name}” has to be a text, not ${kindOf(value)}.`);
}

/** A text that has to be there. Throws `bad-arguments`. */
export function requiredText(args: Arguments, name: string): string {
  const value = optionalText(args, name);
  if (value === undefined || value.trim() === '') throw badArguments(`“${name}” is missing.`);
  return value;
}

/** A 1-based line number; a text of digits will do. */
export function optionalLine(args: Arguments, name: string): number | undefined {
  const value = valueOf(args, name);
  if (value === undefined || value === null || value === '') return undefined;
  const digits = typeof value === 'bigint' || (typeof value === 'string' && /^\d+$/.test(value.trim()));
  const line = digits ? Number(value) : value;
  if (typeof line === 'number' && Number.isSafeInteger(line)) return Math.max(1, line);
  throw badArguments(`“${name}” has to be a whole number, not ${kindOf(value)}.`);
}

/** A path as the workspace takes it: `.` and `/` mean the folder that is open. */
export function cleanPath(path: string): string {
  const trimmed = path
    .trim()
    .replace(/^["'`]|["'`]$/g, '')
    .replace(/^(\.\/)+/, '');
  return trimmed === '.' || trimmed === '/' || trimmed === './' ? '' : trimmed;
}

function valueOf(args: Arguments, name: string): unknown {
  if (args[name] !== undefined) return args[name];
  const other = otherNames[name]?.find((candidate) => args[candidate] !== undefined);
  return other === undefined ? undefined : args[other];
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function badArguments(happened: string): UserError {
  return new UserError('bad-arguments', happened, {
    kept: 'Nothing was changed.',
    next: 'Repeat the call with it.',
  });
}
