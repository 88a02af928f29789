import { behindBracket, closes, opens, type Token } from '../../syntax/tokens';
import { type Change, type CodeView, endsValue, isKeyword, neighbour, neighbourIndex } from './code-view';

const joining = new Set(['+', '-', '*', '/', '//', '%', '**', 'and', 'or', '&&', '||', '??']);
/** Operators whose sides cannot change places without a difference. */
const ordered = new Set(['-', '/', '//', '%', '**', '+', '<', '<=', '>', '>=']);
/** Of a longer list, only these arguments are swapped with their neighbours. */
const mostArguments = 4;
const comparing = /^(==|!=|===|!==|<=|>=|<|>)$/;

/** Changes of parts of an expression: a term left out, one more or less, arguments swapped, a call taken off. */
export function termChanges(view: CodeView): Change[] {
  const { tokens, body } = view;
  return tokens.flatMap((token, index) => {
    if (index < body) return [];
    return [
      ...(joining.has(token.text) ? leaveOut(view, index) : []),
      ...(ordered.has(token.text) ? swapSides(view, index) : []),
      ...oneMore(view, index),
      ...turnedCondition(view, index),
      ...(token.text === '(' ? ofArguments(view, index) : []),
      ...(token.text === '[' && endsValue(neighbour(tokens, index, -1))
        ? [removal(view, index, behindBracket(tokens, index))]
        : []),
    ];
  });
}

function removal({ tokens, code }: CodeView, from: number, to: number, rank: Change['rank'] = 3): Change {
  const start = tokens[from]?.start ?? code.length;
  return { start, end: tokens[to]?.start ?? code.length, text: '', rank };
}

/** An operator with the term on one of its sides: the nearest one, or all up to the end of the expression. */
function leaveOut(view: CodeView, index: number): Change[] {
  const { tokens } = view;
  if (!endsValue(neighbour(tokens, index, -1))) return [];
  const after = new Set([behindTerm(tokens, index + 1), behindExpression(tokens, index + 1)]);
  const before = new Set([beforeTerm(tokens, index - 1), beforeExpression(tokens, index - 1)]);
  const from = tokens[index - 1]?.kind === 'space' ? index - 1 : index;
  const next = tokens[index + 1]?.kind === 'space' ? index + 2 : index + 1;
  return [
    ...[...after].map((end) => removal(view, from, end)),
    ...[...before].map((start) => removal(view, start, next)),
  ];
}

/** The terms on both sides of an operator, each in the other's place. */
function swapSides({ tokens, code }: CodeView, index: number): Change[] {
  if (!endsValue(neighbour(tokens, index, -1))) return [];
  const text = (from: number, to: number): string => code.slice(tokens[from]?.start, tokens[to]?.start);
  const next = neighbourIndex(tokens, index, 1);
  const last = neighbourIndex(tokens, index, -1);
  const from = beforeTerm(tokens, last);
  const to = behindTerm(tokens, next);
  const between = text(last + 1, next);
  return [
    {
      start: tokens[from]?.start ?? 0,
      end: tokens[to]?.start ?? code.length,
      text: text(next, to) + between + text(from, last + 1),
      rank: 3,
    },
  ];
}

/** Behind the name, number, string or bracket at `index`, with all that is called or taken of it. */
export function behindTerm(tokens: readonly Token[], index: number): number {
  let i = index;
  while (
    tokens[i]?.kind === 'space' ||
    tokens[i]?.text === '-' ||
    tokens[i]?.text === '!' ||
    tokens[i]?.text === 'not'
  )
    i++;
  i = opens(tokens[i]) ? behindBracket(tokens, i) : i + 1;
  for (;;) {
    const token = tokens[i];
    if (opens(token) && token?.text !== '{') i = behindBracket(tokens, i);
    else if (token?.text === '.') i += 2;
    else return i;
  }
}

function behindExpression(tokens: readonly Token[], index: number): number {
  let i = index;
  while (i < tokens.length) {
    const token = tokens[i];
    if (!token || closes(token) || /^[,:;{]$/.test(token.text)) break;
    if (token.kind === 'space' && token.text.includes('\n')) break;
    i = opens(token) ? behindBracket(tokens, i) : i + 1;
  }
  return i;
}

function beforeTerm(tokens: readonly Token[], index: number): number {
  let i = index;
  while (tokens[i]?.kind === 'space') i--;
  for (;;) {
    if (closes(tokens[i])) {
      i = openingOf(tokens, i);
      const before = tokens[i - 1];
      if (before?.kind !== 'word' || isKeyword(before.text)) return i;
      i--;
    }
    if (tokens[i - 1]?.text !== '.') return i;
    i -= 2;
  }
}

function beforeExpression(tokens: readonly Token[], index: number): number {
  let i = index;
  while (i >= 0) {
    const token = tokens[i];
    if (!token || opens(token) || /^[,:;=]$|^(return|if|elif|while|in)$/.test(token.text)) break;
    if (token.kind === 'space' && token.text.includes('\n')) break;
    i = (closes(token) ? openingOf(tokens, i) : i) - 1;
  }
  return neighbourIndex(tokens, i, 1);
}

function openingOf(tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (let i = index; i >= 0; i--) {
    if (closes(tokens[i])) depth++;
    else if (opens(tokens[i]) && --depth === 0) return i;
  }
  return 0;
}

/** The condition in brackets behind `if` or `while`, turned round. */
function turnedCondition({ tokens, code, languageId }: CodeView, index: number): Change[] {
  const open = neighbourIndex(tokens, index, 1);
  const isCondition = /^(if|while)$/.test(tokens[index]?.text ?? '') && tokens[open]?.text === '(';
  if (!isCondition || languageId === 'python') return [];
  const start = tokens[open]?.start ?? 0;
  const end = tokens[behindBracket(tokens, open)]?.start ?? code.length;
  return [{ start, end, text: `(!${code.slice(start, end)})`, rank: 4 }];
}

/** A value that ends at this token, one more and one less: most faults at the ends of a range are of this kind. */
function oneMore({ tokens, names }: CodeView, index: number): Change[] {
  const token = tokens[index];
  const counts = token && (token.text === ')' || token.text === ']' || names.includes(token.text));
  if (!counts) return [];
  const next = tokens[index + 1];
  const behind = neighbour(tokens, index, 1)?.text ?? '';
  const isEnd = next === undefined || (next.kind === 'space' && next.text.includes('\n'));
  if (!isEnd && !/^[)\],:;]$/.test(behind) && !comparing.test(behind)) return [];
  const at = token.start + token.text.length;
  return [' + 1', ' - 1'].map((text) => ({ start: at, end: at, text, rank: 3 as const }));
}

/** Of the brackets at `index`: two arguments swapped, one left out, a call of one argument taken off. */
function ofArguments(view: CodeView, index: number): Change[] {
  const { tokens, code } = view;
  const end = behindBracket(tokens, index);
  const bounds = argumentBounds(tokens, index, end);
  const texts = bounds.map(([from, to]) => code.slice(tokens[from]?.start, tokens[to]?.start));
  const called = neighbour(tokens, index, -1);
  const isCall = called?.kind === 'word' && !isKeyword(called.text);
  const [first, second] = bounds;
  if (first && !second && isCall && texts[0]?.trim()) {
    const before = tokens[index - 1];
    const isMember = tokens[index - 2]?.text === '.';
    if (before !== called || isMember) return [];
    const stop = (tokens[end - 1]?.start ?? code.length - 1) + 1;
    return [{ start: called.start, end: stop, text: texts[0].trim(), rank: 3 }];
  }
  const changes =
    bounds.length < 2 || !isCall ? [] : bounds.map((_, left) => argumentsWithout(view, bounds, texts, left));
  for (const [place, from] of bounds.slice(0, mostArguments - 1).entries()) {
    const to = bounds[place + 1];
    if (!to) break;
    const start = tokens[from[0]]?.start ?? 0;
    const swapped = `${texts[place + 1]?.trim() ?? ''}, ${texts[place]?.trim() ?? ''}`;
    changes.push({ start, end: tokens[to[1]]?.start ?? 0, text: swapped, rank: 3 });
  }
  return changes;
}

function argumentsWithout(
  { tokens }: CodeView,
  bounds: readonly (readonly [number, number])[],
  texts: readonly string[],
  left: number,
): Change {
  const start = tokens[bounds[0]?.[0] ?? 0]?.start ?? 0;
  const end = tokens[bounds.at(-1)?.[1] ?? 0]?.start ?? 0;
  const kept = texts.filter((_, index) => index !== left).map((text) => text.trim());
  return { start, end, text: kept.join(', '), rank: 4 };
}

/** Each argument's first token and the one behind its last. */
function argumentBounds(tokens: readonly Token[], index: number, end: number): [number, number][] {
  const bounds: [number, number][] = [];
  let from = index + 1;
  for (let i = index + 1; i < end;) {
    const token = tokens[i];
    if (opens(token)) {
      i = behindBracket(tokens, i);
      continue;
    }
    if (token?.text === ',' || i === end - 1) {
      if (i > from) bounds.push([from, i]);
      from = i + 1;
    }
    i++;
  }
  return bounds;
}
