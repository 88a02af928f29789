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
