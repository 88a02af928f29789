import { commonEnds } from '../base/text';
import { applyEdit } from '../edit/apply-edit';
import { readDraft, withImports } from './draft';
import { outlineOf, qualifiedName, type Target } from './locate';
import type { Run } from './ports';

/** A rewrite of a symbol, and the call of `edit_file` that puts it in. */
export interface SymbolEdit {
  code: string;
  arguments: Record<string, string>;
}

/** The edit that a draft comes to: the symbol alone, or with the helpers and imports that it needs. */
export async function editFor(run: Run, target: Target, draft: string): Promise<SymbolEdit> {
  const { file, symbol } = target;
  const name = qualifiedName(symbol);
  const plain = (code: string): SymbolEdit => ({
    code,
    arguments: { path: file.path, symbol: name, new_text: code },
  });
  const inDraft = await outlineOf(run, { ...file, text: draft });
  const symbols = await outlineOf(run, file);
  const names = new Set(symbols.map((known) => known.name));
  const read = readDraft(draft, inDraft, symbol, { ...file, names });
  if (!read) return plain(draft);
  const { code, helpers, imports } = read;
  if (helpers.length === 0 && imports.length === 0) return plain(code);
  const { languageId } = file;
  const newSymbols = await outlineOf(run, { ...file, text: code });
  const edit = applyEdit(file.text, { type: 'symbol', name, new: code }, symbols, { languageId, newSymbols });
  if (edit.result === 'refused') return plain(code);
  const start = file.text.lastIndexOf('\n', symbol.start - 1) + 1;
  const eol = file.text.includes('\r\n') ? '\r\n' : '\n';
  const before = helpers.map((helper) => `${helper.replaceAll('\n', eol)}${eol}${eol}`).join('');
  const text = withImports(edit.content.slice(0, start) + before + edit.content.slice(start), imports);
  return {
    code: [...imports, ...helpers, code].join('\n'),
    arguments: { path: file.path, ...changedPart(file.text, text) },
  };
}

/** The lines in which two texts differ, as a replacement. */
function changedPart(before: string, after: string): { old_text: string; new_text: string } {
  const { head, tail } = commonEnds(before, after);
  // One more line on either side, so that the old text is never empty and is found once.
  const start = before.lastIndexOf('\n', before.lastIndexOf('\n', head - 1) - 1) + 1;
  const close = before.indexOf('\n', before.indexOf('\n', before.length - tail) + 1);
  const end = close < 0 ? before.length : close + 1;
  return {
    old_text: before.slice(start, end),
    new_text: after.slice(start, after.length - (before.length - end)),
  };
}
