import { createHash } from 'node:crypto';
import path from 'node:path';
import { createHeartbeat, readHeartbeat } from '../protocol/heartbeat';
import type { OpenIndexParams } from '../protocol/indexer';
import { nameRoots } from './path-rules';
import { ripgrepPath } from './ripgrep';

export interface IndexOptions {
  /** Absolute folders of the workspace. */
  folders: readonly string[];
  /** Thimble's home: the index lies in its folder `index`. */
  home: string;
  /** Workspace paths that are indexed before all others, such as those that are open. */
  first?: readonly string[];
}

/** Files that are indexed at most. */
const maxFiles = 100_000;

/** What the worker needs to open the index of these folders. Rejects with `search-unavailable`. */
export async function indexParams({ folders, home, first = [] }: IndexOptions): Promise<OpenIndexParams> {
  const roots = nameRoots(folders, path);
  const key = createHash('sha256')
    .update(roots.map(({ folder }) => folder).join('\n'))
    .digest('hex');
  return {
    roots: roots.map(({ name, folder }) => ({ prefix: roots.length === 1 ? '' : `${name}/`, folder })),
    storeFile: path.join(home, 'index', `${key.slice(0, 24)}.thx`),
    ripgrep: await ripgrepPath(),
    maxFiles,
    first: [...first],
    skip: [],
  };
}

export interface IndexWatch {
  /** Shared with the worker. */
  heartbeat: SharedArrayBuffer;
  /** The file that the worker parses for the index just now. */
  parsing(): string | undefined;
  stop(): void;
}

/** How often the worker is looked at. Milliseconds. */
const interval = 500;

/** Calls `onHang` with a file when the worker parses it for longer than `limitMs`; then looks no more. */
export function watchIndexing(limitMs: number, onHang: (path: string) => void): IndexWatch {
  const heartbeat = createHeartbeat();
  let seen: { count: number; since: number } | undefined;
  const timer = setInterval(() => {
    const now = performance.now();
    const parsing = readHeartbeat(heartbeat);
    if (!parsing) seen = undefined;
    else if (seen?.count !== parsing.count) seen = { count: parsing.count, since: now };
    else if (now - seen.since > limitMs) {
      clearInterval(timer);
      onHang(parsing.path);
    }
  }, interval);
  timer.unref();
  return {
    heartbeat,
    parsing: () => readHeartbeat(heartbeat)?.path,
    stop: () => {
      clearInterval(timer);
    },
  };
}
