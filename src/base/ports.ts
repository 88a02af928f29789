/**
 * The ports through which the core reaches the outside. Floors 2–6 receive them as arguments; `node/` and
 * `vscode/` implement them. Paths are relative to the workspace with `/`; in a workspace of several roots the
 * first segment is the root's name. A port rejects with {@link UserError} and nothing else.
 */

/** How a file's bytes stand for its text, kept so that an edit changes nothing but what it says. */
export interface TextFormat {
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';
  /** The file begins with a byte order mark (never part of `text`). */
  bom: boolean;
  /** The line end that new lines get: the one that the file uses most. */
  eol: '\n' | '\r\n';
  /** The file holds more than one kind of line end. */
  mixedEol: boolean;
}

/** A file as the core sees it. `text` is exact: line ends are as they stand in the file. */
export interface FileSnapshot {
  path: string;
  text: string;
  format: TextFormat;
  /** SHA-256 (hex) of the text as it is now, in the editor if the file is open there; guards a later write. */
  hash: string;
  /** VS Code language identifier, such as `typescriptreact`. */
  languageId: string;
  readOnly: boolean;
  /** The editor holds changes that are not on disk. */
  dirty: boolean;
}

/** One file's new content; `text: null` deletes it. */
export interface FileWrite {
  path: string;
  text: string | null;
  /** Hash of the snapshot that the change was made from; null when the file must not exist yet. */
  expectedHash: string | null;
}

/** One line that a search found. `line` and `column` are 1-based, `column` in UTF-16 units. */
export interface SearchMatch {
  path: string;
  line: number;
  column: number;
  text: string;
}

export interface SearchOptions {
  /** Text to find, or a regular expression in ripgrep's syntax with `regex`. */
  pattern: string;
  regex?: boolean;
  caseSensitive?: boolean;
  /** Glob over workspace paths. */
  glob?: string;
  maxMatches: number;
}

/** What tells whether a file may have changed, without reading it. */
export interface FileStamp {
  path: string;
  /** Bytes. */
  size: number;
  /** Another text whenever the file's bytes may be others. */
  stamp: string;
  /** When the file was last changed or came to be under its name. Milliseconds since the epoch. */
  changedAt: number;
  /** Permission bits. */
  mode: number;
}

/** The user's folders. Nothing outside them is read or written, symbolic links included. */
export interface Workspace {
  /** Root folders by name; empty when no folder is open. */
  readonly roots: readonly { name: string }[];
  /** False in VS Code's restricted mode: then nothing is written or run. */
  readonly trusted: boolean;
  /** The snapshot, from the editor if the file is open there. Rejects: missing, outside, binary, above 1 MiB. */
  read(path: string): Promise<FileSnapshot>;
  exists(path: string): Promise<boolean>;
  /** Files under a folder, in byte order of their paths, ignore files respected; cut off after `limit`. */
  list(
    folder: string,
    options: { glob?: string; limit: number },
  ): Promise<{ paths: string[]; truncated: boolean }>;
  search(
    options: SearchOptions,
    signal: AbortSignal,
  ): Promise<{ matches: SearchMatch[]; truncated: boolean }>;
  /**
   * Writes all files or none. Rejects with `changed-meanwhile` when a file is no longer what `expectedHash` says,
   * `read-only`, `outside-workspace`, `untrusted`. Undo works in the editor.
   */
  write(changes: readonly FileWrite[], label: string): Promise<void>;
  /** The file's bytes on disk, for a checkpoint; null when it does not exist. */
  readBytes(path: string): Promise<Uint8Array | null>;
  /** Puts bytes back as they were; null deletes, `mode` sets the permission bits. Used only to restore a checkpoint. */
  restoreBytes(path: string, bytes: Uint8Array | null, mode?: number): Promise<void>;
  /** The stamps of the files on disk that `list` would give. */
  stamps(limit: number): Promise<{ files: FileStamp[]; truncated: boolean }>;
}

export interface CommandRequest {
  /** A command line for the user's shell. */
  command: string;
  /** Workspace path of the folder to run in; `''` is the first root. */
  cwd: string;
  timeoutMs: number;
  /** Called with pieces of merged stdout and stderr as they come. */
  onOutput?: (text: string) => void;
}

export interface CommandResult {
  /** Null when a signal ended it. */
  exitCode: number | null;
  /** Merged stdout and stderr, cut in the middle when long. */
  output: string;
  /** Characters (UTF-16 units) that were cut out of the middle. */
  omitted: number;
  timedOut: boolean;
  durationMs: number;
}

/** Runs commands in a child process of their own; a cancel or a time-out ends the whole process tree. */
export interface CommandRunner {
  run(request: CommandRequest, signal: AbortSignal): Promise<CommandResult>;
}

/** Monotonic milliseconds and timers, replaced by a hand-driven one in tests. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Named records on disk. A write is atomic: a reader sees the old record or the new one, never a part. */
export interface Store {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  /** Keys that begin with `prefix`, in byte order. */
  keys(prefix: string): Promise<string[]>;
}

/** Records as lines of JSON, of which the oldest go as the file grows. */
export interface LineLog<T> {
  /** Never rejects: what cannot be logged is not worth an error. */
  add(record: T): Promise<void>;
  /** The newest, at most `limit`, the oldest first. Lines that are no JSON are left out. */
  read(limit: number): Promise<T[]>;
  clear(): Promise<void>;
}

/** A problem that a language service reports. Lines and columns are 1-based. */
export interface Diagnostic {
  path: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  severity: 'error' | 'warning' | 'information' | 'hint';
  message: string;
  source?: string;
}
