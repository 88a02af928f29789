import type { FillInTheMiddleOrder, FillInTheMiddleTokens } from '../model/profile';
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
 * Tokens of other files' code that a prompt opens with. Of the signatures that lines want, 256 tokens show 0.70 when
 * they are held steady while lines are typed, and 512 show 0.72 (`context/steady.ts`, on 53 lines of seven repositories).
 */
export const completionContextTokens = 256;

export const defaultLimits: FillInTheMiddleLimits = { prefix: 3000, suffix: 900, context: 3000 };

/**
 * Fill-in-the-middle in the family's order. With the suffix first a typed character costs one or two new tokens, since
 * everything before the cursor's own part stays in the KV cache. (On Qwen2.5-Coder that was measured to be as good as
 * the documented order, and the order in which the suffix token opens the prompt far worse; docs/models.md.)
 */
export function fillInTheMiddlePrompt(
  tokens: FillInTheMiddleTokens,
  request: FillInTheMiddleRequest,
  limits: FillInTheMiddleLimits = defaultLimits,
  order: FillInTheMiddleOrder = tokens.order,
): PromptPart[] {
  const parts: PromptPart[] = [];
  const { repository, fileSeparator } = tokens;
  const context = takeWhole(request.context, limits.context);
  const path = `${request.path}\n`;
  let prefix = prefixWindow(request.prefix, limits.prefix);
  if (context.length > 0 && repository !== undefined && fileSeparator !== undefined) {
    parts.push({ text: repository, special: true }, { text: 'workspace\n' });
    for (const file of context) {
      parts.push({ text: fileSeparator, special: true }, { text: `${file.path}\n${file.text}\n` });
    }
    parts.push({ text: fileSeparator, special: true });
    if (tokens.pathInPrefix) prefix = path + prefix;
    else parts.push({ text: path });
  }
  const suffix = suffixWindow(request.suffix, limits.suffix);
  return [...parts, ...inOrder(tokens, { prefix, suffix }, order)];
}

function inOrder(
  tokens: FillInTheMiddleTokens,
  { prefix, suffix }: { prefix: string; suffix: string },
  order: FillInTheMiddleOrder,
): PromptPart[] {
  const special = (text: string): PromptPart[] => (text === '' ? [] : [{ text, special: true }]);
  switch (order) {
    case 'suffix-first':
      return [
        ...special(tokens.prefix + tokens.suffix),
        { text: suffix },
        ...special(tokens.middle),
        { text: prefix },
      ];
    case 'prefix-first':
      return [
        ...special(tokens.prefix),
        { text: prefix },
        ...special(tokens.suffix),
        { text: suffix },
        ...special(tokens.middle),
      ];
    case 'suffix-opens':
      return [
        ...special(tokens.suffix),
        { text: suffix },
        ...special(tokens.prefix),
        { text: prefix },
        ...special(tokens.middle),
      ];
  }
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
