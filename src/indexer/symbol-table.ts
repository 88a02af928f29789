import type { DefinitionRef, IndexedFile, SymbolIndex } from '../context/symbol-index';
import { decodeRecord, encodeRecord, readIds, type FileRecord, type NameTable } from './file-record';

/** What is known of a file beside its record. */
export interface FileStamp {
  path: string;
  languageId: string;
  /** Milliseconds since 1970 and bytes: when both are as they were, the file is not read. */
  modified: number;
  size: number;
  /** Hash of the content that the record was made from. */
  hash: string;
}

/** A file with its encoded record, as it lies on disk. */
export interface StoredFile extends FileStamp {
  record: Uint8Array;
}

/** The index in memory: records as bytes, and lists that lead from a name to its definitions and uses. */
export interface SymbolTable extends SymbolIndex {
  stampOf(path: string): FileStamp | undefined;
  /** Puts a file in place of what was known of its path. */
  put(stamp: FileStamp, record: FileRecord): void;
  /** Changes what is known of a file whose content is as it was. */
  touch(path: string, modified: number, size: number): void;
  remove(path: string): void;
  paths(): string[];
  /** Everything, to be stored; {@link createSymbolTable} takes it back. */
  stored(): { names: readonly string[]; files: StoredFile[] };
}

interface Entry extends StoredFile {
  id: number;
  names: number[];
  definitions: number[];
}

/** Decoded files that are held; a query looks at some dozens. */
const heldFiles = 600;

export function createSymbolTable(stored: {
  names: readonly string[];
  files: readonly StoredFile[];
}): SymbolTable {
  const names = createNames(stored.names);
  const entries: (Entry | undefined)[] = [];
  const idByPath = new Map<string, number>();
  const idsByFileName = new Map<string, number[]>();
  const idsByFolder = new Map<string, number[]>();
  // One number stands for a definition: its file and its place in there.
  const uses: (number[] | undefined)[] = [];
  const definitions: (number[] | undefined)[] = [];
  const held = new Map<number, IndexedFile>();
  let ids: number[] | undefined;

  const addDefinitions = (id: number, defined: readonly number[]): void => {
    defined.forEach((name, index) => {
      (definitions[name] ??= []).push(id * most + Math.min(index, most - 1));
    });
  };
  const dropDefinitions = ({ id, definitions: defined }: Entry): void => {
    for (const name of new Set(defined)) {
      definitions[name] = definitions[name]?.filter((ref) => Math.floor(ref / most) !== id);
    }
  };
  const add = (file: StoredFile): void => {
    const id = entries.length;
    const lists = readIds(file.record);
    entries.push({ ...file, id, ...lists });
    idByPath.set(file.path, id);
    pushTo(idsByFileName, fileNameOf(file.path), id);
    pushTo(idsByFolder, folderOf(file.path), id);
    for (const name of lists.names) (uses[name] ??= []).push(id);
    addDefinitions(id, lists.definitions);
    ids = undefined;
  };
  const remove = (path: string): void => {
    const id = idByPath.get(path);
    const entry = id === undefined ? undefined : entries[id];
    if (id === undefined || !entry) return;
    for (const name of entry.names) uses[name] = uses[name]?.filter((file) => file !== id);
    dropDefinitions(entry);
    dropFrom(idsByFileName, fileNameOf(path), id);
    dropFrom(idsByFolder, folderOf(path), id);
    entries[id] = undefined;
    idByPath.delete(path);
    held.delete(id);
    ids = undefined;
  };
  /** Keeps the id, and touches the lists of those names only that came or went: common names have long lists. */
  const replace = (before: Entry, file: StoredFile): void => {
    const { id } = before;
    const lists = readIds(file.record);
    const [old, now] = [new Set(before.names), new Set(lists.names)];
    for (const name of old) {
      if (!now.has(name)) uses[name] = uses[name]?.filter((other) => other !== id);
    }
    for (const name of now) if (!old.has(name)) (uses[name] ??= []).push(id);
    dropDefinitions(before);
    addDefinitions(id, lists.definitions);
    entries[id] = { ...file, id, ...lists };
    held.delete(id);
  };
  const entryOf = (id: number): Entry => {
    const entry = entries[id];
    if (!entry) throw new RangeError(`There is no file ${id} in the index.`);
    return entry;
  };
  for (const file of stored.files) add(file);

  return {
    get fileCount() {
      return idByPath.size;
    },
    fileIds: () => (ids ??= [...idByPath.values()].sort((a, b) => a - b)),
    fileId: (path) => idByPath.get(path),
    pathOf: (id) => entryOf(id).path,
    languageOf: (id) => entryOf(id).languageId,
    file: (id) => {
      const entry = entryOf(id);
      const known = held.get(id);
      if (known) return known;
      const file = {
        id,
        path: entry.path,
        languageId: entry.languageId,
        ...decodeRecord(entry.record, names),
      };
      held.set(id, file);
      const [oldest] = held.keys();
      if (held.size > heldFiles && oldest !== undefined) held.delete(oldest);
      return file;
    },
    filesNamed: (name) => idsByFileName.get(name) ?? [],
    filesIn: (folder) => idsByFolder.get(folder) ?? [],
    nameId: (name) => names.find(name),
    nameOf: (id) => names.nameOf(id),
    namesIn: (id) => entryOf(id).names,
    filesUsing: (name) => uses[name] ?? [],
    definedNames: function* () {
      for (const [id, refs] of definitions.entries()) {
        if (refs && refs.length > 0) yield [names.nameOf(id), id] as const;
      }
    },
    definitionCount: (name) => definitions[name]?.length ?? 0,
    definitionsNamed: (name, within) => {
      const packed = definitions[name] ?? [];
      return (within ? packed.filter((ref) => within(Math.floor(ref / most))) : packed).map(refOf);
    },
    stampOf: (path) => {
      const id = idByPath.get(path);
      return id === undefined ? undefined : entries[id];
    },
    put: (stamp, record) => {
      const file = { ...stamp, record: encodeRecord(record, names) };
      const id = idByPath.get(stamp.path);
      const before = id === undefined ? undefined : entries[id];
      if (before) replace(before, file);
      else add(file);
    },
    touch: (path, modified, size) => {
      const id = idByPath.get(path);
      const entry = id === undefined ? undefined : entries[id];
      if (entry) Object.assign(entry, { modified, size });
    },
    remove,
    paths: () => [...idByPath.keys()],
    stored: () => ({ names: names.all(), files: entries.filter((entry) => entry !== undefined) }),
  };
}

/** Definitions of one file that have numbers of their own. */
const most = 65_536;

function refOf(packed: number): DefinitionRef {
  return { file: Math.floor(packed / most), index: packed % most };
}

function createNames(
  initial: readonly string[],
): NameTable & { find(name: string): number | undefined; all(): readonly string[] } {
  const list = [...initial];
  const ids = new Map(list.map((name, id) => [name, id]));
  return {
    idOf: (name) => {
      let id = ids.get(name);
      if (id === undefined) {
        id = list.push(name) - 1;
        ids.set(name, id);
      }
      return id;
    },
    nameOf: (id) => {
      const name = list[id];
      if (name === undefined) throw new RangeError(`There is no name ${id} in the index.`);
      return name;
    },
    find: (name) => ids.get(name),
    all: () => list,
  };
}

function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function dropFrom<K>(map: Map<K, number[]>, key: K, value: number): void {
  map.set(
    key,
    (map.get(key) ?? []).filter((other) => other !== value),
  );
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
