/** Edits as a model, a script or the `apply` command states them, and what becomes of them. Lines are 1-based. */
export type Edit =
  /** Replaces one passage. `near_line` decides between several equal ones. */
  | { type: 'replace'; old: string; new: string; near_line?: number }
  /** Replaces a definition, named `name` or `Container.name`; removing one has to be said by `delete`. */
  | { type: 'symbol'; name: string; new: string; delete?: boolean }
  /** Replaces the lines `start` to `end`, both included; an empty text removes them. */
  | { type: 'lines'; start: number; end: number; new: string }
  /** Inserts whole lines so that the first of them becomes line `line`; one past the end appends. */
  | { type: 'insert'; line: number; new: string }
  /** Replaces the whole text. */
  | { type: 'file'; new: string };

/** What was forgiven, by name: each is a difference between what was written and what was meant. */
export type Tolerance =
  | 'line-ends'
  | 'trailing-space'
  | 'indentation'
  | 'look-alikes'
  | 'near-line'
  | 'code-fence'
  | 'commentary'
  | 'final-newline'
  | 'symbol-name'
  | 'leading-comment-kept'
  | 'export-kept'
  | 'only-target-taken';

export type RefusalCode =
  | 'no-match'
  | 'ambiguous'
  | 'elided'
  | 'unchanged'
  | 'empty'
  | 'bad-range'
  | 'several-blocks'
  | 'wrong-symbol'
  | 'no-symbols'
  | 'syntax';

export type EditResult =
  | { result: 'applied'; content: string; tolerances: Tolerance[] }
  /** `reason` is for the model as much as for a person: it names the place and what to do. */
  | { result: 'refused'; code: RefusalCode; reason: string };

/** A replaced range of a text, in UTF-16 offsets. */
export interface Span {
  start: number;
  end: number;
}

export function refuse(code: RefusalCode, reason: string): EditResult & { result: 'refused' } {
  return { result: 'refused', code, reason };
}
