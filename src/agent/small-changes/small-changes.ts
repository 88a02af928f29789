/**
 * Small changes of a definition that faults in real code are most often undone by: another operator, number, name or
 * function of its kind, a term or a line more or less. What a search-based repair tries (as GenProg and its followers
 * do, see docs/agent.md); a test decides. Pure and without a parser: what does not parse is sorted out by the edit.
 */
import { borrowedChanges, stringsOfTest } from './borrowed-changes';
import { type Change, viewCode } from './code-view';
import { lineChanges } from './line-changes';
import { termChanges } from './term-changes';
import { repeatedChanges, tokenChanges, truthsTurned } from './token-changes';

export interface SmallChange {
  /** The whole definition with the change. */
  code: string;
  /** What was changed, such as `<` → `<=`, for the transcript. */
  what: string;
}

/**
 * Changed definitions of `name`, the likeliest first, without repeats, at most `limit`. `literals` are the short strings
 * of the failing test.
 */
export function smallChanges(
  code: string,
  languageId: string,
  { name, limit, literals = [] }: { name: string; limit: number; literals?: readonly string[] },
): SmallChange[] {
  const view = viewCode(code, languageId, name);
  const changes = [
    ...tokenChanges(view),
    ...truthsTurned(view),
    ...stringsOfTest(view, literals),
    ...termChanges(view),
    ...repeatedChanges(view),
    ...lineChanges(view),
    ...borrowedChanges(view),
  ];
  const seen = new Set([code]);
  const result: SmallChange[] = [];
  for (const change of changes.sort((a, b) => a.rank - b.rank)) {
    if (result.length >= limit) break;
    const changed = code.slice(0, change.start) + change.text + code.slice(change.end);
    if (seen.has(changed)) continue;
    seen.add(changed);
    result.push({ code: changed, what: change.what ?? told(code, change) });
  }
  return result;
}

function told(code: string, { start, end, text }: Change): string {
  const short = (part: string): string => {
    const line = part.trim().replace(/\s+/g, ' ');
    return line === '' ? 'nothing' : `\`${line.length > 40 ? `${line.slice(0, 39)}…` : line}\``;
  };
  return `${short(code.slice(start, end))} → ${short(text)}`;
}
