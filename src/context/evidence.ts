import type { Definition, DefinitionRef } from './symbol-index';

/** What speaks for a definition at a place, each from 0 to about 1. The ranking weighs these. */
export interface Evidence {
  /** Imported by name and not used in the file so far: it was imported for a line that is not there yet. */
  importedUnused: number;
  /** Imported by name, used only behind the cursor, or before it. */
  importedAhead: number;
  importedUsed: number;
  /** Used near the cursor, by distance and by how sure it is that this definition is meant. */
  near: number;
  /** Member of a type that is used near the cursor, or that a name used there is declared with. */
  member: number;
  /** Outermost in a file that is imported as a whole, included, or of the same package. */
  visible: number;
  /** Used in files that use the same names as the place. */
  together: number;
  /** Words of its name stand near the cursor. */
  words: number;
  /** Files that use the name, as a logarithm. */
  popular: number;
  /** Folders that its file shares with this one. */
  close: number;
  kind: number;
  hidden: number;
  /** The file names it before the cursor: the model has read how it is called. */
  known: number;
  /** The file names it behind the cursor only. */
  ahead: number;
  /** Names of its file that this file uses, as a logarithm. */
  affinity: number;
}

export interface Candidate {
  ref: DefinitionRef;
  definition: Definition;
  path: string;
  evidence: Evidence;
  /** In words, by the evidence that it belongs to; asked of the few that are shown. Each is true of this file and place. */
  reasons: Partial<Record<keyof Evidence, () => string>>;
}

export const noEvidence: Evidence = {
  importedUnused: 0,
  importedAhead: 0,
  importedUsed: 0,
  near: 0,
  member: 0,
  visible: 0,
  together: 0,
  words: 0,
  popular: 0,
  close: 0,
  kind: 0,
  hidden: 0,
  known: 0,
  ahead: 0,
  affinity: 0,
};
