import { languageIdOf } from '../syntax/languages';
import { behindBracket, opens, splitOutside, tokensOf } from '../syntax/tokens';

/** An assertion of a test: a call and what it should give, as the test writes them. */
export interface Assertion {
  /** Such as `median([1, 2])`. */
  call: string;
  expected: string;
}

/** Longest call or value that is told to the model. UTF-16 units. */
const longest = 300;

const families: Readonly<Record<string, 'python' | 'javascript'>> = {
  python: 'python',
  javascript: 'javascript',
  javascriptreact: 'javascript',
  typescript: 'javascript',
  typescriptreact: 'javascript',
};

/** The language of a test file whose assertions are read here; undefined for any other. */
export function assertionLanguage(path: string): 'python' | 'javascript' | undefined {
  return families[languageIdOf(path)];
}

/** Calls of test libraries that compare their first argument with the second. */
const comparing =
  /^(?:(?:self|t|assert|chai\.assert)\.)?(?:assert(?:Equal|Equals|ListEqual|DictEqual|SetEqual|TupleEqual|SequenceEqual|CountEqual|Is|AlmostEqual)|equal|equals|strictEqual|deepEqual|deepStrictEqual|same|is)$/;
/** Calls that want their argument to be true, or false. */
const wantsTrue = /^(?:(?:self|assert|console|t)\.)?(?:assert|ok|assertTrue|isTrue|truthy|true)$/;
const wantsFalse = /^(?:self|assert|t)\.(?:assertFalse|isFalse|notOk|falsy|false)$/;
const expecting = /^\)?\.(?:to(?:Be|Equal|StrictEqual)|to\.(?:equal|deep\.equal|be|eql))$/;

/** What one statement asserts; undefined unless it compares a call with a value. */
export function readAssertion(statement: string, language: 'python' | 'javascript'): Assertion | undefined {
  const code = statement.trim().replace(/;$/, '');
  const truths = language === 'python' ? { yes: 'True', no: 'False' } : { yes: 'true', no: 'false' };
  const plain = language === 'python' ? /^assert\b([\s\S]*)$/.exec(code)?.[1] : undefined;
  if (plain !== undefined) {
    const [claim = ''] = splitOutside(plain, language, [',']);
    return ofClaim(claim, language, truths);
  }
  const tokens = tokensOf(code.replace(/^await\s+/, ''), language);
  const at = tokens.findIndex(opens);
  if (at < 1) return undefined;
  const name = joined(tokens.slice(0, at)).trim();
  const end = behindBracket(tokens, at);
  const given = joined(tokens.slice(at + 1, end - 1));
  const [first = '', second] = splitOutside(given, language, [',']);
  if (name === 'expect') {
    const matcher = tokens.findIndex((token, index) => index >= end && opens(token));
    if (matcher < 0 || !expecting.test(joined(tokens.slice(end, matcher)))) return undefined;
    const value = joined(tokens.slice(matcher + 1, behindBracket(tokens, matcher) - 1));
    return assertionOf(first, value, language);
  }
  if (comparing.test(name) && second !== undefined) return assertionOf(first, second, language);
  if (wantsTrue.test(name)) return ofClaim(first, language, truths);
  return wantsFalse.test(name) ? assertionOf(first, truths.no, language) : undefined;
}

/** `call == value`, `call`, `not call`, in brackets or not. */
function ofClaim(
  claim: string,
  language: 'python' | 'javascript',
  truths: { yes: string; no: string },
): Assertion | undefined {
  const bare = withoutBrackets(claim, language);
  const sides = splitOutside(bare, language, language === 'python' ? ['==', 'is'] : ['===', '==']);
  const [left = '', right] = sides;
  if (sides.length === 2 && right !== undefined) return assertionOf(left, right, language);
  const negated = /^(?:not\s+|!\s*)([\s\S]+)$/.exec(bare)?.[1];
  if (sides.length > 1) return undefined;
  return assertionOf(negated ?? bare, negated === undefined ? truths.yes : truths.no, language);
}

function withoutBrackets(code: string, language: string): string {
  const tokens = tokensOf(code.trim(), language);
  const wrapped = tokens[0]?.text === '(' && behindBracket(tokens, 0) === tokens.length;
  return wrapped ? withoutBrackets(joined(tokens.slice(1, -1)), language) : code.trim();
}

/** Both sides on one line each; a text form of both is taken off, since the values are what counts. */
function assertionOf(left: string, right: string, language: 'python' | 'javascript'): Assertion | undefined {
  const sides = [left, right].map((side) => withoutBrackets(side, language).replace(/\s*\n\s*/g, ' '));
  const texts = sides.map((side) => /^JSON\.stringify\(([\s\S]*)\)$/.exec(side)?.[1]?.trim());
  const bare = texts.every((text) => text !== undefined) ? texts : sides;
  const [call = '', expected = ''] = bare;
  const fits = call.length <= longest && expected.length <= longest && expected !== '';
  return fits && isOneCall(call, language) ? { call, expected } : undefined;
}

/** `f(x)` or `a.b(x)` and nothing behind it. */
function isOneCall(code: string, language: string): boolean {
  const tokens = tokensOf(code, language);
  const at = tokens.findIndex(opens);
  const named = tokens.slice(0, at).every(({ kind, text }) => kind === 'word' || text === '.');
  return at > 0 && tokens[at]?.text === '(' && named && behindBracket(tokens, at) === tokens.length;
}

/** The statement that begins in a line of a test and ends where its brackets do. `line` is 1-based. */
export function statementAt(text: string, line: number, language: string): string {
  const lines = text.split(/\r?\n/).slice(line - 1, line + 11);
  for (let count = 1; count <= lines.length; count++) {
    const code = lines.slice(0, count).join('\n');
    const depth = tokensOf(code, language).reduce(
      (sum, token) => sum + (token.kind === 'bracket' ? (opens(token) ? 1 : -1) : 0),
      0,
    );
    if (depth <= 0) return code.trim();
  }
  return lines[0]?.trim() ?? '';
}

/** What a test asserts of one function, in order; the calls that name it. */
export function assertionsAbout(text: string, name: string, language: 'python' | 'javascript'): Assertion[] {
  const wanted = new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}\\(`);
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (!/\bassert|\bexpect\(|\bt\.|^\s*\w+\.(?:equal|strictEqual|deepEqual)/.test(line)) return [];
    const assertion = readAssertion(statementAt(text, index + 1, language), language);
    return assertion && wanted.test(assertion.call) ? [assertion] : [];
  });
}

/**
 * A POSIX command line that prints what a call gives, with what the test file loads at its head; undefined when that
 * cannot be told from its lines.
 */
export function probeCommand(call: string, path: string, testText: string): string | undefined {
  const language = assertionLanguage(path);
  const lines = testText.split(/\r?\n/);
  const quoted = (code: readonly string[]): string => `'${code.join('\n').replaceAll("'", `'\\''`)}'`;
  if (language === 'python') {
    const loads = lines.filter((line) => /^(from [\w.]+ import [\w, *]+|import [\w., ]+)$/.test(line));
    return loads.length === 0 ? undefined : `python3 -c ${quoted([...loads, `print(repr(${call}))`])}`;
  }
  if (language === undefined || !/\.[cm]?js$/.test(path)) return undefined;
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const inFolder = /^[\w./-]*$/.test(folder) && folder !== '' ? `cd ${folder} && ` : '';
  const required = lines.filter((line) =>
    /^(const|let|var) .*\brequire\(['"][^'"]+['"]\)[\w.]*;?$/.test(line),
  );
  const imported = lines.filter((line) => /^import .+ from ['"][^'"]+['"];?$/.test(line));
  const print = `console.log(JSON.stringify(${call}))`;
  if (required.length > 0) return `${inFolder}node -e ${quoted([...required, print])}`;
  const asModule = [...imported, print];
  return imported.length > 0 ? `${inFolder}node --input-type=module -e ${quoted(asModule)}` : undefined;
}

/** What the model is told: the call, what came and what should come. */
export function assertionFact({ call, expected }: Assertion, got: string | undefined): string {
  return got === undefined
    ? `${call} should give ${expected}.`
    : `${call} gives ${got}, but should give ${expected}.`;
}

function joined(tokens: readonly { text: string }[]): string {
  return tokens.map(({ text }) => text).join('');
}
