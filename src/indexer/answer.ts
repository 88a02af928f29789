import { createHash } from 'node:crypto';
import { contextSpans } from '../context/context-spans';
import type { IndexerRequestMessage, SourceFile } from '../protocol/indexer';
import { enclosingSymbol, isOutlined } from '../syntax/enclosing';
import { readFacts, type FileFacts } from '../syntax/file-facts';
import { createGrammars, type LoadGrammar } from '../syntax/grammars';
import { createLruCache } from './lru-cache';

/** Files whose facts are kept: those that one request for context hands over, and some more. */
const keptFiles = 64;

/**
 * Answers requests by parsing; the facts of the last files are kept by content, so that several requests about one
 * file parse it once. Rejects with `grammar-broken` when a grammar's file cannot be used.
 */
export function createAnswerer(load: LoadGrammar): (request: IndexerRequestMessage) => Promise<unknown> {
  const grammars = createGrammars(load);
  const cache = createLruCache<FileFacts>(keptFiles);
  const factsOf = (file: SourceFile): Promise<FileFacts> =>
    cache.get(keyOf(file), () => readFacts(file, grammars));

  return async ({ name, params }) => {
    switch (name) {
      case 'outline':
        return (await factsOf(params)).symbols.filter(isOutlined);
      case 'syntaxErrors':
        return (await factsOf(params)).errors;
      case 'imports':
        return (await factsOf(params)).imports;
      case 'enclosing':
        return enclosingSymbol(params.file.text, (await factsOf(params.file)).symbols, params.position);
      case 'context': {
        const read = async (file: SourceFile): Promise<{ file: SourceFile; facts: FileFacts }> => ({
          file,
          facts: await factsOf(file),
        });
        const others = [];
        for (const other of params.others) others.push(await read(other));
        return contextSpans({ ...(await read(params.file)), position: params.position, others });
      }
    }
  };
}

function keyOf(file: SourceFile): string {
  return `${file.languageId} ${createHash('sha256').update(file.text).digest('base64')}`;
}
