import type { QueryCapture, Tree } from 'web-tree-sitter';
import type { SourceFile, SymbolInfo } from '../protocol/indexer';
import { definitionsIn } from './definitions';
import type { Grammar, Grammars } from './grammars';
import { importsIn, importStatementsIn, type ImportStatement } from './imports';
import { languageOf } from './languages';
import { markdownOutline } from './markdown';
import { type Match, plainMatches } from './matches';
import { editBetween, mergedMatches, mergedReferences, touchedBy, treeEdit } from './text-edit';
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

/** What was read out of a tree, from which facts are made. */
interface Reading {
  tree: Tree;
  text: string;
  matches: readonly Match[];
  references: readonly Reference[];
}

/** Facts of one file as it is edited: what an edit did not touch is not parsed and looked through again. */
export interface FactsReader {
  /** @throws UserError `grammar-broken` */
  read(file: Omit<SourceFile, 'path'>): Promise<FileFacts>;
  /** Frees the tree. */
  dispose(): void;
}

/**
 * Parses a file and reads out its facts; the tree is gone afterwards. A language without a grammar has no facts.
 * @throws UserError `grammar-broken`
 */
export async function readFacts(file: Omit<SourceFile, 'path'>, grammars: Grammars): Promise<FileFacts> {
  const reader = createFactsReader(grammars);
  try {
    return await reader.read(file);
  } finally {
    reader.dispose();
  }
}

/** A reader that keeps the last tree, for the file that somebody works on. */
export function createFactsReader(grammars: Grammars): FactsReader {
  let last: (Reading & { languageId: string }) | undefined;
  return {
    read: async ({ languageId, text: whole }) => {
      const text = headOf(whole);
      const partial = text.length < whole.length;
      if (languageId === 'markdown') return { ...nothing, symbols: markdownOutline(text), partial };
      const language = languageOf(languageId);
      if (!language) return { ...nothing, partial };
      const grammar = await grammars.get(language);
      const before = last;
      // A tree that was told of an edit is of no use to anybody else, also when reading it fails.
      last = undefined;
      try {
        const again = before?.languageId === languageId ? readAgain(grammar, before, text) : undefined;
        last = { ...(again ?? readWhole(grammar, text)), languageId };
        return factsFrom(last, partial);
      } finally {
        before?.tree.delete();
      }
    },
    dispose: () => {
      last?.tree.delete();
      last = undefined;
    },
  };
}

function factsFrom(
  { tree, text, matches, references, languageId }: Reading & { languageId: string },
  partial: boolean,
): FileFacts {
  return {
    symbols: definitionsIn(matches, text),
    imports: importsIn(matches, languageId, text),
    importStatements: importStatementsIn(matches, languageId, references, text),
    references: [...references],
    errors: partial ? nothing.errors : syntaxErrorsIn(tree),
    partial,
  };
}

function readWhole(grammar: Grammar, text: string): Reading {
  const tree = grammar.parse(text);
  return {
    tree,
    text,
    matches: plainMatches(grammar.structure.matches(tree.rootNode)),
    references: referencesFrom(grammar.references.captures(tree.rootNode), text),
  };
}

/** The new reading of an edited text; undefined where so much of it changed that reading all of it is as quick. */
function readAgain(grammar: Grammar, before: Reading, text: string): Reading | undefined {
  const edit = editBetween(before.text, text);
  if (!edit) return { ...before, tree: before.tree.copy() };
  if (edit.newEnd - edit.start > text.length / 2) return undefined;
  before.tree.edit(treeEdit(edit, before.text, text));
  const tree = grammar.parse(text, before.tree);
  const changed = touchedBy(edit, before.tree.getChangedRanges(tree));
  if (changed.end - changed.start > text.length / 2) {
    tree.delete();
    return undefined;
  }
  const { rootNode } = tree;
  // One more character on either side: what only touches the change may have become part of it.
  const range = { startIndex: Math.max(0, changed.start - 1), endIndex: changed.end + 1 };
  return {
    tree,
    text,
    matches: mergedMatches(
      before.matches,
      plainMatches(grammar.structure.matches(rootNode, range)),
      edit,
      changed,
    ),
    references: mergedReferences(
      before.references,
      referencesFrom(grammar.references.captures(rootNode, range), text),
      edit,
      changed,
    ),
  };
}

function referencesFrom(captures: readonly QueryCapture[], text: string): Reference[] {
  return captures.map(({ node: { startIndex, endIndex } }) => ({
    name: text.slice(startIndex, endIndex),
    offset: startIndex,
  }));
}

/** The whole lines that fit into {@link maxParsed}: nothing of a file that is one longer line. */
function headOf(text: string): string {
  if (text.length <= maxParsed) return text;
  return text.slice(0, text.lastIndexOf('\n', maxParsed) + 1);
}
