import type { FindSymbolParams, FoundSymbol } from '../protocol/indexer';
import { isOutlined } from '../syntax/enclosing';
import { commonFolders } from './resolve-imports';
import type { DefinitionRef, SymbolIndex } from './symbol-index';

/** Definitions of one name that are looked at. */
const mostOfOneName = 500;

/**
 * Definitions by name, the likeliest first: the exact name (`open`, or with its containers `Store.open`), then the
 * name in other letters, then names that begin with it. `near` prefers what lies close to a path.
 */
export function findSymbol({ query, limit, near }: FindSymbolParams, index: SymbolIndex): FoundSymbol[] {
  const parts = query.split(/::|[.#/]|->/).filter((part) => part !== '');
  const name = parts.at(-1);
  if (name === undefined) return [];
  const owners = parts.slice(0, -1);
  const found = [...named(name, index)].flatMap(({ ref, quality }) => {
    const file = index.file(ref.file);
    const definition = file.definitions[ref.index];
    if (!definition) return [];
    const owned = owners.every((owner) => definition.containers.includes(owner));
    if (owners.length > 0 && !owned) return [];
    const id = index.nameId(definition.name);
    const uses = id === undefined ? 0 : index.filesUsing(id).length;
    const closeness = near === undefined ? 0 : commonFolders(near, file.path);
    const score =
      quality * 10 +
      (isOutlined(definition) ? 2 : 0) +
      closeness +
      Math.log2(1 + uses) / 4 -
      definition.containers.length / 10;
    return [
      { score, symbol: { ...definition, containers: [...definition.containers], path: file.path, uses } },
    ];
  });
  return found
    .sort(
      (a, b) =>
        b.score - a.score ||
        (a.symbol.path < b.symbol.path ? -1 : 1) ||
        a.symbol.startLine - b.symbol.startLine,
    )
    .slice(0, limit)
    .map(({ symbol }) => symbol);
}

function* named(name: string, index: SymbolIndex): Generator<{ ref: DefinitionRef; quality: number }> {
  const exact = index.nameId(name);
  const refs = exact === undefined ? [] : index.definitionsNamed(exact);
  for (const ref of refs.slice(0, mostOfOneName)) yield { ref, quality: 3 };
  if (refs.length > 0) return;
  // Only for a name that nobody bears: a look through all names.
  const lower = name.toLowerCase();
  let left = mostOfOneName;
  for (const [other, id] of index.definedNames()) {
    const low = other.toLowerCase();
    const quality = low === lower ? 2 : low.startsWith(lower) ? 1 : low.includes(lower) ? 0 : undefined;
    if (quality === undefined || left-- < 0) continue;
    for (const ref of index.definitionsNamed(id).slice(0, 20)) yield { ref, quality };
  }
}
