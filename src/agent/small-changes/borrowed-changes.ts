import { nearestNames } from '../../edit/nearest';
import { behindTerm } from './term-changes';
import { type Change, type CodeView, isKeyword, neighbour } from './code-view';

/** Most terms that are put in other places, and the longest one, in UTF-16 units. */
const mostTerms = 12;
const longestTerm = 30;
/** Words of the test that one string is compared with. */
const nearest = 2;

/** A name gives way to a term that the code has elsewhere: what mends a fault is mostly there already. */
export function borrowedChanges(view: CodeView): Change[] {
  const { tokens, body, names } = view;
  const terms = termsOf(view);
  return tokens.flatMap((token, index) => {
    if (index < body || !names.includes(token.text) || behindTerm(tokens, index) !== index + 1) return [];
    const before = neighbour(tokens, index, -1)?.text ?? '';
    const behind = neighbour(tokens, index, 1)?.text ?? '';
    if (/^(\.|::|const|let|var|val|mut|auto|for)$/.test(before) || /^([-+*/%:]?=|=>)$/.test(behind))
      return [];
    return terms.map((text) => ({
      start: token.start,
      end: token.start + token.text.length,
      text,
      rank: 4 as const,
    }));
  });
}

/** Calls, elements, members and short strings of the code. */
function termsOf({ tokens, code, body }: CodeView): string[] {
  const terms = tokens.flatMap((token, index) => {
    if (index < body || (token.kind !== 'word' && token.kind !== 'string')) return [];
    const before = neighbour(tokens, index, -1)?.text;
    if (isKeyword(token.text) || before === '.' || before === '::') return [];
    const end = behindTerm(tokens, index);
    if (token.kind === 'word' && end === index + 1) return [];
    const text = code.slice(token.start, tokens[end]?.start);
    return text.length <= longestTerm && !text.includes('\n') ? [text.trim()] : [];
  });
  return [...new Set(terms)].slice(0, mostTerms);
}

/** A string becomes the most similar one of those that the test has: a letter, a case or a mark was wrong. */
export function stringsOfTest({ tokens, body }: CodeView, literals: readonly string[]): Change[] {
  return tokens.flatMap((token, index) => {
    const [, quote = '', content = ''] = /^(["'`])([\s\S]+)\1$/.exec(token.text) ?? [];
    if (index < body || token.kind !== 'string' || content === '') return [];
    return nearestNames(content, literals, nearest)
      .filter((text) => text !== content && !text.includes(quote) && !text.includes('\\'))
      .map((text) => ({
        start: token.start,
        end: token.start + token.text.length,
        text: quote + text + quote,
        rank: 2 as const,
      }));
  });
}
