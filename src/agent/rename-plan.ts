import type { FileSnapshot } from '../base/ports';
import { importPaths } from '../context/import-paths';
import type { NameOccurrence, NameOccurrences, SymbolInfo } from '../protocol/indexer';

/** A file that has the old name, with what a parser knows of it. */
export interface NamedFile extends NameOccurrences {
  file: FileSnapshot;
  /** Definitions of the old name. */
  symbols: SymbolInfo[];
  /** Where the file has the new name. */
  taken: NameOccurrence[];
}

/** One file's text with the new name. */
export interface RenamedFile {
  file: FileSnapshot;
  text: string;
  places: number;
}

export type RenamePlan =
  { ok: true; name: string; path: string; files: RenamedFile[] } | { ok: false; reason: string };

interface Names {
  /** The old name without its class. */
  from: string;
  to: string;
  /** The class of a method, when the request says it. */
  container: string | undefined;
  /** Where the definition shall be, when the request says it. */
  path: string | undefined;
}

/** Methods of the built-in types: a dot before such a name may follow any value. */
const builtInMethods = new Set([
  ...[Array, String, Map, Set, Promise, Object, Function, RegExp, Date, Number].flatMap((type) =>
    Object.getOwnPropertyNames(type.prototype as object),
  ),
  ...'append extend insert remove pop clear index count sort reverse copy get items keys values update setdefault add discard union split join strip lstrip rstrip replace format encode decode lower upper title find startswith endswith read readline readlines write writelines close open seek flush'.split(
    ' ',
  ),
]);
const classes = new Set(['class', 'interface', 'enum', 'type']);

/**
 * The texts that a renaming leads to, or why it is not safe; undefined when no file defines the name. Pure. A function
 * or class is followed through the imports; a method, whose calls do not tell the class, needs a name of its own.
 */
export function planRename(files: readonly NamedFile[], names: Names): RenamePlan | undefined {
  const { from, to, container, path } = names;
  const all = files.flatMap((entry) => entry.symbols.map((symbol) => ({ entry, symbol })));
  const asked = all.filter(
    ({ entry, symbol }) =>
      (container === undefined || symbol.containers.at(-1) === container) &&
      (path === undefined || entry.file.path === path || entry.file.path.endsWith(`/${path}`)),
  );
  const [first] = asked;
  if (!first) return undefined;
  const ownerOf = (symbol: SymbolInfo): string => symbol.containers.join('.');
  const place = ({ entry, symbol }: (typeof all)[number]): string => `${entry.file.path}:${symbol.startLine}`;
  const isSame = (other: (typeof all)[number]): boolean =>
    other.entry === first.entry && ownerOf(other.symbol) === ownerOf(first.symbol);
  const isMember = first.symbol.containers.length > 0;
  const others = (isMember ? all : asked).filter((other) => !isSame(other));
  if (others.length > 0) {
    const places = [first, ...others].slice(0, 4).map(place);
    return refusal(`“${from}” is defined in several places (${places.join(', ')}).`);
  }
  if (
    isMember &&
    !/^(method|property|constructor)$/.test(first.symbol.kind) &&
    !classes.has(first.symbol.kind)
  )
    return refusal(`“${from}” is defined within ${ownerOf(first.symbol)}, where only its own code sees it.`);
  if (isMember && builtInMethods.has(from))
    return refusal(`“${from}” is also a method of a built-in type, so that its calls cannot be told apart.`);

  const changes = isMember ? memberChanges(files, first.entry) : importedChanges(files, first.entry, from);
  if (!changes.ok) return changes;
  const renamed: RenamedFile[] = [];
  for (const { entry, occurrences } of changes.changes) {
    if (occurrences.length === 0) continue;
    const clash = entry.taken.find(({ role }) =>
      isMember ? role !== 'doc' : !['doc', 'member', 'key'].includes(role),
    );
    if (clash) return refusal(`${entry.file.path} has the name “${to}” already (line ${clash.line}).`);
    renamed.push({
      file: entry.file,
      text: replaced(entry.file.text, occurrences, from, to),
      places: occurrences.length,
    });
  }
  const name = [...first.symbol.containers, from].join('.');
  return { ok: true, name, path: first.entry.file.path, files: renamed };
}

interface Changes {
  ok: true;
  changes: { entry: NamedFile; occurrences: NameOccurrence[] }[];
}

/** A method: its definition, and the name behind a dot anywhere. */
function memberChanges(files: readonly NamedFile[], home: NamedFile): Changes | (RenamePlan & { ok: false }) {
  const changes = files.map((entry) => {
    const within = (at: number): boolean =>
      entry === home && entry.symbols.some(({ start, end }) => at >= start && at < end);
    const occurrences = entry.occurrences.filter(
      ({ role, start }) =>
        role === 'member' || ((role === 'definition' || role === 'binding') && within(start)),
    );
    return { entry, occurrences };
  });
  const strange = files.flatMap((entry) =>
    entry.occurrences
      .filter(({ role }) => role === 'shorthand' || role === 'key')
      .map(({ line }) => `${entry.file.path}:${line}`),
  );
  if (strange.length > 0) return refusal(`The name is also a property or a keyword (${strange[0] ?? ''}).`);
  return { ok: true, changes };
}

/** A definition of a module: its own file, and each file that takes it from there, also through others. */
function importedChanges(
  files: readonly NamedFile[],
  home: NamedFile,
  from: string,
): Changes | (RenamePlan & { ok: false }) {
  const byPath = new Map(files.map((entry) => [entry.file.path, entry]));
  const providers = new Set([home]);
  const isFrom = (entry: NamedFile, specifiers: readonly string[]): boolean =>
    specifiers.some((specifier) => {
      const source = sourceOf(specifier, entry, byPath);
      return source !== undefined && source !== entry && providers.has(source);
    });
  const related = (entry: NamedFile): NamedFile['imports'] =>
    entry.imports.filter(({ specifiers }) => isFrom(entry, specifiers));
  const takes = (entry: NamedFile, { start, end }: NamedFile['imports'][number]): boolean =>
    entry.occurrences.some((at) => at.start >= start && at.start < end) ||
    /^(export \*|from .* import \*)/.test(entry.file.text.slice(start, end));
  for (let size = 0; size < providers.size;) {
    size = providers.size;
    for (const entry of files) if (related(entry).some((each) => takes(entry, each))) providers.add(entry);
  }

  const changes: Changes['changes'] = [];
  for (const entry of files) {
    const statements = related(entry);
    const unclear = entry.imports.find(
      (each) =>
        !statements.includes(each) &&
        takes(entry, each) &&
        each.specifiers.some((specifier) => couldMean(specifier, providers)),
    );
    if (unclear) {
      const source = unclear.specifiers[0] ?? '';
      return refusal(`It is not certain which file “${source}” means in ${entry.file.path}.`);
    }
    const inside = ({ start }: NameOccurrence): boolean =>
      statements.some((each) => start >= each.start && start < each.end);
    const named = statements.flatMap((each) => each.names.filter(({ name }) => name === from));
    const isAliased = named.length > 0 && named.every(({ local }) => local !== from);
    const sees = providers.has(entry) && !isAliased;
    const modules = new Set(statements.flatMap((each) => modulesIn(each, entry, byPath)));
    if (entry === home) for (const own of ['exports', 'module.exports']) modules.add(own);
    const own = entry === home ? definedAt(entry) : new Set<number>();
    const occurrences: NameOccurrence[] = [];
    for (const at of entry.occurrences) {
      const { role, start, qualifier = '' } = at;
      if (role === 'member') {
        const module = modules.has(qualifier) || modules.has(qualifier.split('.').at(-1) ?? '');
        if (module) occurrences.push(at);
      } else if (inside(at) || own.has(start)) occurrences.push(at);
      else if (!sees || role === 'key') continue;
      else if (role === 'binding' || role === 'definition')
        return refusal(`In ${entry.file.path}, line ${at.line}, “${from}” is also a name of something else.`);
      else occurrences.push(at);
    }
    changes.push({ entry, occurrences });
  }
  return { ok: true, changes };
}

/** The first file with the old name that a specifier can mean. */
function sourceOf(
  specifier: string,
  { file }: NamedFile,
  byPath: ReadonlyMap<string, NamedFile>,
): NamedFile | undefined {
  const path = importPaths(specifier, file.path, file.languageId).find((each) => byPath.has(each));
  return path === undefined ? undefined : byPath.get(path);
}

/** True for a specifier that is not found but ends like a file's path: a source root or an alias that is not known. */
function couldMean(specifier: string, providers: ReadonlySet<NamedFile>): boolean {
  if (specifier.startsWith('.')) return false;
  const last = specifier
    .replace(/\.[cm]?[jt]sx?$/, '')
    .split(/[./]/)
    .at(-1);
  return [...providers].some(({ file }) => {
    const stem = file.path.replace(/\.[A-Za-z]+$/, '').replace(/\/(index|__init__)$/, '');
    return stem.split('/').at(-1) === last;
  });
}

/** Names by which a statement brings in a whole module, not something out of it. */
function modulesIn(
  statement: NamedFile['imports'][number],
  entry: NamedFile,
  byPath: ReadonlyMap<string, NamedFile>,
): string[] {
  const { start, end, specifiers, names } = statement;
  const text = entry.file.text.slice(start, end);
  // Python's `from package import name`: the specifiers hold the package and, for each name, `package.name`.
  const isFile = (name: string): boolean =>
    specifiers.some((each) => each.endsWith(`.${name}`) && sourceOf(each, entry, byPath) !== undefined);
  const inBraces = (/\{([^}]*)\}/.exec(text)?.[1] ?? '').split(/[^\w$]+/);
  const isModule = (name: string): boolean =>
    entry.file.languageId === 'python' ? text.startsWith('import') || isFile(name) : !inBraces.includes(name);
  return names.filter(({ name }) => isModule(name)).map(({ local }) => local);
}

/** Offsets at which the definitions themselves have the name. */
function definedAt({ occurrences, symbols }: NamedFile): Set<number> {
  return new Set(
    symbols.flatMap(({ start, end }) => {
      const declares = ({ role }: NameOccurrence): boolean =>
        role === 'definition' || role === 'binding' || role === 'member';
      return occurrences.find((at) => at.start >= start && at.start < end && declares(at))?.start ?? [];
    }),
  );
}

function replaced(text: string, occurrences: readonly NameOccurrence[], from: string, to: string): string {
  let [out, last] = ['', 0];
  for (const { start, role } of occurrences) {
    // `{ total }` is a key and a value; the key is read elsewhere and stays.
    out += text.slice(last, start) + (role === 'shorthand' ? `${from}: ${to}` : to);
    last = start + from.length;
  }
  return out + text.slice(last);
}

function refusal(reason: string): RenamePlan & { ok: false } {
  return { ok: false, reason };
}
