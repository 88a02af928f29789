/** What a model is asked to find out what it can do: small things that have one right answer. */

/** One word is the answer. */
export const questions: readonly { text: string; answer: RegExp }[] = [
  { text: 'Answer with one word: which keyword begins a function in Python?', answer: /\bdef\b/i },
  { text: 'Answer with one number: what is 7 plus 5?', answer: /\b12\b/ },
  { text: 'Answer with one word: is the sky on a clear day red or blue?', answer: /\bblue\b/i },
  {
    text: 'Which command lists the files of a folder in a Unix shell? Answer with the command only.',
    answer: /\bls\b/,
  },
];

/** Requests that need one call; the arguments that count, as they must be. */
export const calls: readonly { text: string; tool: string; arguments: Record<string, RegExp> }[] = [
  { text: 'Show me the file src/main.py.', tool: 'read_file', arguments: { path: /^\.?\/?src\/main\.py$/ } },
  { text: 'Search the files for parse_header.', tool: 'search', arguments: { pattern: /^parse_header$/ } },
  { text: 'Which files are in the folder docs?', tool: 'list_files', arguments: { path: /^\.?\/?docs\/?$/ } },
  { text: 'Run npm test.', tool: 'run_command', arguments: { command: /^npm (run )?test$/ } },
  {
    text: 'Read lines 10 to 20 of app.js.',
    tool: 'read_file',
    arguments: { path: /^app\.js$/, start_line: /^10$/ },
  },
  {
    text: 'In config.ini, replace the text port=80 with port=8080.',
    tool: 'edit_file',
    arguments: { path: /^config\.ini$/, old_text: /^port ?= ?80$/, new_text: /^port ?= ?8080$/ },
  },
];

export interface EditTask {
  path: string;
  languageId: string;
  symbol: string;
  before: string;
  order: string;
  after: string;
}

const area = `def area(width, height):
    if width < 0:
        return 0
    result = width + height
    return result`;
const limit = `function limit(values, most) {
  const kept = [];
  for (let i = 0; i < values.length; i++) {
    if (kept.length === 10) break;
    kept.push(values[i]);
  }
  return kept;
}`;
const greet = `def greet(name):
    text = "Hello " + name
    return text`;
const isAdult = `function isAdult(age) {
  return age > 18;
}`;

/** One change each, said in so many words. */
export const edits: readonly EditTask[] = [
  {
    path: 'shapes.py',
    languageId: 'python',
    symbol: 'area',
    before: area,
    order: 'In the function area, multiply width and height instead of adding them.',
    after: area.replace('width + height', 'width * height'),
  },
  {
    path: 'limit.js',
    languageId: 'javascript',
    symbol: 'limit',
    before: limit,
    order: 'In the function limit, compare with the parameter most instead of the number 10.',
    after: limit.replace('=== 10', '=== most'),
  },
  {
    path: 'greet.py',
    languageId: 'python',
    symbol: 'greet',
    before: greet,
    order: 'In the function greet, write "Goodbye " instead of "Hello ".',
    after: greet.replace('Hello', 'Goodbye'),
  },
  {
    path: 'age.js',
    languageId: 'javascript',
    symbol: 'isAdult',
    before: isAdult,
    order: 'In the function isAdult, use >= instead of >.',
    after: isAdult.replace('> 18', '>= 18'),
  },
];

/** A gap at the end of `prefix`, which is a whole token there; what the line must go on with, less the space before it. */
export const gaps: readonly { path: string; prefix: string; suffix: string; line: RegExp }[] = [
  {
    path: 'a.py',
    prefix: 'def add(a, b):\n    """The sum of both."""\n    return',
    suffix: '\n',
    line: /^a \+ b$/,
  },
  {
    path: 'b.js',
    prefix: 'for (let i = 0; i < items.length;',
    suffix: ') {\n  show(items[i]);\n}\n',
    line: /^(i\+\+|\+\+i|i \+= 1)/,
  },
  {
    path: 'c.py',
    prefix: 'names = ["Ann", "Bo"]\nfor name in',
    suffix: ':\n    print(name)\n',
    line: /^names\b/,
  },
  {
    path: 'd.py',
    prefix: 'import json\n\ndef load(path):\n    with open(path) as file:\n        return json.',
    suffix: '\n',
    line: /^loads?\(/,
  },
  {
    path: 'e.js',
    prefix: 'function isEmpty(list) {\n  return list.length ===',
    suffix: ';\n}\n',
    line: /^0/,
  },
  {
    path: 'f.py',
    prefix: 'class Point:\n    def __init__(self, x, y):\n        self.x = x\n        self.',
    suffix: '\n',
    line: /^y = y$/,
  },
];

/** The fact that is hidden in a long prompt, and the question about it. */
export const needle = {
  code: 'def secret_of_the_house():\n    return 48173\n',
  question: 'Which number does the function secret_of_the_house return? Answer with the number.',
  answer: /48173/,
};

/** Code around the needle; every function is another one. */
export function filler(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) =>
      `def step_${index}(values, factor=${(index * 13) % 97}):\n    total = ${index}\n    for value in values:\n        total += value * factor\n    return total\n`,
  );
}
