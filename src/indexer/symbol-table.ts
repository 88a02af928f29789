import type { DefinitionRef, IndexedFile, SymbolIndex } from '../context/symbol-index';
import { createPostings } from './postings';
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
  names: Uint32Array;
  definitions: Uint32Array;
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
  const held = new Map<number, IndexedFile>();
  let ids: number[] | undefined;

  const enter = (file: StoredFile): Entry => {
    const id = entries.length;
    const entry = { ...file, id, ...readIds(file.record) };
    entries.push(entry);
    idByPath.set(file.path, id);
    pushTo(idsByFileName, fileNameOf(file.path), id);
    pushTo(idsByFolder, folderOf(file.path), id);
    ids = undefined;
    return entry;
  };
  const known = stored.files.map(enter);
  const uses = createPostings(
    known.map(({ id, names: keys }) => ({ keys, valueOf: () => id })),
    stored.names.length,
  );
  // One number stands for a definition: its file and its place in there.
  const definitions = createPostings(
    known.map(({ id, definitions: keys }) => ({ keys, valueOf: (at) => packedRef(id, at) })),
    stored.names.length,
  );
  const addDefinitions = ({ id, definitions: defined }: Entry): void => {
    defined.forEach((name, index) => {
      definitions.add(name, packedRef(id, index));
    });
  };
  const dropDefinitions = ({ id, definitions: defined }: Entry): void => {
    for (const name of new Set(defined)) definitions.keep(name, (ref) => Math.floor(ref / most) !== id);
  };
  const add = (file: StoredFile): void => {
    const entry = enter(file);
    for (const name of entry.names) uses.add(name, entry.id);
    addDefinitions(entry);
  };
  const remove = (path: string): void => {
    const id = idByPath.get(path);
    const entry = id === undefined ? undefined : entries[id];
    if (id === undefined || !entry) return;
    for (const name of entry.names) uses.keep(name, (file) => file !== id);
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
    const entry = { ...file, id, ...readIds(file.record) };
    const [old, now] = [new Set(before.names), new Set(entry.names)];
    for (const name of old) if (!now.has(name)) uses.keep(name, (other) => other !== id);
    for (const name of now) if (!old.has(name)) uses.add(name, id);
    dropDefinitions(before);
    addDefinitions(entry);
    entries[id] = entry;
    held.delete(id);
  };
  const entryOf = (id: number): Entry => {
    const entry = entries[id];
    if (!entry) throw new RangeError(`There is no file ${id} in the index.`);
    return entry;
  };

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
    filesUsing: (name) => uses.get(name),
    definedNames: function* () {
      for (let id = 0; id < definitions.keyCount; id++) {
        if (definitions.count(id) > 0) yield [names.nameOf(id), id] as const;
      }
    },
    definitionCount: (name) => definitions.count(name),
    definitionsNamed: (name, within) => {
      const refs: DefinitionRef[] = [];
      for (const packed of definitions.get(name)) {
        if (!within || within(Math.floor(packed / most))) refs.push(refOf(packed));
      }
      return refs;
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

function packedRef(file: number, index: number): number {
  return file * most + Math.min(index, most - 1);
}

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
