import type { FileSnapshot, Workspace } from '../base/ports';
import type { ContextSpan, Position, SourceFile } from '../protocol/indexer';
import type { SyntaxService } from '../syntax/syntax-service';
import { importPaths } from './import-paths';

export interface ContextPorts {
  workspace: Pick<Workspace, 'exists' | 'list' | 'read'>;
  syntax: SyntaxService;
}

/** Imported files that are read at most; files of one imported folder (a Go or Java package). */
const maxImported = 24;
const maxPerFolder = 12;

/**
 * Spans worth showing for a place, best first: looks for the files that `file` imports, reads them, and lets the
 * syntax worker rank. `open` are files that the user has open; they win over what is on disk. Files that cannot be
 * read are left out. Rejects as {@link SyntaxService} does.
 */
export async function collectSpans(
  request: { file: SourceFile; position: Position; open?: readonly SourceFile[] },
  { workspace, syntax }: ContextPorts,
  signal: AbortSignal,
): Promise<ContextSpan[]> {
  const { file, position } = request;
  const others = new Map((request.open ?? []).map((other) => [other.path, other]));
  const paths = new Set<string>();
  for (const specifier of await syntax.request('imports', file, signal)) {
    if (paths.size >= maxImported) break;
    for (const path of await existing(importPaths(specifier, file.path, file.languageId), file, workspace)) {
      paths.add(path);
    }
  }
  for (const path of [...paths].slice(0, maxImported)) {
    signal.throwIfAborted();
    const snapshot = others.has(path) ? undefined : await workspace.read(path).catch(() => undefined);
    if (snapshot) others.set(path, sourceOf(snapshot));
  }
  others.delete(file.path);
  return syntax.request('context', { file, position, others: [...others.values()] }, signal);
}

/** What of a snapshot the syntax worker needs. */
export function sourceOf({ path, languageId, text }: FileSnapshot): SourceFile {
  return { path, languageId, text };
}

/** The first candidate that exists; of a folder, its files with the importer's extension. */
async function existing(
  candidates: string[],
  importer: SourceFile,
  workspace: ContextPorts['workspace'],
): Promise<string[]> {
  for (const candidate of candidates) {
    if (!candidate.endsWith('/')) {
      if (await workspace.exists(candidate).catch(() => false)) return [candidate];
      continue;
    }
    const extension = importer.path.slice(importer.path.lastIndexOf('.') + 1);
    const listed = await workspace
      .list(candidate.slice(0, -1), { glob: `*.${extension}`, limit: maxPerFolder })
      .catch(() => undefined);
    if (listed && listed.paths.length > 0) return listed.paths;
  }
  return [];
}
