import { Language, Parser, Query, type Tree } from 'web-tree-sitter';
import { UserError } from '../base/errors';
import type { Language as LanguageEntry } from './languages';

/** Reads the WebAssembly file of a grammar, or of the parser itself for the name `web-tree-sitter`. */
export type LoadGrammar = (name: string) => Promise<Uint8Array>;

/** A grammar that is ready: it parses a text and has the queries over its trees. */
export interface Grammar {
  /**
   * The caller deletes the tree: it lives in WebAssembly memory. `old` is the tree of a text that differs only by what
   * it was told by `Tree.edit`; what did not change is taken from it.
   */
  parse(text: string, old?: Tree): Tree;
  /** The structure query, with `@leading` and `@wrapper` for the nodes that the spec names so. */
  structure: Query;
  references: Query;
}

/** Grammars by name, each loaded when it is first asked for. A failed load is tried again at the next call. */
export interface Grammars {
  /** @throws UserError `grammar-broken` when the file cannot be read or is no grammar of a usable version. */
  get(language: LanguageEntry): Promise<Grammar>;
}

export function createGrammars(load: LoadGrammar): Grammars {
  const grammars = new Map<string, Promise<Grammar>>();
  let parser: Promise<Parser> | undefined;

  const remember = (language: LanguageEntry): Promise<Grammar> => {
    parser ??= createParser(load).catch((error: unknown) => {
      parser = undefined;
      throw error;
    });
    const loading = loadGrammar(load, language, parser).catch((error: unknown) => {
      grammars.delete(language.grammar);
      throw error;
    });
    grammars.set(language.grammar, loading);
    return loading;
  };
  return { get: (language) => grammars.get(language.grammar) ?? remember(language) };
}

/** The library keeps one WebAssembly module a process: of two that begin at once, the later would break the earlier. */
let started: Promise<void> | undefined;

async function createParser(load: LoadGrammar): Promise<Parser> {
  try {
    started ??= load('web-tree-sitter').then((wasmBinary) => Parser.init({ wasmBinary }));
    await started;
    return new Parser();
  } catch (error) {
    started = undefined;
    throw broken('The parser file web-tree-sitter.wasm cannot be used', error);
  }
}

async function loadGrammar(
  load: LoadGrammar,
  { grammar, spec }: LanguageEntry,
  whenParser: Promise<Parser>,
): Promise<Grammar> {
  const parser = await whenParser;
  try {
    const language = await Language.load(await load(`tree-sitter-${grammar}`));
    return {
      parse: (text, old) => parse(parser, language, text, old),
      structure: new Query(
        language,
        spec.structure + anyOf(spec.leading, 'leading') + anyOf(spec.wrappers, 'wrapper'),
      ),
      references: new Query(language, anyOf(spec.references, 'reference')),
    };
  } catch (error) {
    throw broken(`The grammar file tree-sitter-${grammar}.wasm cannot be used`, error);
  }
}

/** A pattern for nodes of any of these types. */
function anyOf(types: readonly string[], capture: string): string {
  return types.length === 0 ? '' : `\n[${types.map((type) => `(${type})`).join(' ')}] @${capture}\n`;
}

function parse(parser: Parser, language: Language, text: string, old?: Tree): Tree {
  const tree = parser.setLanguage(language).parse(text, old);
  if (!tree) throw new Error('The parser returned no tree.');
  return tree;
}

function broken(happened: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError('grammar-broken', `${happened}: ${reason}`, {
    kept: 'Other languages and all features that need no outline still work.',
    next: 'Install Thimble again; if you built it yourself, run the build again.',
    cause,
  });
}
