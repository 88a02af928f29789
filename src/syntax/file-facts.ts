import type { SourceFile, SymbolInfo } from '../protocol/indexer';
import { definitionsIn } from './definitions';
import type { Grammars } from './grammars';
import { importsIn, importStatementsIn, type ImportStatement } from './imports';
import { languageOf } from './languages';
import { markdownOutline } from './markdown';
import { syntaxErrorsIn } from './syntax-errors';

/** A name that may refer to a definition; `offset` in UTF-16 units. */
export interface Reference {
  name: string;
  offset: number;
}

/** Everything that is read out of one file's tree, as plain data. */
export interface FileFacts {
  symbols: SymbolInfo[];
  imports: string[];
  importStatements: ImportStatement[];
  references: Reference[];
  errors: { count: number; lines: number[] };
  /** Only the head of the file was parsed: it is longer than {@link maxParsed}. Errors are then not counted. */
  partial: boolean;
}

/** UTF-16 units of a file that are parsed at most; what lies behind is not seen. */
export const maxParsed = 1_000_000;

const nothing: FileFacts = {
  symbols: [],
  imports: [],
  importStatements: [],
  references: [],
  errors: { count: 0, lines: [] },
  partial: false,
};

/**
 * Parses a file and reads out its facts; the tree is gone afterwards. A language without a grammar has no facts.
 * @throws UserError `grammar-broken`
 */
export async function readFacts(file: Omit<SourceFile, 'path'>, grammars: Grammars): Promise<FileFacts> {
  const text = headOf(file.text);
  const partial = text.length < file.text.length;
  if (file.languageId === 'markdown') return { ...nothing, symbols: markdownOutline(text), partial };
  const language = languageOf(file.languageId);
  if (!language) return { ...nothing, partial };
  const grammar = await grammars.get(language);
  const tree = grammar.parse(text);
  try {
    const matches = grammar.structure.matches(tree.rootNode);
    const references = grammar.references
      .captures(tree.rootNode)
      .map(({ node }) => ({ name: text.slice(node.startIndex, node.endIndex), offset: node.startIndex }));
    return {
      symbols: definitionsIn(matches, text),
      imports: importsIn(matches, file.languageId),
      importStatements: importStatementsIn(matches, file.languageId, references, text),
      references,
      errors: partial ? nothing.errors : syntaxErrorsIn(tree),
      partial,
    };
  } finally {
    tree.delete();
  }
}

/** The whole lines that fit into {@link maxParsed}: nothing of a file that is one longer line. */
function headOf(text: string): string {
  if (text.length <= maxParsed) return text;
  return text.slice(0, text.lastIndexOf('\n', maxParsed) + 1);
}
