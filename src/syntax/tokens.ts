/** A lexical view of code, for what has to work in every language and on parts of files: no tree is needed. */

export type TokenKind = 'space' | 'comment' | 'string' | 'number' | 'word' | 'bracket' | 'operator';

export interface Token {
  kind: TokenKind;
  text: string;
  /** Offset in the code, UTF-16 units. */
  start: number;
}

const kinds: readonly TokenKind[] = ['space', 'comment', 'string', 'number', 'word', 'bracket', 'operator'];
const hashComments = new Set([
  'python',
  'ruby',
  'shellscript',
  'perl',
  'r',
  'elixir',
  'julia',
  'yaml',
  'toml',
]);
/** Languages in which single quotes hold one character. */
const characterQuotes = new Set(['rust', 'c', 'cpp', 'java', 'go', 'csharp', 'kotlin', 'swift', 'scala']);

const slashes = String.raw`//[^\n]*|/\*[\s\S]*?(?:\*/|$)`;
const double = String.raw`"(?:\\[\s\S]|[^"\\\n])*"`;
const single = String.raw`'(?:\\[\s\S]|[^'\\\n])*'`;
const character = String.raw`'(?:\\[^\n]{1,9}?|[^'\\\n])'`;
const backtick = '`(?:\\\\[\\s\\S]|[^`\\\\])*`';
const tripled = String.raw`[rRbBuUfF]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$))`;
const number = String.raw`0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const operator = String.raw`>>>=|===|!==|\*\*=|<=>|<<=|>>=|\.\.[.=]|[=!<>:]=|=>|->|&&|\|\||\?\?|\?\.|\*\*|\+\+|--|[-+*/%&|^]=|<<|>>|::|\S`;

const patterns = new Map<string, RegExp>();

function patternFor(languageId: string): RegExp {
  const known = patterns.get(languageId);
  if (known) return known;
  const hash = hashComments.has(languageId);
  const isPython = languageId === 'python';
  const comment = languageId === 'php' ? `#[^\\n]*|${slashes}` : hash ? '#[^\\n]*' : slashes;
  const quoted = [
    ...(isPython ? [tripled, `[rRbBuUfF]{1,2}(?:${double}|${single})`] : []),
    double,
    characterQuotes.has(languageId) ? character : single,
    ...(isPython ? [] : [backtick]),
  ];
  const source = [
    '(?<space>\\s+)',
    `(?<comment>${comment})`,
    `(?<string>${quoted.join('|')})`,
    `(?<number>${number})`,
    '(?<word>[\\p{L}_$][\\p{L}\\p{N}_$]*)',
    '(?<bracket>[()[\\]{}])',
    `(?<operator>${isPython ? '\\/\\/=?|' : ''}${operator})`,
  ].join('|');
  const pattern = new RegExp(source, 'gu');
  patterns.set(languageId, pattern);
  return pattern;
}

/** The code as tokens without a gap: their texts joined are the code. */
export function tokensOf(code: string, languageId: string): Token[] {
  return [...code.matchAll(patternFor(languageId))].map((match) => ({
    kind: kinds.find((name) => match.groups?.[name] !== undefined) ?? 'operator',
    text: match[0],
    start: match.index,
  }));
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** True for a token that opens a bracket. */
export function opens(token: Token | undefined): boolean {
  return token?.kind === 'bracket' && token.text in closing;
}

/** True for a token that closes a bracket. */
export function closes(token: Token | undefined): boolean {
  return token?.kind === 'bracket' && !(token.text in closing);
}

/** Index behind the bracket that closes the one at `index`; the tokens' end where none does. */
export function behindBracket(tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (let i = index; i < tokens.length; i++) {
    if (opens(tokens[i])) depth++;
    else if (closes(tokens[i]) && --depth === 0) return i + 1;
  }
  return tokens.length;
}

/** The parts of a piece of code between separators that stand in no bracket and no string, trimmed. */
export function splitOutside(code: string, languageId: string, separators: readonly string[]): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const token of tokensOf(code, languageId)) {
    if (opens(token)) depth++;
    else if (closes(token)) depth--;
    if (depth === 0 && separators.includes(token.text)) {
      parts.push(part);
      part = '';
    } else part += token.text;
  }
  return [...parts, part].map((text) => text.trim());
}
