/** Which edit a call of `edit_file` means. Pure: definitions of the old and the new text are passed in. */
import { UserError } from '../base/errors';
import type { Edit } from '../edit/edit-types';
import { symbolsNamed } from '../edit/symbol-edit';
import type { SymbolInfo } from '../protocol/indexer';

export interface EditCall {
  symbol: string | undefined;
  oldText: string | undefined;
  newText: string;
}

/** A file above this is not rewritten as a whole. UTF-16 units. */
export const rewriteLimit = 8000;

/**
 * The edit for a file that exists. A new text on its own replaces the one definition that it holds, or a short file
 * as a whole; where that would drop definitions the call is refused with `bad-arguments`.
 */
export function chooseEdit(
  call: EditCall,
  fileText: string,
  symbols: readonly SymbolInfo[],
  newSymbols: readonly SymbolInfo[],
): Edit {
  const { symbol, oldText, newText } = call;
  if (symbol !== undefined) {
    const target = symbolsNamed(symbols, symbol)[0];
    const redefined = symbolsNamed(newSymbols, symbol).length > 0;
    if (oldText === undefined || redefined) return { type: 'symbol', name: symbol, new: newText };
    return replaceEdit(oldText, newText, target?.startLine);
  }
  if (oldText !== undefined) return replaceEdit(oldText, newText, undefined);

  const defined = newSymbols.filter((candidate) => candidate.containers.length === 0);
  const lost = symbols.filter(
    (old) => old.containers.length === 0 && !defined.some((candidate) => candidate.name === old.name),
  );
  const [only] = defined;
  if (only && defined.length === 1 && symbols.some((old) => old.name === only.name) && lost.length > 0) {
    return { type: 'symbol', name: only.name, new: newText };
  }
  if (lost.length > 0) {
    const names = lost.slice(0, 5).map((old) => old.name);
    throw refuseRewrite(`The new text would remove ${names.join(', ')}.`);
  }
  if (fileText.length > rewriteLimit) throw refuseRewrite('The file is too long to be written anew.');
  return { type: 'file', new: newText };
}

/** Old text that ends its line is replaced by new text that does, too: models drop the last line end. */
function replaceEdit(oldText: string, newText: string, nearLine: number | undefined): Edit {
  const closed = oldText.endsWith('\n') && newText !== '' && !newText.endsWith('\n');
  return {
    type: 'replace',
    old: oldText,
    new: closed ? `${newText}\n` : newText,
    ...(nearLine === undefined ? {} : { near_line: nearLine }),
  };
}

function refuseRewrite(happened: string): UserError {
  return new UserError('bad-arguments', happened, {
    kept: 'The file is as it was.',
    next: 'Give symbol to replace one function or class, or old_text to replace a passage.',
  });
}
