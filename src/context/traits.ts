import type { Candidate } from './evidence';
import { wordsOf } from './identifiers';
import type { Place } from './place';
import { commonFolders } from './resolve-imports';
import { familyOf } from './resolve-name';
import { type Similar, togetherReason } from './similar-files';
import type { Definition, SymbolIndex } from './symbol-index';

/** A name that more files define than this says nothing of any of them. */
const mostDefiners = 2;
/** The same by count, where two files hold overloads. */
const mostDefinitions = 40;

/** What a kind is worth where nothing else is known. */
const kindWorth: Readonly<Record<string, number>> = {
  function: 1,
  method: 0.9,
  class: 1,
  interface: 0.9,
  struct: 1,
  enum: 0.8,
  trait: 0.9,
  type: 0.8,
  macro: 0.8,
  constant: 0.7,
  variable: 0.6,
  member: 0.7,
  constructor: 0.3,
  property: 0.4,
  field: 0.3,
  variant: 0.4,
};
/** Notes what is known of every candidate, however it was found. */
export function withTraits(
  candidate: Candidate,
  place: Place,
  similar: Similar,
  files: FileTraits,
  index: SymbolIndex,
): Candidate {
  const { definition, evidence, ref, path } = candidate;
  const file = files(ref.file);
  const name = index.nameId(definition.name);
  const words = wordsOf(definition.name);
  const matched = words.filter((word) => place.words.has(word));
  evidence.words =
    words.reduce((sum, word) => sum + (place.words.get(word) ?? 0), 0) / Math.max(1, words.length);
  if (matched.length > 0)
    candidate.reasons.words = () => `its name has words of the lines around: ${matched.join(', ')}`;
  if (name !== undefined) {
    evidence.popular = Math.log2(1 + index.filesUsing(name).length) / Math.log2(2 + index.fileCount);
    const share = similar.together.get(name) ?? 0;
    if (share > evidence.together) {
      evidence.together = share;
      candidate.reasons.together = () => togetherReason(name, ref.file, similar, index);
    }
  }
  evidence.close = file.close;
  evidence.kind = kindWorth[definition.kind] ?? 0.3;
  evidence.hidden = file.isFarTest || isHidden(definition, path) ? 1 : 0;
  evidence.known = place.before.has(definition.name) ? 1 : 0;
  evidence.ahead = !evidence.known && place.after.has(definition.name) ? 1 : 0;
  if (evidence.ahead) candidate.reasons.ahead = () => 'used behind the cursor';
  evidence.affinity = Math.log2(1 + file.shared) / 4;
  if (file.shared > 0) {
    candidate.reasons.affinity = () =>
      `this file uses ${file.shared} ${file.shared === 1 ? 'name' : 'names'} of ${path}`;
  }
  return candidate;
}

/** What all definitions of a file have in common at a place. */
export type FileTraits = (file: number) => {
  /** Folders that it shares with the place, from 0 to 1. */
  close: number;
  /** A test, seen from what is none. */
  isFarTest: boolean;
  /** Names of it that the place's file uses. */
  shared: number;
};

export function fileTraits(place: Place, index: SymbolIndex): FileTraits {
  const affinities = affinitiesOf(place, index);
  const own = place.file.path;
  const depth = own.split('/').length;
  const isTest = testFolder.test(own);
  const known = new Map<number, ReturnType<FileTraits>>();
  return (file) => {
    let traits = known.get(file);
    if (!traits) {
      const path = index.pathOf(file);
      traits = {
        close: (1 + commonFolders(path, own)) / Math.max(depth, path.split('/').length),
        isFarTest: !isTest && testFolder.test(path),
        shared: affinities.get(file) ?? 0,
      };
      known.set(file, traits);
    }
    return traits;
  };
}

const testFolder = /(?:^|\/)(?:tests?|__tests__|spec|examples?|benches|benchmarks?)\//;

/** Private by the language's own rule or by custom: seldom used from another file. */
export function isHidden({ name, signature, containers }: Definition, path: string): boolean {
  if (/^_|^#/.test(name) || /^private\b/.test(signature)) return true;
  if (path.endsWith('.go')) return /^[a-z]/.test(name);
  return containers.length === 0 && /^static\b/.test(signature);
}

/** How many names of each file the place's file uses; names that many files define left out. */
function affinitiesOf(place: Place, index: SymbolIndex): Map<number, number> {
  const counts = new Map<number, number>();
  const family = familyOf(place.file.languageId);
  for (const name of new Set([...place.before, ...place.after])) {
    const id = index.nameId(name);
    if (id === undefined || index.definitionCount(id) > mostDefinitions) continue;
    const files = new Set(index.definitionsNamed(id).map(({ file }) => file));
    if (files.size === 0 || files.size > mostDefiners) continue;
    for (const file of files) {
      if (familyOf(index.languageOf(file)) === family) counts.set(file, (counts.get(file) ?? 0) + 1);
    }
  }
  return counts;
}
