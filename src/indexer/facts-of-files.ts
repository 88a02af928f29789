import { createHash } from 'node:crypto';
import type { SourceFile } from '../protocol/indexer';
import { createFactsReader, type FactsReader, type FileFacts, readFacts } from '../syntax/file-facts';
import type { Grammars } from '../syntax/grammars';
import { createLruCache } from './lru-cache';

/** Facts of files by content, so that several requests about one file parse it once. */
export interface FactsOfFiles {
  /** As the file alone gives them. */
  of(file: SourceFile): Promise<FileFacts>;
  /**
   * Of a file that is being typed: what was not edited is taken from what was read before. Of broken code, the parser may
   * then understand another part than it would from the beginning.
   */
  whileTyped(file: SourceFile): Promise<FileFacts>;
  /** Of a file for the index, which nobody else will ask about unless it is open. */
  forIndex(file: SourceFile): Promise<FileFacts>;
}

/** Files whose facts are kept: those that are open, and some more. */
const keptFiles = 64;
/** Files of which a tree is kept. */
const keptTrees = 6;

export function createFactsOfFiles(grammars: Grammars): FactsOfFiles {
  const alone = createLruCache<FileFacts>(keptFiles);
  const typed = createLruCache<FileFacts>(keptFiles);
  const readers = new Map<string, FactsReader>();

  const readerOf = (path: string): FactsReader => {
    const reader = readers.get(path) ?? createFactsReader(grammars);
    readers.delete(path);
    readers.set(path, reader);
    const [oldest] = readers.keys();
    if (readers.size > keptTrees && oldest !== undefined) {
      readers.get(oldest)?.dispose();
      readers.delete(oldest);
    }
    return reader;
  };
  const whileTyped = (file: SourceFile): Promise<FileFacts> => {
    const key = keyOf(file);
    return alone.peek(key) ?? typed.get(key, () => readerOf(file.path).read(file));
  };
  return {
    of: (file) => alone.get(keyOf(file), () => readFacts(file, grammars)),
    whileTyped,
    forIndex: (file) => (readers.has(file.path) ? whileTyped(file) : readFacts(file, grammars)),
  };
}

function keyOf(file: SourceFile): string {
  return `${file.languageId} ${createHash('sha256').update(file.text).digest('base64')}`;
}
