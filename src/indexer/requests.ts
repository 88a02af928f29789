import * as v from 'valibot';
import type { IndexerRequestMessage } from '../protocol/indexer';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const sourceFile = v.object({ path: v.string(), languageId: v.string(), text: v.string() });
const position = v.object({ line: count, column: count });
const told = v.array(v.object({ name: v.string(), line: count, path: v.string(), startLine: count }));
const id = v.number();
const openIndex = v.object({
  roots: v.array(v.object({ prefix: v.string(), folder: v.string() })),
  storeFile: v.string(),
  ripgrep: v.string(),
  maxFiles: count,
  first: v.array(v.string()),
  skip: v.array(v.string()),
  heartbeat: v.optional(v.instance(SharedArrayBuffer)),
});

const request = v.variant('name', [
  v.object({ id, name: v.literal('outline'), params: sourceFile }),
  v.object({ id, name: v.literal('syntaxErrors'), params: sourceFile }),
  v.object({ id, name: v.literal('imports'), params: sourceFile }),
  v.object({
    id,
    name: v.literal('occurrences'),
    params: v.object({ file: sourceFile, name: v.pipe(v.string(), v.minLength(1)) }),
  }),
  v.object({ id, name: v.literal('enclosing'), params: v.object({ file: sourceFile, position }) }),
  v.object({ id, name: v.literal('context'), params: v.object({ file: sourceFile, position, told }) }),
  v.object({
    id,
    name: v.literal('usedDefinitions'),
    params: v.object({
      file: sourceFile,
      range: v.object({ startLine: count, endLine: count }),
      problems: v.array(v.object({ line: count, message: v.string() })),
      told,
    }),
  }),
  v.object({
    id,
    name: v.literal('definition'),
    params: v.object({ file: sourceFile, symbol: v.string(), line: count }),
  }),
  v.object({ id, name: v.literal('openIndex'), params: openIndex }),
  v.object({ id, name: v.literal('indexStatus'), params: v.null() }),
  v.object({ id, name: v.literal('updateIndex'), params: v.object({ paths: v.array(v.string()) }) }),
  v.object({ id, name: v.literal('saveIndex'), params: v.null() }),
  v.object({
    id,
    name: v.literal('findSymbol'),
    params: v.object({ query: v.string(), limit: count, near: v.optional(v.string()) }),
  }),
  v.object({
    id,
    name: v.literal('repositoryMap'),
    params: v.object({
      budget: count,
      near: v.array(v.string()),
      without: v.array(v.object({ path: v.string(), symbol: v.string() })),
    }),
  }),
]);

/** The request that a message holds, or the reason why it holds none, in words. */
export function readRequest(
  message: unknown,
): { ok: true; request: IndexerRequestMessage } | { ok: false; id: number; reason: string } {
  const result = v.safeParse(request, message);
  if (result.success) return { ok: true, request: result.output };
  const known = v.safeParse(v.object({ id }), message);
  const reason = result.issues
    .map((issue) => `${v.getDotPath(issue) ?? 'message'}: ${issue.message}`)
    .join('; ');
  return { ok: false, id: known.success ? known.output.id : -1, reason };
}
