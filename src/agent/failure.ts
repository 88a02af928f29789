/** A place that a failing command's output points at. */
export interface FailurePlace {
  /** Workspace path. */
  path: string;
  /** 1-based. */
  line: number;
}

/** `File "x.py", line 3` (Python), `x.ts:3:5` and `(x.ts:3:5)` (most others), `--> x.rs:3:5` (Rust). */
const placePatterns = [
  /File "([^"]+)", line (\d+)/g,
  /(?:^|[\s("'])((?:[A-Za-z]:)?[\w@./\\-]+\.[A-Za-z]\w{0,5}):(\d+)(?::\d+)?/gm,
];

/**
 * Places in the workspace that the output names, in order, without repeats. `known` are the workspace's paths; an
 * absolute path counts when it ends with one of them.
 */
export function failurePlaces(output: string, known: readonly string[]): FailurePlace[] {
  const places = placePatterns.flatMap((pattern) =>
    [...output.matchAll(pattern)].map((match) => ({
      at: match.index,
      file: match[1] ?? '',
      line: Number(match[2]),
    })),
  );
  places.sort((a, b) => a.at - b.at);
  const seen = new Set<string>();
  const result: FailurePlace[] = [];
  for (const { file, line } of places) {
    const path = knownPath(file.replaceAll('\\', '/'), known);
    const key = `${path ?? ''}:${String(line)}`;
    if (path === undefined || seen.has(key)) continue;
    seen.add(key);
    result.push({ path, line });
  }
  return result;
}

function knownPath(file: string, known: readonly string[]): string | undefined {
  const plain = file.replace(/^file:\/\//, '').replace(/^\.\//, '');
  if (known.includes(plain)) return plain;
  // The longest match, so that `a/b.py` wins over `b.py` for `/x/a/b.py`.
  return known.filter((path) => plain.endsWith(`/${path}`)).sort((a, b) => b.length - a.length)[0];
}

/** Lines that a runner prints around each failure and that say nothing about it. */
const noise =
  /^\s*(throw err;|\^+|generatedMessage: \w+,|code: 'ERR_ASSERTION',|operator: '.*',?|diff: '\w+',?|[{}],?|Node\.js v[\d.]+|Ran \d+ tests? in .*|FAILED \(.*\)|AssertionError \[ERR_ASSERTION\]: The expression evaluated to a falsy value:)\s*$/;

/** Lines that say what went wrong, in the forms that test runners and compilers use. */
const telling =
  /(error|exception|assert|expected|actual|received|panicked|fail|!=|✗|✕|×|^\s*[+-] |^E\s|^>\s)/i;

/**
 * The part of a failing command's output that a small model can use: the first failure with its assertion, at
 * most `limit` UTF-16 units. Progress dots, rules, summaries and repeated frames of libraries are left out.
 */
export function shortenFailure(output: string, limit = 1200): string {
  const lines = output
    // eslint-disable-next-line no-control-regex -- terminal colours are exactly this control character
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter(
      (line) =>
        line.trim() !== '' && !/^[=\-_.─━]{3,}$/.test(line.trim()) && !/^[.FEsx^~ ]+$/.test(line.trim()),
    );
  const first = lines.findIndex((line) => telling.test(line));
  const relevant = first < 0 ? lines : lines.slice(first);
  const kept: string[] = [];
  let size = 0;
  for (const line of relevant) {
    if (noise.test(line) || /(site-packages|node_modules|node:internal|\/lib\/python)/.test(line)) continue;
    const short = line.length > 200 ? `${line.slice(0, 199)}…` : line;
    if (size + short.length > limit) break;
    kept.push(short);
    size += short.length + 1;
  }
  return kept.join('\n');
}

/** Says what is to be done, in a paragraph behind a pasted output. */
const ordering =
  /\b(fix|repair|debug|mend|correct|solve|make|find|help|please|why|change|do not|don['’]t)\b/i;

/**
 * A request without the command and the output that were pasted into it: the program has just run it, and a small
 * model's prompt is better without the repetition. The request as it is when nothing else would be left.
 */
export function ownWords(request: string): string {
  const paragraphs = request.split(/\n\s*\n/);
  const from = paragraphs.findIndex((text) => /^\s*([$>] \S|Traceback \(most recent)/m.test(text));
  if (from < 0) return request;
  const before = (paragraphs[from] ?? '').split(/^\s*(?:[$>] \S|Traceback \(most recent)/m)[0] ?? '';
  const behind = paragraphs
    .slice(from + 1)
    .filter((text) => ordering.test(text) && !/^\s+(at|File)\s|Error\b/m.test(text));
  const kept = [...paragraphs.slice(0, from), before, ...behind].map((text) => text.trim()).filter(Boolean);
  return kept.some((text) => ordering.test(text)) ? kept.join('\n') : request;
}

/** Names called in the given lines of code, in order, without repeats: `assertEqual(median(x))` → both. */
export function calledNames(code: string): string[] {
  const names = [...code.matchAll(/([A-Za-z_$][\w$]*)\s*\(/g)].map((match) => match[1] ?? '');
  return [...new Set(names)].filter(
    (name) => !notSubjects.has(name) && !/^(assert|expect|test|it$|describe$)/.test(name),
  );
}

const notSubjects = new Set([
  'if',
  'for',
  'while',
  'switch',
  'return',
  'print',
  'len',
  'str',
  'int',
  'list',
  'range',
  'require',
  'function',
  'def',
  'strictEqual',
  'deepEqual',
  'deepStrictEqual',
  'equal',
  'toBe',
  'toEqual',
  'main',
  'super',
  'catch',
]);
