import { endOfString, looseBrackets } from './brackets';

/** What a statement may end with, and what none can go on with behind that. */
const ends = /[\p{L}\p{N}_$)\]'"`]$/u;
const begins = /^(?:[\p{L}\p{N}_$@#'"`{]|\/[/*])/u;
/** What ends a statement or a part of one, whatever follows. */
const endsSurely = /[;{}:,]$|\*\/$/;
/** A line that is a comment as a whole. */
const comment = /^\s*(?:\*|\/\/|\/\*|#).*\S$/;
/** The next line of a comment that is indented by one column. */
const commentLine = /^ \*(?:[ /]|$)/;
/** An empty list, which may as well be spread over lines. */
const emptyList = { before: /[([{]$/, after: /^[)\]}]/ };

/**
 * Whether a line break may come between two parts of a line, or whether that would break a statement in two. Texts of
 * the line after may stand right behind the line before, without a line break. Pure.
 */
export function mayBreakLine(before: string, after: string): boolean {
  if (after.trim() === '') return true;
  if (before.trim() === '') return before === '';
  // Two or more columns are a line's own indentation.
  if (/^(?:\t| {2})/.test(after) || commentLine.test(after)) return true;
  if (comment.test(before)) return true;
  if (isWithinString(before, after)) return false;
  if (/^[)\]};,]+$/.test(after.trim())) return true;
  if (emptyList.before.test(before) && emptyList.after.test(after)) return true;
  if (goesOn(before, after)) return false;
  return (
    endsSurely.test(before) ||
    (ends.test(before) && begins.test(after)) ||
    (before.endsWith('>') && after.startsWith('<'))
  );
}

/** A list that is open before and closed after. */
function goesOn(before: string, after: string): boolean {
  return /[([]/.test(looseBrackets(before).openers.at(-1) ?? '') && looseBrackets(after).closers.length > 0;
}

function isWithinString(before: string, after: string): boolean {
  for (let at = 0; at < before.length; at++) {
    if (!'"\'`'.includes(before.charAt(at))) continue;
    const end = endOfString(before, at);
    if (end === undefined) return endOfString(before + after, at) !== undefined;
    at = end;
  }
  return false;
}
