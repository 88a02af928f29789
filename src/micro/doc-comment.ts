/**
 * Documentation comments as languages write them: laid out from their texts and put into a definition, so that a model
 * never has to repeat the code. Code is without the indentation that its lines share, with `\n` line ends.
 */

export interface DocTexts {
  /** What it does; a sentence. */
  summary?: string;
  parameters: readonly { name: string; text: string }[];
  returns?: string;
}

type Style = 'python' | 'block' | 'xml' | 'slashes' | 'line';

const styles: Readonly<Record<string, Style>> = {
  python: 'python',
  ...Object.fromEntries(
    ['typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'java', 'c', 'cpp', 'php'].map(
      (id) => [id, 'block'] as const,
    ),
  ),
  csharp: 'xml',
  rust: 'slashes',
  go: 'line',
  ruby: 'line',
  shellscript: 'line',
};

/** True if the form of documentation is known. */
export function canDocument(languageId: string): boolean {
  return styles[languageId] !== undefined;
}

/** True if the language's documentation lists parameters and results. */
export function listsParameters(languageId: string): boolean {
  return ['python', 'block', 'xml'].includes(styles[languageId] ?? '');
}

/** True if a comment right above a definition is its documentation, and not only what stands in a form of its own. */
export function isDocumentedByComments(code: string, languageId: string): boolean {
  const style = styles[languageId];
  return style === 'python' ? headerEnd(code) === undefined : style !== 'block';
}

/** The documentation that a definition has in a form of its own: its text with the marks around it. */
export function docOf(
  code: string,
  languageId: string,
): { start: number; end: number; text: string } | undefined {
  const from = languageId === 'python' ? headerEnd(code) : 0;
  if (from === undefined) return undefined;
  const pattern =
    languageId === 'python'
      ? /^[^\S\n]*\n?\s*((?:[rRuU]{0,2})("""|''')[\s\S]*?\2)/
      : /^\s*(\/\*\*[\s\S]*?\*\/)/;
  const match = pattern.exec(code.slice(from));
  const text = match?.[1];
  if (!match || text === undefined) return undefined;
  const start = from + match[0].length - text.length;
  return { start, end: start + text.length, text };
}

/** The code with a new comment; undefined where the language's form is not known. */
export function withNewDoc(
  code: string,
  languageId: string,
  name: string,
  texts: DocTexts,
): string | undefined {
  const style = styles[languageId];
  if (style === undefined) return undefined;
  // Python code that is no function or class has a comment above it.
  if (style === 'python') return withDocstring(code, texts) ?? `# ${texts.summary ?? ''}\n${code}`;
  const lines = commentLines(style, languageId, name, texts);
  // Behind comments that stand above the definition already, so that it belongs to the definition.
  const comments = style === 'line' && languageId !== 'go' ? /^(?:[ \t]*#.*\n)*/ : /^(?:[ \t]*\/\/.*\n)*/;
  const before = comments.exec(code)?.[0].length ?? 0;
  return `${code.slice(0, before)}${lines.join('\n')}\n${code.slice(before)}`;
}

function commentLines(style: Style, languageId: string, name: string, texts: DocTexts): string[] {
  const { summary = '', parameters, returns } = texts;
  switch (style) {
    case 'xml':
      return [
        `/// <summary>${escaped(summary)}</summary>`,
        ...parameters.map((each) => `/// <param name="${each.name}">${escaped(each.text)}</param>`),
        ...(returns === undefined ? [] : [`/// <returns>${escaped(returns)}</returns>`]),
      ];
    case 'slashes':
      return [`/// ${summary}`];
    case 'line': {
      const mark = languageId === 'go' ? '//' : '#';
      // Go's own rule: the comment begins with the name.
      const isNamed = languageId !== 'go' || name === '' || summary.split(/\W/, 1)[0] === name;
      const named = isNamed ? summary : `${name} ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`;
      return [`${mark} ${named}`];
    }
    default: {
      const tags = blockTags(languageId, texts);
      if (tags.length === 0) return [`/** ${summary} */`];
      return ['/**', ` * ${summary}`, ' *', ...tags.map((tag) => ` * ${tag}`), ' */'];
    }
  }
}

/** As text of XML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function blockTags(languageId: string, { parameters, returns }: DocTexts): string[] {
  const sign = languageId === 'php' ? '$' : '';
  const returned = /^(?:typescript|javascript)/.test(languageId) ? '@returns' : '@return';
  return [
    ...parameters.map(({ name, text }) => `@param ${sign}${name} ${text}`),
    ...(returns === undefined ? [] : [`${returned} ${returns}`]),
  ];
}

function withDocstring(code: string, texts: DocTexts): string | undefined {
  const end = headerEnd(code);
  if (end === undefined) return undefined;
  const rest = code.slice(end);
  const headerLine = /^[^\n]*/.exec(rest)?.[0] ?? '';
  const inline = /^[^\S\n]*[^\s#]/.test(rest);
  const indent = inline ? '    ' : (/\n([ \t]+)\S/.exec(rest)?.[1] ?? '    ');
  const { summary = '' } = texts;
  const sections = googleSections(texts);
  // A backslash in a plain string would be an escape.
  const mark = JSON.stringify(texts).includes('\\\\') ? 'r"""' : '"""';
  const lines =
    sections.length === 0
      ? [`${mark}${summary}"""`]
      : [`${mark}${summary}`, ...sections.flatMap((part) => ['', ...part]), '"""'];
  const doc = indented(lines, indent);
  return inline
    ? `${code.slice(0, end)}\n${doc}\n${indent}${rest.trimStart()}`
    : `${code.slice(0, end)}${headerLine}\n${doc}${rest.slice(headerLine.length)}`;
}

function googleSections({ parameters, returns }: DocTexts): string[][] {
  const args = parameters.map(({ name, text }) => `    ${name}: ${text}`);
  return [
    ...(args.length > 0 ? [['Args:', ...args]] : []),
    ...(returns === undefined ? [] : [['Returns:', `    ${returns}`]]),
  ];
}

function indented(lines: readonly string[], indent: string): string {
  return lines.map((line) => (line === '' ? '' : indent + line)).join('\n');
}

/** Offset behind the colon that ends a Python header; undefined when there is none. */
function headerEnd(code: string): number | undefined {
  const start = /^(?:async\s+def|def|class)\b/m.exec(code)?.index;
  // Only decorators and comments may stand before it: what else does is not the definition's.
  if (start === undefined || !/^(?:\s*@|(?:\s*#.*\n|\s*\n)*$)/.test(code.slice(0, start))) return undefined;
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    const character = code.charAt(at);
    if (character === '#') at = Math.max(at, code.indexOf('\n', at) - 1);
    else if (character === '"' || character === "'") at = stringEnd(code, at);
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === ':' && depth === 0) return at + 1;
  }
  return undefined;
}

/** Offset of the quote that ends a string literal. */
function stringEnd(code: string, at: number): number {
  const quote = code.charAt(at);
  let end = at + 1;
  while (end < code.length && code.charAt(end) !== quote) end += code.charAt(end) === '\\' ? 2 : 1;
  return end;
}

/** Parameters, and the result, that a comment says nothing about. */
export function missingIn(
  doc: string,
  wanted: { parameters: readonly string[]; returns: boolean },
): { parameters: string[]; returns: boolean } {
  const isNamed = (name: string): boolean =>
    new RegExp(
      `^[\\s*]*(?::param\\s+(?:[^:\\n]*\\s)?|@param\\s+(?:\\{[^\\n]*\\}\\s*)?[$[]?)?\\*{0,2}${name.replaceAll('$', '\\$')}(?![\\w$])\\s*(?:$|[:=\\]\\s(–-])`,
      'm',
    ).test(doc);
  const saysResult = /^[\s*]*(?:@returns?\b|:returns?:|:rtype:|(?:Returns|Yields)\s*(?::|\n\s*-{3,}))/m.test(
    doc,
  );
  return {
    parameters: wanted.parameters.filter((name) => !isNamed(name)),
    returns: wanted.returns && !saysResult,
  };
}
