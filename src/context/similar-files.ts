import type { Place } from './place';
import { familyOf } from './resolve-name';
import type { SymbolIndex } from './symbol-index';

/** Files that use much of what stands near the cursor, and what else they use: names that go together. */
export interface Similar {
  /** Files by similarity (0 to 1), best first, with the names that they share with the place. */
  files: readonly { file: number; score: number; shared: readonly string[] }[];
  /** For a name (by id), the share of those files that use it, each counted by its similarity; 0 to 1. */
  together: ReadonlyMap<number, number>;
}

/** Names that are used by more files than this tell nothing apart. */
const commonName = 400;
const mostNames = 40;
const mostFiles = 16;

/**
 * Neighbours of the place in the graph of files and names: a walk from the near names to the files that use them
 * (rare names count more) and on to the names of those files.
 */
export function similarFiles(place: Place, index: SymbolIndex): Similar {
  const self = index.fileId(place.file.path);
  const family = familyOf(place.file.languageId);
  const total = index.fileCount;
  const scores = new Map<number, number>();
  const shared = new Map<number, string[]>();
  const names = [...place.near].sort(([, a], [, b]) => b.weight - a.weight).slice(0, mostNames);
  for (const [name, { weight }] of names) {
    const id = index.nameId(name);
    const files = id === undefined ? [] : index.filesUsing(id);
    if (files.length === 0 || files.length > Math.max(commonName, total / 20)) continue;
    const rarity = Math.log(1 + total / files.length);
    for (const file of files) {
      if (file === self) continue;
      scores.set(file, (scores.get(file) ?? 0) + weight * rarity);
      const list = shared.get(file);
      if (list) list.push(name);
      else shared.set(file, [name]);
    }
  }
  const best = [...scores]
    .filter(([file]) => familyOf(index.languageOf(file)) === family)
    .map(([file, score]) => ({ file, score: score / Math.sqrt(30 + index.namesIn(file).length) }))
    .sort((a, b) => b.score - a.score || a.file - b.file)
    .slice(0, mostFiles);
  const together = new Map<number, number>();
  const sum = best.reduce((total, { score }) => total + score, 0);
  for (const { file, score } of best) {
    for (const name of index.namesIn(file)) together.set(name, (together.get(name) ?? 0) + score / sum);
  }
  const top = best[0]?.score ?? 1;
  return {
    files: best.map(({ file, score }) => ({
      file,
      score: score / top,
      shared: shared.get(file)?.slice(0, 3) ?? [],
    })),
    together,
  };
}

/** Why a name goes together with the place, in words; `own` is the file that defines it. */
export function togetherReason(name: number, own: number, similar: Similar, index: SymbolIndex): string {
  const knowing = similar.files.filter(({ file }) => index.namesIn(file).includes(name));
  const user = knowing.find(({ file }) => file !== own) ?? knowing[0];
  if (!user) return 'used in similar files';
  const verb = user.file === own ? 'defined' : 'used';
  return `${verb} in ${index.pathOf(user.file)}, which uses ${user.shared.join(', ')} as well`;
}
