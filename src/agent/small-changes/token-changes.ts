import { type Change, type CodeView, endsValue, isKeyword, neighbour } from './code-view';
import type { Token } from '../../syntax/tokens';

/** What an operator or a word is most often confused with, the likeliest first. */
const relational = ['<', '<=', '>', '>='];
const arithmetic = ['+', '-', '*', '/', '%', '**'];
const assigning = ['+=', '-=', '*=', '/=', '='];
const instead: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '<': ['<=', '>', '>=', '=='],
    '<=': ['<', '>=', '>', '=='],
    '>': ['>=', '<', '<=', '=='],
    '>=': ['>', '<=', '<', '=='],
    '==': ['!=', '<', '>', '<=', '>='],
    '!=': ['==', '<', '>'],
    '===': ['!==', '<', '>', '<=', '>='],
    '!==': ['===', '<', '>'],
    '&&': ['||'],
    '||': ['&&'],
    and: ['or'],
    or: ['and'],
    '++': ['--'],
    '--': ['++'],
    '<<': ['>>'],
    '>>': ['<<'],
    '&': ['|', '^'],
    '|': ['&', '^'],
    '^': ['&', '|', '**'],
    True: ['False'],
    False: ['True'],
    true: ['false'],
    false: ['true'],
    break: ['continue'],
    continue: ['break'],
  }),
);

/** Functions that are mistaken for each other, in any language. */
const confused: readonly (readonly string[])[] = [
  ['min', 'max'],
  ['any', 'all'],
  ['some', 'every'],
  ['upper', 'lower', 'swapcase'],
  ['isupper', 'islower'],
  ['toUpperCase', 'toLowerCase'],
  ['to_uppercase', 'to_lowercase'],
  ['floor', 'ceil', 'round', 'trunc'],
  ['push', 'unshift'],
  ['pop', 'shift'],
  ['append', 'extend'],
  ['startswith', 'endswith'],
  ['startsWith', 'endsWith'],
  ['indexOf', 'lastIndexOf'],
  ['find', 'rfind'],
  ['lstrip', 'rstrip', 'strip'],
  ['trimStart', 'trimEnd', 'trim'],
  ['sum', 'len', 'max'],
  ['sorted', 'reversed', 'list', 'set'],
  ['isalpha', 'isdigit', 'isalnum'],
  ['first', 'last'],
  ['left', 'right'],
  ['start', 'end'],
  ['head', 'tail'],
  ['width', 'height'],
  ['keys', 'values'],
  ['ord', 'chr'],
  ['int', 'round'],
  ['slice', 'splice'],
  ['forEach', 'map'],
];

/** Names that one place is given instead of its own. */
const mostNames = 8;
/** The same for strings, of which the nearest in the code count, and the longest one, in UTF-16 units. */
const mostStrings = 6;
const longestString = 22;

/** Changes of one token: an operator, a number, a string, a name. */
export function tokenChanges(view: CodeView): Change[] {
  const { tokens, body } = view;
  return tokens.flatMap((token, index) => {
    if (index < body && token.kind !== 'number') return [];
    const replaced = (texts: readonly string[], rank: Change['rank']): Change[] =>
      texts
        .filter((text) => text !== token.text)
        .map((text) => ({ start: token.start, end: token.start + token.text.length, text, rank }));
    switch (token.kind) {
      case 'operator':
        return replaced(operatorsInstead(tokens, index, view.languageId), 1);
      case 'number':
        return replaced([...numbersInstead(token.text), ...sizesInstead(token.text)], 1);
      case 'string':
        return [...replaced(stringsInstead(token.text), 2), ...replaced(stringsNear(view, token), 4)];
      case 'word':
        return [...replaced(wordsInstead(tokens, index), 1), ...replaced(namesInstead(view, index), 2)];
      default:
        return [];
    }
  });
}

function operatorsInstead(tokens: readonly Token[], index: number, languageId: string): readonly string[] {
  const token = tokens[index];
  if (!token) return [];
  const text = token.text;
  const hasTwoSides = endsValue(neighbour(tokens, index, -1));
  if (text === '!' || (text === '-' && !hasTwoSides)) return [''];
  if (arithmetic.includes(text) || text === '//')
    return hasTwoSides ? [...arithmetic, ...(languageId === 'python' ? ['//'] : [])] : [];
  if (assigning.includes(text) && text !== '=') return assigning;
  if (relational.includes(text) && !hasTwoSides) return [];
  return instead.get(text) ?? [];
}

function numbersInstead(text: string): string[] {
  if (!/^\d{1,12}$/.test(text)) return [];
  const value = Number(text);
  const near = [value + 1, value - 1, 0, 1, 2].filter((number) => number >= 0 && number !== value);
  return [...new Set(near.map(String)), ...(value <= 2 ? [value === 0 ? '-1' : `-${text}`] : [])];
}

/** A number of the wrong size. */
function sizesInstead(text: string): string[] {
  if (!/^[1-9]\d{0,11}$/.test(text)) return [];
  const value = Number(text);
  const sizes = [value * 10, value / 10, value * 2, value / 2].filter(Number.isInteger);
  return sizes.map(String).filter((size) => !numbersInstead(text).includes(size));
}

function wordsInstead(tokens: readonly Token[], index: number): readonly string[] {
  const { text } = tokens[index] ?? { text: '' };
  if (text === 'not') return [''];
  const other = instead.get(text);
  if (other) return other;
  const before = neighbour(tokens, index, -1)?.text;
  const isFunction = neighbour(tokens, index, 1)?.text === '(' || before === '.' || before === '::';
  return isFunction ? confused.filter((group) => group.includes(text)).flat() : [];
}

/** Another name that the code binds, where one of them is used. */
function namesInstead(view: CodeView, index: number): string[] {
  const { tokens, names } = view;
  const { text } = tokens[index] ?? { text: '' };
  if (!names.includes(text) || isKeyword(text)) return [];
  const before = neighbour(tokens, index, -1)?.text ?? '';
  const isDeclared = /^(\.|::|const|let|var|val|mut|auto|for)$/.test(before);
  return isDeclared ? [] : names.filter((name) => name !== text).slice(0, mostNames);
}

/** The same words in another form: empty, trimmed, in other letters. */
function stringsInstead(text: string): string[] {
  const [, quote = '', content = ''] = /^(["'`])([\s\S]*)\1$/.exec(text) ?? [];
  if (quote === '' || content.length > longestString) return [];
  const swapped = content === content.toUpperCase() ? content.toLowerCase() : content.toUpperCase();
  const capital = content.charAt(0).toUpperCase() + content.slice(1);
  const forms = ['', ' ', content.trim(), capital, swapped].map((form) => quote + form + quote);
  return [...new Set(forms)];
}

/** The nearest other strings of the code. */
function stringsNear({ tokens }: CodeView, token: Token): string[] {
  const others = tokens
    .filter(({ kind, text }) => kind === 'string' && text.length <= longestString && text !== token.text)
    .sort((a, b) => Math.abs(a.start - token.start) - Math.abs(b.start - token.start))
    .map(({ text }) => text);
  return [...new Set(others)].slice(0, mostStrings);
}

/** All truth values turned round: an answer that is given the wrong way. */
export function truthsTurned({ tokens, code, body }: CodeView): Change[] {
  const truths = tokens.filter(({ text }, index) => index >= body && /^(true|false)$/i.test(text));
  if (truths.length < 2) return [];
  const turned = tokens.map((token) =>
    truths.includes(token) ? (instead.get(token.text)?.[0] ?? token.text) : token.text,
  );
  return [
    { start: 0, end: code.length, text: turned.join(''), rank: 1, what: 'all truth values turned round' },
  ];
}

/** Every place of a string or a number that stands several times gets the other value at once. */
export function repeatedChanges(view: CodeView): Change[] {
  const { tokens, code, body } = view;
  const seen = new Set<string>();
  return tokens.flatMap((token, index) => {
    const repeats = tokens.slice(body).filter(({ kind, text }) => kind === token.kind && text === token.text);
    const [from] = repeats;
    const until = repeats.at(-1);
    if (index < body || repeats.length < 2 || seen.has(token.text) || !from || !until) return [];
    if (token.kind !== 'string' && token.kind !== 'number') return [];
    seen.add(token.text);
    const texts =
      token.kind === 'number'
        ? numbersInstead(token.text)
        : [...stringsInstead(token.text), ...stringsNear(view, token)];
    const end = until.start + until.text.length;
    const inside = tokens.filter(({ start }) => start >= from.start && start < end);
    return texts
      .filter((text) => text !== token.text)
      .map((text) => ({
        start: from.start,
        end,
        text: inside.map((part) => (part.text === token.text ? text : part.text)).join(''),
        rank: 3 as const,
        what: `each \`${token.text}\` → \`${text}\``,
      }))
      .filter((change) => change.text !== code.slice(change.start, change.end));
  });
}
