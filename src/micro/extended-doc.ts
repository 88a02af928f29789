/** A documentation comment with entries added in the form that it has already. Pure. */
import { docOf, type DocTexts } from './doc-comment';

/** The definition with its comment completed; undefined where it has none. What the comment says stays as it is. */
export function withExtendedDoc(code: string, languageId: string, texts: DocTexts): string | undefined {
  const doc = docOf(code, languageId);
  if (!doc) return undefined;
  const lineStart = code.lastIndexOf('\n', doc.start) + 1;
  const indent = /^[ \t]*/.exec(code.slice(lineStart))?.[0] ?? '';
  const text =
    languageId === 'python' ? docstring(doc.text, indent, texts) : block(doc.text, indent, languageId, texts);
  return code.slice(0, doc.start) + text + code.slice(doc.end);
}

/** Texts for a string in which a backslash would be an escape. */
function withoutEscapes({ parameters, returns }: DocTexts): DocTexts {
  const plain = (text: string): string => text.replaceAll('\\', '\\\\');
  return {
    parameters: parameters.map(({ name, text }) => ({ name, text: plain(text) })),
    ...(returns === undefined ? {} : { returns: plain(returns) }),
  };
}

function docstring(text: string, indent: string, given: DocTexts): string {
  const [, opening = '"""', body = '', closing = '"""'] =
    /^([rRuU]{0,2}(?:"""|'''))([\s\S]*?)("""|''')$/.exec(text) ?? [];
  const texts = /[rR]/.test(opening) ? given : withoutEscapes(given);
  const lines = body.replace(/\s+$/, '').split('\n');
  const added = /^\s*:(?:param|returns?|raises)\b/m.test(body)
    ? withFields(lines, indent, texts)
    : /^\s*(?:Parameters|Returns)\s*\n\s*-{3,}/m.test(body)
      ? withNumpySections(lines, indent, texts)
      : withGoogleSections(lines, indent, texts);
  return `${opening}${added.join('\n')}\n${indent}${closing}`;
}

/** `:param name: text`, behind the fields of their kind. */
function withFields(lines: readonly string[], indent: string, { parameters, returns }: DocTexts): string[] {
  const fields = parameters.map(({ name, text }) => `${indent}:param ${name}: ${text}`);
  const at = endOfEntries(lines, (line) => /^\s*:param\b/.test(line), indent.length);
  const first = lines.findIndex((line) => /^\s*:\w/.test(line));
  const place = at ?? (first < 0 ? lines.length : first);
  const all = [...lines.slice(0, place), ...fields, ...lines.slice(place)];
  return returns === undefined ? all : [...all, `${indent}:return: ${returns}`];
}

/** Where the last entry that begins so ends, with the lines that go on with it. */
function endOfEntries(
  lines: readonly string[],
  begins: (line: string) => boolean,
  depth: number,
): number | undefined {
  const last = lines.findLastIndex(begins);
  if (last < 0) return undefined;
  let end = last + 1;
  while (end < lines.length && widthOf(lines[end] ?? '') > depth) end++;
  return end;
}

function widthOf(line: string): number {
  return line.trim() === '' ? 0 : (/^[ \t]*/.exec(line)?.[0].length ?? 0);
}

function withGoogleSections(lines: readonly string[], indent: string, texts: DocTexts): string[] {
  const entries = texts.parameters.map(({ name, text }) => `${indent}    ${name}: ${text}`);
  const heading = lines.findIndex((line) => /^\s*(?:Args|Arguments|Parameters):\s*$/.test(line));
  const result = lines.findIndex((line) => /^\s*(?:Returns|Yields|Raises):/.test(line));
  let all = [...lines];
  if (entries.length > 0) {
    if (heading >= 0) {
      let end = heading + 1;
      while (end < all.length && widthOf(all[end] ?? '') > indent.length) end++;
      all.splice(end, 0, ...entries);
    } else if (result >= 0) all.splice(result, 0, `${indent}Args:`, ...entries, '');
    else all = [...all, '', `${indent}Args:`, ...entries];
  }
  return texts.returns === undefined
    ? all
    : withSection(all, [`${indent}Returns:`, `${indent}    ${texts.returns}`], /^\s*Raises:/);
}

function withNumpySections(lines: readonly string[], indent: string, texts: DocTexts): string[] {
  const entries = texts.parameters.flatMap(({ name, text }) => [indent + name, `${indent}    ${text}`]);
  let all = [...lines];
  const heading = headingAt(all, 'Parameters');
  if (entries.length > 0) {
    if (heading < 0) {
      all = withSection(
        all,
        [`${indent}Parameters`, `${indent}----------`, ...entries],
        /^\s*(?:Returns|Raises)\s*$/,
      );
    } else {
      let end = heading + 2;
      while (end < all.length && (all[end] ?? '').trim() !== '') end++;
      all.splice(end, 0, ...entries);
    }
  }
  return texts.returns === undefined
    ? all
    : withSection(all, [`${indent}Returns`, `${indent}-------`, indent + texts.returns], /^\s*Raises\s*$/);
}

function headingAt(lines: readonly string[], name: string): number {
  return lines.findIndex((line, at) => line.trim() === name && /^\s*-{3,}\s*$/.test(lines[at + 1] ?? ''));
}

/** A section before the first that comes behind it, or at the end. */
function withSection(lines: readonly string[], section: readonly string[], later: RegExp): string[] {
  const at = lines.findIndex((line) => later.test(line));
  return at < 0 ? [...lines, '', ...section] : [...lines.slice(0, at), ...section, '', ...lines.slice(at)];
}

/** `@param` and `@returns` in a block comment. */
function block(text: string, indent: string, languageId: string, { parameters, returns }: DocTexts): string {
  const body = text.slice('/**'.length, -'*/'.length);
  const lines = body
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .filter((line, at, all) => line.trim() !== '' || (at > 0 && at < all.length - 1))
    .map((line, at) => (at === 0 ? line.trimStart() : line));
  const sign = languageId === 'php' ? '$' : '';
  const returned = /^(?:typescript|javascript)/.test(languageId) ? '@returns' : '@return';
  const entries = parameters.map(({ name, text: said }) => `@param ${sign}${name} ${said}`);
  const isTag = (line: string): boolean => /^\s*@\w/.test(line);
  const lastParameter = lines.findLastIndex((line) => /^\s*@param\b/.test(line));
  let at = lastParameter;
  if (at >= 0) while (at + 1 < lines.length && !isTag(lines[at + 1] ?? '') && lines[at + 1] !== '') at++;
  const firstTag = lines.findIndex(isTag);
  const place = at >= 0 ? at + 1 : firstTag < 0 ? lines.length : firstTag;
  const gap = firstTag < 0 ? [''] : [];
  const all = [...lines.slice(0, place), ...gap, ...entries, ...lines.slice(place)];
  if (returns !== undefined) all.splice(place + gap.length + entries.length, 0, `${returned} ${returns}`);
  const shown = all.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}`);
  return `/**\n${shown.join('\n')}\n${indent} */`;
}
