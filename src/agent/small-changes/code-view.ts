import { behindBracket, closes, opens, type Token, tokensOf } from '../../syntax/tokens';

/** A definition's code as tokens, with what the rules of small changes ask of them. */
export interface CodeView {
  code: string;
  languageId: string;
  tokens: readonly Token[];
  /** Index of the first token behind the parameters. */
  body: number;
  /** Names of parameters and locals, in the order in which they come up. */
  names: readonly string[];
}

/** A range of the code and what stands there instead. */
export interface Change {
  start: number;
  end: number;
  text: string;
  /** Changes of a lower rank are tried first: those that mend more faults for fewer tries. */
  rank: 1 | 2 | 3 | 4;
  /** What is told of a change in several places. */
  what?: string;
}

const keywords = new Set(
  (
    'if else elif elsif for foreach while until do return break continue pass and or not in is of as with try except ' +
    'catch finally raise throw throws def fn func fun function class struct enum trait impl interface lambda new ' +
    'delete typeof instanceof void const let var val mut static final public private protected async await yield ' +
    'import from export default switch case match when loop range unless end begin then null nil None undefined ' +
    'NaN True False true false self this super int str string float double bool boolean char byte long list dict ' +
    'set tuple number any object error uint usize i32 i64 u8 u32 u64 f32 f64 auto unsigned signed print global nonlocal del assert'
  ).split(' '),
);

export function isKeyword(word: string): boolean {
  return keywords.has(word);
}

/** The nearest token before or behind `index` that is neither space nor comment. */
export function neighbour(tokens: readonly Token[], index: number, step: 1 | -1): Token | undefined {
  return tokens[neighbourIndex(tokens, index, step)];
}

export function neighbourIndex(tokens: readonly Token[], index: number, step: 1 | -1): number {
  let i = index + step;
  while (tokens[i]?.kind === 'space' || tokens[i]?.kind === 'comment') i += step;
  return i;
}

/** True for a token that a value ends with, so that an operator behind it has two sides. */
export function endsValue(token: Token | undefined): boolean {
  if (!token) return false;
  return (
    token.kind === 'number' ||
    token.kind === 'string' ||
    closes(token) ||
    (token.kind === 'word' &&
      (!isKeyword(token.text) || /^(self|this|None|null|nil|true|false|True|False)$/.test(token.text)))
  );
}

export function viewCode(code: string, languageId: string, name: string): CodeView {
  const tokens = tokensOf(code, languageId);
  // Decorators and doc comments stand before the name.
  const named = tokens.findIndex(({ kind, text }) => kind === 'word' && text === name);
  const first = tokens.findIndex((token, index) => index > named && opens(token));
  const body = first < 0 ? 0 : behindBracket(tokens, first);
  return { code, languageId, tokens, body, names: boundNames(tokens, first, body, languageId) };
}

/** Names that the code binds: parameters, assigned names, loop variables, parameters of inner functions. */
function boundNames(tokens: readonly Token[], first: number, body: number, languageId: string): string[] {
  // Go's types stand behind the names.
  const endsParameter = languageId === 'go' ? /^([,.*[]|\w+)$/ : /^[,:)=?]$/;
  const found: string[] = [];
  const around: string[] = [];
  let afterFor = false;
  tokens.forEach((token, index) => {
    if (opens(token)) around.push(token.text);
    if (closes(token)) around.pop();
    if (token.kind !== 'word') return;
    if (token.text === 'for') afterFor = true;
    if (token.text === 'in' || token.text === 'of') afterFor = false;
    if (keywords.has(token.text)) return;
    const before = neighbour(tokens, index, -1)?.text ?? '';
    const behind = neighbour(tokens, index, 1)?.text ?? '';
    if (before === '.' || before === '::') return;
    const isParameter =
      index > first && index < body && around.length === 1 && before !== ':' && endsParameter.test(behind);
    const inList = around.at(-1) === '(' || around.at(-1) === '[';
    const isAssigned = /^(=|:=|[-+*/%]=)$/.test(behind) && !inList;
    const isDeclared = /^(const|let|var|val|mut|auto|lambda)$/.test(before) || behind === '=>';
    const isLoop = afterFor && behind !== '(' && /^(for|,|\(|let|const|var|int)$/.test(before);
    if (isParameter || isAssigned || isDeclared || isLoop || isArrowParameter(tokens, index))
      found.push(token.text);
  });
  return [...new Set(found)];
}

/** True in the brackets before an arrow: `(a, b) => …`. */
function isArrowParameter(tokens: readonly Token[], index: number): boolean {
  let open = index - 1;
  while (open >= 0 && !opens(tokens[open]) && !closes(tokens[open])) open--;
  if (tokens[open]?.text !== '(') return false;
  return neighbour(tokens, behindBracket(tokens, open) - 1, 1)?.text === '=>';
}
