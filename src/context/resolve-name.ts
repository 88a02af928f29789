import type { ToldDefinition } from '../protocol/indexer';
import type { Place } from './place';
import { commonFolders, offered } from './resolve-imports';
import type { Definition, DefinitionRef, SymbolIndex } from './symbol-index';

/** How a name was found to mean a definition; the order is that of trust. */
export type Route =
  | { by: 'service' }
  | { by: 'import'; line: number }
  | { by: 'type'; type: string }
  | { by: 'imported-file'; line: number }
  | { by: 'same-package' }
  | { by: 'name'; others: number };

export interface Resolution {
  ref: DefinitionRef;
  /** From 0 to 1. */
  confidence: number;
  route: Route;
}

/** Definitions that a name without other evidence may mean; beyond that it says nothing. */
const mostByName = 8;
/** The same of all languages together. */
const mostLookedAt = 200;

const families: Readonly<Record<string, string>> = {
  typescript: 'script',
  typescriptreact: 'script',
  javascript: 'script',
  javascriptreact: 'script',
  c: 'c',
  cpp: 'c',
};

/** Languages whose files see each other's definitions; any other sees its own only. */
export function familyOf(languageId: string): string {
  return Object.hasOwn(families, languageId) ? (families[languageId] ?? languageId) : languageId;
}

/** Languages in which the files of a folder (a package) see each other without an import. */
const packageIsFolder = new Set(['java', 'go', 'csharp']);

/** Files whose definitions are to be seen without being named: included, imported whole, of the same package. */
export interface Visible {
  /** The line of the import, undefined for the same package. */
  files: ReadonlyMap<number, { line: number | undefined }>;
}

const mostVisible = 150;

export function visibleFiles(place: Place, index: SymbolIndex): Visible {
  const files = new Map<number, { line: number | undefined }>();
  const self = index.fileId(place.file.path);
  const add = (file: number, line: number | undefined): void => {
    if (file !== self && !files.has(file) && files.size < mostVisible) files.set(file, { line });
  };
  for (const { statement, files: targets } of place.imports) {
    for (const file of targets) add(file, statement.line);
  }
  if (familyOf(place.file.languageId) === 'c') {
    // What a header includes is seen as well; one more step, since headers of headers are seldom meant.
    for (const [file, { line }] of [...files]) {
      const header = index.file(file);
      for (const { specifier } of header.imports) {
        for (const target of importedFrom(specifier, header, index)) add(target, line);
      }
    }
  }
  if (packageIsFolder.has(place.file.languageId)) {
    for (const file of index.filesIn(folderOf(place.file.path))) {
      if (index.languageOf(file) === place.file.languageId) add(file, undefined);
    }
  }
  return { files };
}

function importedFrom(
  specifier: string,
  { path, languageId }: { path: string; languageId: string },
  index: SymbolIndex,
): readonly number[] {
  const folder = folderOf(path);
  const beside = index.fileId(folder === '' ? specifier : `${folder}/${specifier}`);
  if (beside !== undefined) return [beside];
  const name = specifier.slice(specifier.lastIndexOf('/') + 1);
  return index
    .filesNamed(name)
    .filter((file) => index.pathOf(file).endsWith(specifier) && familyOf(languageId) === 'c')
    .slice(0, 2);
}

/** A name at a place → what it likely means, best first; what the file itself defines is not among it. */
export function resolveName(
  name: string,
  receiver: string | undefined,
  place: Place,
  visible: Visible,
  index: SymbolIndex,
): Resolution[] {
  const bound = receiver === undefined ? importOf(name, place) : undefined;
  if (bound) {
    return offered(bound.name, bound.files, index).map((ref) => ({
      ref,
      confidence: 1,
      route: { by: 'import', line: bound.line },
    }));
  }
  const id = index.nameId(name);
  if (id === undefined) return [];
  if (receiver !== undefined) {
    const typed = membersOfReceiver(name, receiver, place, index);
    if (typed.length > 0) return typed;
  } else if (place.facts.symbols.some((symbol) => symbol.name === name)) return [];
  const self = index.fileId(place.file.path);
  const family = familyOf(place.file.languageId);
  const isMeant = (file: number): boolean => file !== self && familyOf(index.languageOf(file)) === family;
  const seen = index.definitionsNamed(id, (file) => visible.files.has(file) && isMeant(file));
  if (seen.length > 0) {
    return seen.slice(0, mostByName).map((ref) => {
      const line = visible.files.get(ref.file)?.line;
      return {
        ref,
        confidence: 0.9 / Math.sqrt(seen.length),
        route: line === undefined ? { by: 'same-package' } : { by: 'imported-file', line },
      };
    });
  }
  if (index.definitionCount(id) > mostLookedAt) return [];
  const all = index.definitionsNamed(id, isMeant);
  if (all.length > mostByName) return [];
  return all.map((ref) => ({
    ref,
    confidence:
      (0.5 / all.length) * (1 + 0.1 * Math.min(5, commonFolders(index.pathOf(ref.file), place.file.path))),
    route: { by: 'name', others: all.length - 1 },
  }));
}

/** The import statement that brings a local name in. */
export function importOf(
  local: string,
  place: Place,
): { name: string; line: number; files: readonly number[] } | undefined {
  for (const { statement, files } of place.imports) {
    const found = statement.names.find((imported) => imported.local === local);
    if (found) return { name: found.name, line: statement.line, files };
  }
  return undefined;
}

/** Members of that name in the types that the receiver is declared as, or is itself. */
function membersOfReceiver(name: string, receiver: string, place: Place, index: SymbolIndex): Resolution[] {
  const types = new Set([receiver, ...(place.typesOf.get(receiver) ?? [])]);
  if (['this', 'self', 'super'].includes(receiver)) {
    for (const symbol of place.enclosing) {
      for (const type of symbol.signature.match(/\p{Lu}[\p{L}\p{N}_]*/gu) ?? []) types.add(type);
    }
  }
  // From the types to their members, since a common member has thousands of definitions and a type few.
  return [...types].flatMap((type): Resolution[] => {
    const id = index.nameId(type);
    const owners = id === undefined ? [] : index.definitionsNamed(id).slice(0, mostByName);
    const files = new Set(owners.map(({ file }) => file));
    return [...files].flatMap((file) =>
      index
        .file(file)
        .definitions.flatMap((definition, at): Resolution[] =>
          definition.name === name && definition.containers.at(-1) === type
            ? [{ ref: { file, index: at }, confidence: 0.9, route: { by: 'type', type } }]
            : [],
        ),
    );
  });
}

export function definitionOf(ref: DefinitionRef, index: SymbolIndex): Definition | undefined {
  return index.file(ref.file).definitions[ref.index];
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The indexed definition that a language service means: of its name, and the nearest where its file has changed since. */
export function toldRef(
  { name, path, startLine }: ToldDefinition,
  index: SymbolIndex,
): DefinitionRef | undefined {
  const file = index.fileId(path);
  if (file === undefined) return undefined;
  const named = index
    .file(file)
    .definitions.map((definition, at) => ({ definition, at }))
    .filter(({ definition }) => definition.name === name);
  const away = ({ definition }: { definition: Definition }): number =>
    definition.startLine <= startLine && startLine <= definition.endLine
      ? 0
      : Math.abs(definition.startLine - startLine);
  const [nearest] = named.sort((a, b) => away(a) - away(b));
  return nearest && { file, index: nearest.at };
}

/** How a name was found to mean a definition, in words. */
export function routeWords(route: Route): string {
  switch (route.by) {
    case 'service':
      return 'as the language service says';
    case 'import':
      return `imported on line ${route.line}`;
    case 'type':
      return `member of ${route.type}`;
    case 'imported-file':
      return `its file is imported on line ${route.line}`;
    case 'same-package':
      return 'in the same package';
    case 'name':
      return route.others === 0
        ? 'the only definition of that name'
        : `one of ${route.others + 1} of that name`;
  }
}
