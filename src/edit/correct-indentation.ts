/** New texts with another indentation, for an edit whose result does not parse as it is. */
import type { Edit } from './edit-types';
import { indentUnitOf } from './indentation';
import { indentOf, isBlank, lineTexts } from './lines';

/**
 * The ways in which small models get the indentation wrong, mended, likeliest first: the text as a whole begins at
 * another column than the lines it stands for, or a definition's body begins at the column of its header.
 */
export function reindentedTexts(text: string, edit: Edit): string[] {
  const lines = lineTexts(edit.new);
  const unit = indentUnitOf(lineTexts(text)) ?? 4;
  const step = unit === '\t' ? '\t' : ' '.repeat(unit);
  const variants = [
    ...placesOf(text, edit, step).map((indent) => movedTo(lines, indent)),
    bodyIndented(lines, step),
  ];
  const closing = edit.new.endsWith('\n') ? '\n' : '';
  const texts = variants.flatMap((variant) => (variant ? [variant.join('\n') + closing] : []));
  return [...new Set(texts)].filter((variant) => variant !== edit.new);
}

/** Indentations that the place of the edit suggests. */
function placesOf(text: string, edit: Edit, step: string): string[] {
  const lines = lineTexts(text);
  if (edit.type === 'lines') {
    const replaced = lines.slice(edit.start - 1, edit.end).find((line) => !isBlank(line));
    return replaced === undefined ? [] : [indentOf(replaced)];
  }
  if (edit.type !== 'insert') return [];
  const before = lines.slice(0, edit.line - 1).findLast((line) => !isBlank(line));
  const after = lines.slice(edit.line - 1).find((line) => !isBlank(line));
  const inBlock = before?.trimEnd().endsWith(':') ? [indentOf(before) + step] : [];
  return [...inBlock, ...[after, before].flatMap((line) => (line === undefined ? [] : [indentOf(line)]))];
}

function movedTo(lines: readonly string[], indent: string): string[] {
  const first = lines.find((line) => !isBlank(line)) ?? '';
  const own = indentOf(first);
  return lines.map((line) => {
    if (isBlank(line)) return line;
    return indent + (line.startsWith(own) ? line.slice(own.length) : line.trimStart());
  });
}

/** Every line behind a header moved one step in; undefined where they are all deeper already. */
function bodyIndented(lines: readonly string[], step: string): string[] | undefined {
  const header = lines.findIndex((line) => /^\s*(async\s+def|def|class)\b/.test(line));
  if (header < 0) return undefined;
  const own = indentOf(lines[header] ?? '').length;
  const end = lines.findIndex((line, index) => index >= header && line.trimEnd().endsWith(':'));
  const body = lines.slice(end + 1);
  if (end < 0 || body.every((line) => isBlank(line) || indentOf(line).length > own)) return undefined;
  return [...lines.slice(0, end + 1), ...body.map((line) => (isBlank(line) ? line : step + line))];
}
