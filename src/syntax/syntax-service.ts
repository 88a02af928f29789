import type { IndexerRequestName, IndexerRequests } from '../protocol/indexer';

/**
 * Syntax on demand, answered by the indexer's worker thread. A call rejects with a `UserError` when the worker
 * died or took longer than its limit; the next call finds a fresh worker.
 */
export interface SyntaxService {
  request<K extends IndexerRequestName>(
    name: K,
    params: IndexerRequests[K]['params'],
    signal?: AbortSignal,
  ): Promise<IndexerRequests[K]['result']>;
  dispose(): void;
}

/** Syntax with an index of the workspace. */
export interface IndexingSyntax extends SyntaxService {
  /** Files and folders that were changed, made or deleted (workspace paths; `''` for all). Starts no worker. */
  changed(paths: string[]): void;
  /** Other folders are to be indexed: the worker ends, and one with the new folders starts with the next request. */
  reopen(): void;
}
