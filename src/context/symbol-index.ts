import type { ImportedName } from '../syntax/imports';

/** A definition as the index keeps it. Lines are 1-based, both inclusive. */
export interface Definition {
  name: string;
  kind: string;
  /** Names of what encloses it, outermost first. */
  containers: readonly string[];
  startLine: number;
  endLine: number;
  /** The declaration on one line, without the body. */
  signature: string;
  /** First sentence of its comment, `''` without one. */
  doc: string;
}

/** A specifier that a file imports, with the names that it takes from there (none: all, or the module itself). */
export interface IndexedImport {
  specifier: string;
  names: readonly ImportedName[];
}

export interface IndexedFile {
  id: number;
  path: string;
  languageId: string;
  /** In source order. */
  definitions: readonly Definition[];
  imports: readonly IndexedImport[];
}

/** A definition by its file and its place among that file's definitions. */
export interface DefinitionRef {
  file: number;
  index: number;
}

/** Numbers that are only looked at. */
export type NumberList = Iterable<number> & { readonly length: number; includes(value: number): boolean };

/**
 * The workspace's definitions and uses, read-only. Files and names have ids, which are small whole numbers; an id is
 * good for as long as nothing is indexed anew, so nobody keeps one beyond an answer.
 */
export interface SymbolIndex {
  readonly fileCount: number;
  /** Ids of all files, ascending. */
  fileIds(): readonly number[];
  fileId(path: string): number | undefined;
  pathOf(file: number): string;
  languageOf(file: number): string;
  file(file: number): IndexedFile;
  /** Files whose path ends in `/NAME`, or is it. */
  filesNamed(name: string): readonly number[];
  /** Files of a folder (`''` for the workspace itself), those of its folders left out. */
  filesIn(folder: string): readonly number[];
  nameId(name: string): number | undefined;
  nameOf(name: number): string;
  /** Ids of all identifiers of a file, ascending, each once. */
  namesIn(file: number): NumberList;
  /** Files that have the identifier. */
  filesUsing(name: number): NumberList;
  /** All names that something bears, with their ids. */
  definedNames(): Iterable<readonly [name: string, id: number]>;
  definitionCount(name: number): number;
  /** Those in files that `within` takes, all without it. A common name has thousands. */
  definitionsNamed(name: number, within?: (file: number) => boolean): readonly DefinitionRef[];
}
