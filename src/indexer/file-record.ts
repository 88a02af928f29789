import type { Definition, IndexedImport } from '../context/symbol-index';
import { createReader, createWriter, type ByteReader } from './bytes';

/** What the index keeps of one file. */
export interface FileRecord {
  definitions: readonly Definition[];
  imports: readonly IndexedImport[];
  /** All identifiers, each once. */
  names: readonly string[];
}

/** Names as small numbers, the same for the whole index. */
export interface NameTable {
  idOf(name: string): number;
  nameOf(id: number): string;
}

/**
 * A record as bytes: the identifiers' ids (ascending, as differences), the definitions' name ids, then the rest. The
 * first two are all that the index reads of a file until somebody asks for it.
 */
export function encodeRecord(record: FileRecord, table: NameTable): Uint8Array {
  const out = createWriter(2048);
  const ids = [...new Set(record.names.map((name) => table.idOf(name)))].sort((a, b) => a - b);
  out.number(ids.length);
  ids.forEach((id, index) => {
    out.number(id - (ids[index - 1] ?? 0));
  });
  out.number(record.definitions.length);
  for (const { name } of record.definitions) out.number(table.idOf(name));
  let line = 0;
  for (const definition of record.definitions) {
    out.number(table.idOf(definition.kind));
    out.number(definition.startLine - line);
    out.number(definition.endLine - definition.startLine);
    out.number(definition.containers.length);
    for (const container of definition.containers) out.number(table.idOf(container));
    out.text(definition.signature);
    out.text(definition.doc);
    line = definition.startLine;
  }
  out.number(record.imports.length);
  for (const { specifier, names } of record.imports) {
    out.text(specifier);
    out.number(names.length);
    for (const { name, local } of names) {
      out.number(table.idOf(name));
      out.number(table.idOf(local));
    }
  }
  return out.done();
}

/** The ids of a record's identifiers and of its definitions' names, without reading the rest. */
export function readIds(bytes: Uint8Array): { names: Uint32Array; definitions: Uint32Array } {
  return idsFrom(createReader(bytes));
}

function idsFrom(reader: ByteReader): { names: Uint32Array; definitions: Uint32Array } {
  const names = reader.numbers(reader.number());
  for (let at = 1; at < names.length; at++) names[at] = (names[at] ?? 0) + (names[at - 1] ?? 0);
  return { names, definitions: reader.numbers(reader.number()) };
}

/** The definitions and imports of a record. Throws `RangeError` for bytes that are none. */
export function decodeRecord(
  bytes: Uint8Array,
  table: Pick<NameTable, 'nameOf'>,
): Pick<FileRecord, 'definitions' | 'imports'> {
  const reader = createReader(bytes);
  const ids = idsFrom(reader);
  const name = (): string => table.nameOf(reader.number());
  let line = 0;
  const definitions = Array.from(ids.definitions, (id) => {
    const kind = name();
    const startLine = (line += reader.number());
    const endLine = startLine + reader.number();
    const containers = times(reader.number(), name);
    return {
      name: table.nameOf(id),
      kind,
      containers,
      startLine,
      endLine,
      signature: reader.text(),
      doc: reader.text(),
    };
  });
  const imports = times(reader.number(), () => ({
    specifier: reader.text(),
    names: times(reader.number(), () => ({ name: name(), local: name() })),
  }));
  return { definitions, imports };
}

function times<T>(count: number, make: () => T): T[] {
  const list: T[] = [];
  for (let i = 0; i < count; i++) list.push(make());
  return list;
}
