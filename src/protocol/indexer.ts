/** Messages between the host and the indexer's worker thread. Lines and columns are 1-based, UTF-16 units. */

/** A lookup at one place of one file. `files` are the other files that the host has at hand (open or imported). */
export interface SourceFile {
  path: string;
  languageId: string;
  text: string;
}

export interface Position {
  line: number;
  column: number;
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

export interface ContextSpan {
  path: string;
  startLine: number;
  endLine: number;
  form: 'signature' | 'skeleton' | 'body';
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
  /** Import specifiers as written in the file, for the host to resolve to paths. */
  imports: { params: SourceFile; result: string[] };
  /** Spans worth showing for a place, best first: definitions of names used near it, from `others` and the file. */
  context: { params: { file: SourceFile; position: Position; others: SourceFile[] }; result: ContextSpan[] };
}

export type IndexerRequestName = keyof IndexerRequests;

export type IndexerRequestMessage = {
  [K in IndexerRequestName]: { id: number; name: K; params: IndexerRequests[K]['params'] };
}[IndexerRequestName];

export type IndexerResponseMessage =
  | { type: 'ready' }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'error'; id: number; message: string };
