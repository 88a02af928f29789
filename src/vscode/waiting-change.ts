/** A change in the editor that waits for its answer, as it is kept over a reload of the window. Pure. */
import * as v from 'valibot';

const line = v.pipe(v.number(), v.integer(), v.minValue(0));

const waitingChange = v.object({
  uri: v.string(),
  /** 1-based and inclusive lines of the old text when it was proposed; texts without a final line end. */
  edit: v.object({ startLine: line, endLine: line, oldText: v.string(), newText: v.string() }),
  /** 0-based first line of the block of old and new lines, the kind of each, and the lines themselves. */
  line,
  kinds: v.array(v.picklist(['context', 'added', 'removed'])),
  lines: v.array(v.string()),
  /** The document had unsaved changes of its own. */
  wasDirty: v.boolean(),
});

export type WaitingChange = v.InferOutput<typeof waitingChange>;

/** What was kept, as far as it is of this version's form. */
export function readWaitingChanges(value: unknown): WaitingChange[] {
  const kept = Array.isArray(value) ? value : [];
  return kept.flatMap((item) => {
    const result = v.safeParse(waitingChange, item);
    return result.success ? [result.output] : [];
  });
}

/**
 * Where a kept change stands in a document as it is now, as a 0-based line. `shown`: old and new lines, as the editor
 * kept them unsaved. `before`: only what the document had without the change. `gone`: neither, or in several places.
 */
export function findWaitingChange(
  change: WaitingChange,
  document: readonly string[],
): { state: 'shown' | 'before'; line: number } | { state: 'gone' } {
  const shown = placeOf(change.lines, document, change.line);
  if (shown !== undefined) return { state: 'shown', line: shown };
  const before = placeOf(change.edit.oldText.split(/\r?\n/), document, change.line);
  return before === undefined ? { state: 'gone' } : { state: 'before', line: before };
}

/** The line at which these lines stand: the expected one, else the only one. */
function placeOf(
  wanted: readonly string[],
  document: readonly string[],
  expected: number,
): number | undefined {
  const standsAt = (at: number): boolean => wanted.every((text, index) => document[at + index] === text);
  if (wanted.length === 0) return undefined;
  if (standsAt(expected)) return expected;
  const places = document.flatMap((_, at) => (standsAt(at) ? [at] : []));
  return places.length === 1 ? places[0] : undefined;
}
