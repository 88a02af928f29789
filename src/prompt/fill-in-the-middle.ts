import type { FillInTheMiddleTokens } from '../model/profile';
import type { PromptPart } from '../protocol/engine';

export interface FillInTheMiddleRequest {
  /** Workspace path, told to families that know repository-level context. */
  path: string;
  /** Text up to the cursor, with `\n` line ends. */
  prefix: string;
  /** Text from the cursor on, with `\n` line ends. */
  suffix: string;
  /** Code of other files, in an order that does not change while the user types. */
  context: readonly { path: string; text: string }[];
}

/** Limits in UTF-16 units; about three to four of them are a token of code. */
export interface FillInTheMiddleLimits {
  prefix: number;
  suffix: number;
  context: number;
}

/**
 * Which of the two comes first. `suffix-first`: `PREFIX-token SUFFIX-token suffix MIDDLE-token prefix`;
 * `prefix-first`, as documented: `PREFIX-token prefix SUFFIX-token suffix MIDDLE-token`.
 */
export type FillInTheMiddleOrder = 'suffix-first' | 'prefix-first';

export const defaultLimits: FillInTheMiddleLimits = { prefix: 3000, suffix: 900, context: 3000 };

/**
 * Fill-in-the-middle, by default with the suffix first. It was measured to be as good as the documented order, and then a typed character costs one or two new tokens, since everything
 * before the cursor's own part stays in the KV cache. (The order in which the suffix token opens the prompt was
 * measured to be far worse; docs/models.md.)
 */
export function fillInTheMiddlePrompt(
  tokens: FillInTheMiddleTokens,
  request: FillInTheMiddleRequest,
  limits: FillInTheMiddleLimits = defaultLimits,
  order: FillInTheMiddleOrder = 'suffix-first',
): PromptPart[] {
  const parts: PromptPart[] = [];
  const { repository, fileSeparator } = tokens;
  const context = takeWhole(request.context, limits.context);
  if (context.length > 0 && repository !== undefined && fileSeparator !== undefined) {
    parts.push({ text: repository, special: true }, { text: 'workspace\n' });
    for (const file of context) {
      parts.push({ text: fileSeparator, special: true }, { text: `${file.path}\n${file.text}\n` });
    }
    parts.push({ text: fileSeparator, special: true }, { text: `${request.path}\n` });
  }
  const prefix = { text: prefixWindow(request.prefix, limits.prefix) };
  const suffix = { text: suffixWindow(request.suffix, limits.suffix) };
  const special = (text: string): PromptPart => ({ text, special: true });
  parts.push(
    ...(order === 'suffix-first'
      ? [special(tokens.prefix + tokens.suffix), suffix, special(tokens.middle), prefix]
      : [special(tokens.prefix), prefix, special(tokens.suffix), suffix, special(tokens.middle)]),
  );
  return parts;
}

/** The files that fit as a whole, in their order. */
function takeWhole<T extends { text: string }>(files: readonly T[], limit: number): T[] {
  let left = limit;
  return files.filter((file) => {
    if (file.text.length > left) return false;
    left -= file.text.length;
    return true;
  });
}

/**
 * The end of the prefix, from the beginning of a line on. The window's start moves in steps of a quarter of the
 * limit and not with each character, so that the prompt's beginning stays as it was while the user types.
 */
export function prefixWindow(prefix: string, limit: number): string {
  if (prefix.length <= limit) return prefix;
  const step = Math.max(1, Math.floor(limit / 4));
  const earliest = Math.ceil((prefix.length - limit) / step) * step;
  const lineStart = prefix.indexOf('\n', earliest - 1) + 1;
  // A line longer than the window has no better place to begin than within.
  return lineStart > 0 && prefix.length - lineStart > limit / 4
    ? prefix.slice(lineStart)
    : prefix.slice(-limit);
}

/** The beginning of the suffix, to the end of a line. */
export function suffixWindow(suffix: string, limit: number): string {
  if (suffix.length <= limit) return suffix;
  const end = suffix.lastIndexOf('\n', limit);
  return end > 0 ? suffix.slice(0, end + 1) : suffix.slice(0, limit);
}
