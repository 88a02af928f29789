/** An edit applied with what a parser knows: definitions by name, and no new syntax errors. */
import { applyEdit } from '../edit/apply-edit';
import { reindentedTexts } from '../edit/correct-indentation';
import { cleanNewText } from '../edit/clean-new-text';
import { refuse, type Edit, type EditResult } from '../edit/edit-types';
import { lineTexts } from '../edit/lines';
import { layoutProblems } from '../edit/python-layout';
import type { IndexerRequestName, IndexerRequests, SourceFile, SymbolInfo } from '../protocol/indexer';
import type { SyntaxService } from '../syntax/syntax-service';

/** Definitions of a file and of the text that is to come into it. */
export interface KnownSymbols {
  symbols: SymbolInfo[];
  newSymbols: SymbolInfo[];
}

/** Both outlines; empty where there is no grammar or the syntax worker fails, since text can be edited without. */
export async function outlineBoth(
  file: SourceFile,
  newText: string,
  syntax: SyntaxService,
  signal: AbortSignal,
): Promise<KnownSymbols> {
  const symbols = await ask(syntax, 'outline', file, signal, []);
  const cleaned = cleanNewText(newText, file.text, file.languageId);
  if (!cleaned.ok) return { symbols, newSymbols: [] };
  return { symbols, newSymbols: await ask(syntax, 'outline', { ...file, text: cleaned.text }, signal, []) };
}

/**
 * Applies an edit. When the result has more syntax errors than the file had, the new text is tried with its
 * indentation mended; where that does not help the edit is refused with `syntax`.
 */
export async function applyChecked(
  file: SourceFile,
  edit: Edit,
  known: KnownSymbols,
  syntax: SyntaxService,
  signal: AbortSignal,
): Promise<EditResult> {
  const { languageId, text } = file;
  const result = applyEdit(text, edit, known.symbols, { languageId, newSymbols: known.newSymbols });
  if (result.result === 'refused' && result.code !== 'syntax') return result;
  const before = await problemsOf(file, syntax, signal);
  const after = result.result === 'applied' ? await addedProblems(file, result, before, syntax, signal) : [];
  if (result.result === 'applied' && after.length === 0) return result;
  // Where indentation means nothing, it is not what broke the syntax.
  if (languageId === 'python') {
    for (const mended of reindentedTexts(text, edit)) {
      const { newSymbols } = await outlineBoth(file, mended, syntax, signal);
      const options = { languageId, newSymbols };
      const again = applyEdit(text, { ...edit, new: mended }, known.symbols, options);
      if (again.result === 'refused') continue;
      if ((await addedProblems(file, again, before, syntax, signal)).length > 0) continue;
      return { ...again, tolerances: [...new Set([...again.tolerances, 'indentation' as const])] };
    }
  }
  if (result.result === 'refused') return result;
  const lines = lineTexts(result.content);
  const places = after
    .slice(0, 3)
    .map((line) => `line ${line}: ${(lines[line - 1] ?? '').trim().slice(0, 120)}`);
  return refuse(
    'syntax',
    `The change would break the syntax of ${file.path} (${places.join('; ')}). Write it again, complete and correctly indented.`,
  );
}

interface Problems {
  count: number;
  lines: number[];
}

/** Lines at which a result has problems, when it has more of them than the file had; empty otherwise. */
async function addedProblems(
  file: SourceFile,
  result: EditResult & { result: 'applied' },
  before: Problems,
  syntax: SyntaxService,
  signal: AbortSignal,
): Promise<number[]> {
  const after = await problemsOf({ ...file, text: result.content }, syntax, signal);
  if (after.count <= before.count) return [];
  const added = after.lines.filter((line) => !before.lines.includes(line));
  return added.length > 0 ? added : after.lines;
}

/** Syntax errors as the parser finds them and, in Python, what it forgives. */
async function problemsOf(file: SourceFile, syntax: SyntaxService, signal: AbortSignal): Promise<Problems> {
  const parsed = await ask(syntax, 'syntaxErrors', file, signal, { count: 0, lines: [] });
  const layout = file.languageId === 'python' ? layoutProblems(file.text) : [];
  return { count: parsed.count + layout.length, lines: [...new Set([...parsed.lines, ...layout])] };
}

async function ask<K extends IndexerRequestName>(
  syntax: SyntaxService,
  name: K,
  params: IndexerRequests[K]['params'],
  signal: AbortSignal,
  otherwise: IndexerRequests[K]['result'],
): Promise<IndexerRequests[K]['result']> {
  try {
    return await syntax.request(name, params, signal);
  } catch {
    signal.throwIfAborted();
    return otherwise;
  }
}
