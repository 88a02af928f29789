/** What became of the suggestions: counts that stay on this computer. */
import * as v from 'valibot';
import { readJsonAs, writeJson } from '../base/json-store';
import type { Store } from '../base/ports';

/** Counts since they were begun, and milliseconds. */
export interface CompletionFigures {
  offered: number;
  accepted: number;
  /** Accepted ones whose text was still there 30 s later, and those that could be looked at then. */
  kept: number;
  looked: number;
  /** Sum of the times from the question to the suggestion, over `timed` suggestions that the model made. */
  waitedMs: number;
  timed: number;
}

/** Where the figures lie, below the data folder. */
export const figuresKey = 'completion-figures.json';
/** How long an accepted text must stay to count as kept. Milliseconds. */
export const keptAfterMs = 30_000;

export const noFigures: CompletionFigures = {
  offered: 0,
  accepted: 0,
  kept: 0,
  looked: 0,
  waitedMs: 0,
  timed: 0,
};

const count = v.pipe(v.number(), v.minValue(0));
const schema = v.object({
  offered: count,
  accepted: count,
  kept: count,
  looked: count,
  waitedMs: count,
  timed: count,
});

/** Adds up; the order of the parts does not matter. */
export function addFigures(a: CompletionFigures, b: Partial<CompletionFigures>): CompletionFigures {
  return {
    offered: a.offered + (b.offered ?? 0),
    accepted: a.accepted + (b.accepted ?? 0),
    kept: a.kept + (b.kept ?? 0),
    looked: a.looked + (b.looked ?? 0),
    waitedMs: a.waitedMs + (b.waitedMs ?? 0),
    timed: a.timed + (b.timed ?? 0),
  };
}

/** What was stored; nothing counted where there is no record or a damaged one. */
export async function readFigures(store: Store): Promise<CompletionFigures> {
  return (await readJsonAs(store, figuresKey, schema)) ?? noFigures;
}

/** Adds to what is stored. Two windows at once may lose some of each other's counts, never the record. */
export async function storeFigures(store: Store, added: CompletionFigures): Promise<void> {
  await writeJson(store, figuresKey, addFigures(await readFigures(store), added));
}

/** In one line, such as `120 offered, 40 accepted (33 %), 36 of 38 kept for 30 s, 85 ms to a suggestion`. */
export function figuresText({ offered, accepted, kept, looked, waitedMs, timed }: CompletionFigures): string {
  const share = offered === 0 ? '' : ` (${Math.round((100 * accepted) / offered)} %)`;
  return [
    `${offered} offered, ${accepted} accepted${share}`,
    ...(looked === 0 ? [] : [`${kept} of ${looked} kept for ${keptAfterMs / 1000} s`]),
    ...(timed === 0 ? [] : [`${Math.round(waitedMs / timed)} ms to a suggestion`]),
  ].join(', ');
}
