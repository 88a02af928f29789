/** Messages between the host and the indexer's worker thread. Lines and columns are 1-based, UTF-16 units. */

/** A file's text as the host has it, unsaved changes included. */
export interface SourceFile {
  path: string;
  languageId: string;
  text: string;
}

export interface Position {
  line: number;
  column: number;
}

/** Lines, both inclusive. */
export interface LineRange {
  startLine: number;
  endLine: number;
}

/** What a language service says about a line. */
export interface Problem {
  line: number;
  message: string;
}

/** What a language service says that a name on a line means. */
export interface ToldDefinition {
  name: string;
  line: number;
  /** Where it is defined. */
  path: string;
  startLine: number;
}

export interface SymbolInfo {
  name: string;
  /** Such as `function`, `method`, `class`, `interface`, `type`, `constant`, `field`, `heading`. */
  kind: string;
  /** Names of the enclosing symbols, outermost first. */
  containers: string[];
  startLine: number;
  endLine: number;
  /** Offsets in UTF-16 units of the whole definition, decorators and leading doc comment included. */
  start: number;
  end: number;
  /** The declaration on one line, without the body. */
  signature: string;
  /** First sentence of its comment or docstring, `''` without one. */
  doc: string;
}

/**
 * What a name is where it stands: `binding` is a parameter, a local, or the name of an import's alias; `member` follows
 * a dot; `key` names a property or a keyword argument; `shorthand` is key and value in one; `export` is an entry of
 * `__all__` or `module.exports`; `doc` a link in a doc comment or an example in a docstring; `name` any other use.
 */
export type OccurrenceRole =
  'definition' | 'binding' | 'name' | 'member' | 'key' | 'shorthand' | 'export' | 'doc';

export interface NameOccurrence {
  /** Offset in UTF-16 units. */
  start: number;
  line: number;
  role: OccurrenceRole;
  /** What stands before the dot of a `member`. */
  qualifier?: string;
}

export interface NameOccurrences {
  occurrences: NameOccurrence[];
  /** Import statements: their range, what they name as source, and the names that they bring in. */
  imports: { start: number; end: number; specifiers: string[]; names: { name: string; local: string }[] }[];
}

/** A definition by its name with its containers (`Stack.push`), which a change elsewhere in its file leaves as it is. */
export interface DefinitionName {
  path: string;
  symbol: string;
}

export interface ContextSpan extends DefinitionName {
  startLine: number;
  endLine: number;
  form: 'signature' | 'skeleton' | 'body';
  /** The user wants it in every prompt: it is packed before all others. */
  pinned?: true;
  /** It uses what the asked lines define: a caller or a test, and no definition that they need. */
  isUse?: true;
  /** The declaration of the type that it is a member of, on one line. */
  owner?: string;
  reason: string;
  score: number;
  text: string;
}

/** Requests by name: parameters and result. Parse errors never fail a request: the tree is simply partial. */
export interface IndexerRequests {
  /** All definitions of the file in source order; for a language without a grammar, an empty list. */
  outline: { params: SourceFile; result: SymbolInfo[] };
  /** The innermost function, method or class around a place. */
  enclosing: { params: { file: SourceFile; position: Position }; result: SymbolInfo | null };
  /** Count and first lines of syntax errors, to tell whether an edit broke something. */
  syntaxErrors: { params: SourceFile; result: { count: number; lines: number[] } };
  /** Where a file has a name, and what it imports; null for a language that only the outline knows. */
  occurrences: { params: { file: SourceFile; name: string }; result: NameOccurrences | null };
  /** Import specifiers as written in the file, for the host to resolve to paths. */
  imports: { params: SourceFile; result: string[] };
  /** Opens the stored index of these folders, or a new one, and brings it up to date in the background. */
  openIndex: { params: OpenIndexParams; result: IndexStatus };
  /** How far the index is; null when none was opened. */
  indexStatus: { params: null; result: IndexStatus | null };
  /** Looks again, in the background, at files and folders that were changed, made or deleted (workspace paths). */
  updateIndex: { params: { paths: string[] }; result: null };
  /** Stores what the index has learnt since it was stored. */
  saveIndex: { params: null; result: null };
  /** Spans worth showing for a place, best first, in the forms that a packing chooses from; none without an index. */
  context: {
    params: { file: SourceFile; position: Position; told: readonly ToldDefinition[] };
    result: ContextSpan[];
  };
  /**
   * Definitions that lines of a file use or that problems reported there name, and code that uses what the lines define,
   * in the forms that a packing chooses from: of the file itself, and with an index of other files, where it is sure
   * which definition is meant.
   */
  usedDefinitions: {
    params: {
      file: SourceFile;
      range: LineRange;
      problems: readonly Problem[];
      told: readonly ToldDefinition[];
    };
    result: ContextSpan[];
  };
  /**
   * The definition of that name in a file, of several the one nearest to `line`, in the forms that a packing chooses
   * from; none when the file has no such definition.
   */
  definition: { params: { file: SourceFile; symbol: string; line: number }; result: ContextSpan[] };
  /** Definitions by name, the likeliest first; `near` (a workspace path) prefers what is close to it. */
  findSymbol: { params: FindSymbolParams; result: FoundSymbol[] };
  /** The workspace's most used definitions but those `without`, as an outline of about `budget` tokens; `''` without an index. */
  repositoryMap: { params: { budget: number; near: string[]; without: DefinitionName[] }; result: string };
}

export interface OpenIndexParams {
  /** Folders with what their workspace paths begin with: `''`, or `NAME/` in a workspace of several roots. */
  roots: { prefix: string; folder: string }[];
  /** The file that the index is stored in. */
  storeFile: string;
  /** The ripgrep program. */
  ripgrep: string;
  maxFiles: number;
  /** Workspace paths that are indexed before all others. */
  first: string[];
  /** Workspace paths on which the parser hung. */
  skip: string[];
  /** Where the worker writes which file it parses, for {@link readHeartbeat}. */
  heartbeat?: SharedArrayBuffer | undefined;
}

/** Times in milliseconds, sizes in bytes. */
export interface IndexStatus {
  state: 'indexing' | 'ready';
  /** Files that can be asked for. */
  files: number;
  /** Until the stored index could be asked, and until all files were up to date (0 before that). */
  openMs: number;
  indexMs: number;
  /** Files that were parsed since the index was opened, and their size. */
  parsed: number;
  bytes: number;
  /** The stored index, when it was written. */
  storedBytes: number;
  /** Heap and buffers of the worker, the grammars' included. */
  memory: number;
  /** Files that are left out, by reason. */
  skipped: Partial<Record<string, number>>;
  /** There are more files than are indexed. */
  truncated: boolean;
}

export interface FindSymbolParams {
  /** A name, or the end of one with its containers (`Store.open`). */
  query: string;
  limit: number;
  near?: string | undefined;
}

export interface FoundSymbol {
  path: string;
  name: string;
  kind: string;
  containers: string[];
  startLine: number;
  endLine: number;
  signature: string;
  doc: string;
  /** Files that use the name. */
  uses: number;
}

export type IndexerRequestName = keyof IndexerRequests;

export type IndexerRequestMessage = {
  [K in IndexerRequestName]: { id: number; name: K; params: IndexerRequests[K]['params'] };
}[IndexerRequestName];

export type IndexerResponseMessage =
  | { type: 'ready' }
  /** A line for the log, sent at any time. */
  | { type: 'log'; line: string }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'error'; id: number; message: string };
