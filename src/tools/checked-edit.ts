/** An edit applied with what a parser knows: definitions by name, and no new syntax errors. */
import { applyEdit } from '../edit/apply-edit';
import { cleanNewText } from '../edit/clean-new-text';
import { refuse, type Edit, type EditResult } from '../edit/edit-types';
import { lineTexts } from '../edit/lines';
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

/** Applies an edit and refuses it with `syntax` when the result has more syntax errors than the file had. */
export async function applyChecked(
  file: SourceFile,
  edit: Edit,
  known: KnownSymbols,
  syntax: SyntaxService,
  signal: AbortSignal,
): Promise<EditResult> {
  const { languageId, text } = file;
  const result = applyEdit(text, edit, known.symbols, { languageId, newSymbols: known.newSymbols });
  if (result.result === 'refused') return result;
  const none = { count: 0, lines: [] };
  const after = await ask(syntax, 'syntaxErrors', { ...file, text: result.content }, signal, none);
  if (after.count === 0) return result;
  const before = await ask(syntax, 'syntaxErrors', file, signal, after);
  if (after.count <= before.count) return result;
  const added = after.lines.filter((line) => !before.lines.includes(line));
  const lines = lineTexts(result.content);
  const places = (added.length > 0 ? added : after.lines)
    .slice(0, 3)
    .map((line) => `line ${line}: ${(lines[line - 1] ?? '').trim().slice(0, 120)}`);
  return refuse(
    'syntax',
    `The change would break the syntax of ${file.path} (${places.join('; ')}). Write it again, complete and correctly indented.`,
  );
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
