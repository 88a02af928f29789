/** The assertion that failed, found in a test's output, and a command that shows what the code gives there. */
export interface FailedAssertion {
  /** The call as the test writes it, such as `median([1, 2])`. */
  call: string;
  /** What the test expects, as it writes it. */
  expected: string;
  language: 'python' | 'javascript';
}

/** Longest call or value that is told to the model. UTF-16 units. */
const longest = 300;

/** A plain `assert call == value` (Python) or `assert(call === value)` (JavaScript) on one line of the output. */
export function failedAssertion(output: string): FailedAssertion | undefined {
  const python = [...output.matchAll(/^\s*assert\s+(.+?\))\s*==\s*(.+?)(?:\s*,\s*["'f].*)?$/gm)].at(-1);
  if (python) return assertionOf(python[1], python[2], 'python');
  const script = /\bassert(?:\.ok)?\(\s*(.+?\))\s*===?\s*(.+?)\s*\);?\s*$/m.exec(output);
  return script ? assertionOf(script[1], script[2], 'javascript') : undefined;
}

function assertionOf(
  call: string | undefined,
  expected: string | undefined,
  language: FailedAssertion['language'],
): FailedAssertion | undefined {
  if (call === undefined || expected === undefined || !isBalanced(call) || !isBalanced(expected))
    return undefined;
  const fits = call.length <= longest && expected.length <= longest && /^[\w$.]+\(/.test(call);
  return fits ? { call, expected, language } : undefined;
}

function isBalanced(code: string): boolean {
  const count = (pattern: RegExp): number => code.match(pattern)?.length ?? 0;
  return count(/[([{]/g) === count(/[)\]}]/g);
}

/**
 * A POSIX command line that prints what the call gives, with what the test file loads at its head; undefined when
 * that cannot be told from its lines.
 */
export function probeCommand(assertion: FailedAssertion, testText: string): string | undefined {
  const loads = testText
    .split(/\r?\n/)
    .filter((line) =>
      assertion.language === 'python'
        ? /^(from [\w.]+ import [\w, *]+|import [\w., ]+)$/.test(line)
        : /^(const|let|var) .*\brequire\(['"][^'"]+['"]\)[\w.]*;?$/.test(line),
    );
  if (loads.length === 0) return undefined;
  const { call } = assertion;
  const [program, code] =
    assertion.language === 'python'
      ? ['python3 -c', [...loads, `print(repr(${call}))`]]
      : ['node -e', [...loads, `console.log(JSON.stringify(${call}))`]];
  return `${program} '${code.join('\n').replaceAll("'", `'\\''`)}'`;
}

/** What the model is told: the call, what came and what should come. */
export function assertionFact(assertion: FailedAssertion, got: string | undefined): string {
  const { call, expected } = assertion;
  return got === undefined
    ? `${call} should give ${expected}.`
    : `${call} gives ${got}, but should give ${expected}.`;
}
