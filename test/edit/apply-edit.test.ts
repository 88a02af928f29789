import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdit } from '../../src/edit/apply-edit';
import type { Edit, RefusalCode, Tolerance } from '../../src/edit/edit-types';

interface Case {
  it: string;
  text: string;
  edit: Edit;
  languageId?: string;
  /** The new text, when it is applied. */
  gives?: string;
  tolerances?: Tolerance[];
  refused?: RefusalCode;
  reason?: RegExp;
}

function check(cases: Case[]): void {
  for (const { it: name, text, edit, languageId, gives, tolerances = [], refused, reason } of cases) {
    it(name, () => {
      const result = applyEdit(text, edit, [], languageId === undefined ? {} : { languageId });
      if (gives !== undefined) assert.deepEqual(result, { result: 'applied', content: gives, tolerances });
      else {
        assert.equal(result.result, 'refused');
        assert.equal(result.code, refused);
        if (reason) assert.match(result.reason, reason);
      }
    });
  }
}

const replace = (old: string, replacement: string, nearLine?: number): Edit => ({
  type: 'replace',
  old,
  new: replacement,
  ...(nearLine === undefined ? {} : { near_line: nearLine }),
});

const python = 'class A:\n    def f(self):\n        if x:\n            return 1\n        return 2\n';

describe('replace', () => {
  check([
    { it: 'replaces a part of a line', text: 'a b c\n', edit: replace('b', 'B'), gives: 'a B c\n' },
    { it: 'replaces lines', text: 'a\nb\nc\n', edit: replace('a\nb\n', 'x\n'), gives: 'x\nc\n' },
    { it: 'removes with an empty text', text: 'a\nb\nc\n', edit: replace('b\n', ''), gives: 'a\nc\n' },
    {
      it: 'takes white space exactly as long as it matches exactly',
      text: 'a  \nb\n',
      edit: replace('a  \n', 'a\n'),
      gives: 'a\nb\n',
    },
    {
      it: 'finds LF text in a CRLF file and writes CRLF',
      text: 'a\r\nb\r\nc\r\n',
      edit: replace('a\nb', 'x\ny\nz'),
      gives: 'x\r\ny\r\nz\r\nc\r\n',
      tolerances: ['line-ends'],
    },
    {
      it: 'writes LF into an LF file whatever the new text has',
      text: 'a\nb\n',
      edit: replace('a', 'x\r\ny'),
      gives: 'x\ny\nb\n',
      tolerances: ['line-ends'],
    },
    {
      it: 'keeps each line’s own end in a mixed file',
      text: 'a\r\nb\nc\r\nd\r\n',
      edit: replace('a\nb\nc', 'a\nB\nc\nnew'),
      gives: 'a\r\nB\nc\r\nnew\r\nd\r\n',
      tolerances: ['line-ends'],
    },
    {
      it: 'forgives trailing space and leaves it on lines that stay',
      text: 'a  \nb\t\nc\n',
      edit: replace('a\nb\nc', 'a\nB\nc'),
      gives: 'a  \nB\nc\n',
      tolerances: ['trailing-space'],
    },
    {
      it: 'drops blank lines around the old text',
      text: 'a\nb  \nc\n',
      edit: replace('\n\na\nb\n\n', '\na\nB\n'),
      gives: 'a\nB\nc\n',
      tolerances: ['trailing-space'],
    },
    {
      it: 'shifts a block that was written flush left',
      text: python,
      edit: replace('if x:\n    return 1\nreturn 2', 'if x:\n    return 3\nreturn 2'),
      gives: python.replace('return 1', 'return 3'),
      tolerances: ['indentation'],
    },
    {
      it: 'shifts a block that was written too far right',
      text: 'if x:\n    a()\n    b()\n',
      edit: replace('        a()\n        b()\n', '        a()\n        c()\n'),
      gives: 'if x:\n    a()\n    c()\n',
      tolerances: ['indentation'],
    },
    {
      it: 'refuses a block whose indentation differs within',
      text: 'if x:\n    a()\n        b()\n',
      edit: replace('if x:\n  a()\n  b()', 'z'),
      refused: 'no-match',
    },
    {
      it: 'refuses new text that cannot lose the indentation',
      text: 'if x:\n    a()\n    b()\n',
      edit: replace('      a()\n      b()', 'a()\nc()'),
      refused: 'no-match',
    },
    {
      it: 'sees through quotation marks, dashes and fixed spaces',
      text: 'say(“it’s a – b”)\u00a0# …\n',
      edit: replace('say("it\'s a - b") # ...', 'say("x")'),
      gives: 'say("x")\n',
      tolerances: ['look-alikes'],
    },
    {
      it: 'keeps the file’s punctuation in lines that stay',
      text: 'a = “x”\nb = 1\n',
      edit: replace('a = "x"\nb = 1', 'a = "x"\nb = 2'),
      gives: 'a = “x”\nb = 2\n',
      tolerances: ['look-alikes'],
    },
    {
      it: 'never splits a character that stands for several',
      text: 'x… y\n',
      edit: replace('x.', 'z'),
      refused: 'no-match',
    },
    {
      it: 'refuses text that stands in several places, and says where',
      text: 'a\nb\na\n',
      edit: replace('a', 'x'),
      refused: 'ambiguous',
      reason: /2 places \(lines 1, 3\)/,
    },
    { it: 'refuses overlapping places', text: 'aaa\n', edit: replace('aa', 'x'), refused: 'ambiguous' },
    {
      it: 'takes the place nearest to a line',
      text: 'a\nb\nb\na\n',
      edit: replace('a', 'x', 3),
      gives: 'a\nb\nb\nx\n',
      tolerances: ['near-line'],
    },
    {
      it: 'refuses two places equally near',
      text: 'a\nb\na\n',
      edit: replace('a', 'x', 2),
      refused: 'ambiguous',
    },
    {
      it: 'does not go on to forgiving rungs when a strict one is ambiguous',
      text: 'a\nb\na\n  a\n',
      edit: replace('a\n', 'x\n'),
      refused: 'ambiguous',
    },
    {
      it: 'shows the nearest text when there is no match',
      text: 'def f():\n    total = 1\n    return total\n',
      edit: replace('    total = 2\n    return total', 'x'),
      refused: 'no-match',
      reason: /Nearest, lines 2–3:\n {4}total = 1\n {4}return total/,
    },
    {
      it: 'says so when nothing is near',
      text: 'a\n',
      edit: replace('zebra()', 'x'),
      refused: 'no-match',
      reason: /nor anything like it/,
    },
    { it: 'refuses an empty old text', text: 'a\n', edit: replace('', 'x'), refused: 'empty' },
    {
      it: 'refuses old text of white space that is not there',
      text: 'a\n',
      edit: replace('\t\n', 'x'),
      refused: 'no-match',
    },
    { it: 'refuses a change of nothing', text: 'a\nb\n', edit: replace('a', 'a'), refused: 'unchanged' },
    {
      it: 'takes both texts out of code blocks',
      text: 'a()\nb()\n',
      edit: replace('```\nb()\n```', '```js\nc()\n```'),
      gives: 'a()\nc()\n',
      tolerances: ['code-fence'],
    },
  ]);

  it('replaces any unique passage exactly and leaves the rest byte for byte', () => {
    const line = fc.stringMatching(/^[ab \t“]{0,6}$/);
    const document = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { minLength: 1, maxLength: 8 })
      .map((lines) => lines.map(([text, eol]) => text + eol).join(''));
    fc.assert(
      fc.property(
        document,
        fc.nat(),
        fc.nat(),
        fc.stringMatching(/^[xyz]{1,5}$/),
        (text, a, b, replacement) => {
          const [start, end] = [a % text.length, b % (text.length + 1)].sort((x, y) => x - y);
          const old = text.slice(start, end);
          fc.pre(old !== '' && text.indexOf(old) === text.lastIndexOf(old));
          const result = applyEdit(text, replace(old, replacement));
          assert.equal(
            result.result === 'applied' && result.content,
            text.slice(0, start) + replacement + text.slice(end),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps to a long file in reasonable work', () => {
    const text = Array.from({ length: 200_000 }, (_, i) => `value_${i} = ${i}\n`).join('');
    const result = applyEdit(text, replace('value_150000 =   150000'.replace('   ', ' '), 'value = 0'));
    assert.equal(result.result, 'applied');
    const missed = applyEdit(text, replace('value_150000 = 1\nvalue_150001 = 150001', 'x'));
    assert.match(missed.result === 'refused' ? missed.reason : '', /lines 150001–150002/);
  });
});

describe('lines', () => {
  const lines = (start: number, end: number, text: string): Edit => ({
    type: 'lines',
    start,
    end,
    new: text,
  });
  check([
    { it: 'replaces one line', text: 'a\nb\nc\n', edit: lines(2, 2, 'x'), gives: 'a\nx\nc\n' },
    {
      it: 'takes a final line end as the line’s own',
      text: 'a\nb\n',
      edit: lines(1, 1, 'x\n'),
      gives: 'x\nb\n',
    },
    { it: 'writes more lines', text: 'a\r\nb\r\n', edit: lines(1, 1, 'x\ny'), gives: 'x\r\ny\r\nb\r\n' },
    { it: 'removes lines', text: 'a\nb\nc\n', edit: lines(1, 2, ''), gives: 'c\n' },
    { it: 'keeps a file without final newline so', text: 'a\nb', edit: lines(2, 2, 'x\n'), gives: 'a\nx' },
    { it: 'removes the last line without final newline', text: 'a\nb', edit: lines(2, 2, ''), gives: 'a' },
    { it: 'writes a blank line', text: 'a\nb\n', edit: lines(1, 1, '\n'), gives: '\nb\n' },
    {
      it: 'refuses lines past the end',
      text: 'a\n',
      edit: lines(1, 2, 'x'),
      refused: 'bad-range',
      reason: /has 1 lines/,
    },
    { it: 'refuses a backward range', text: 'a\nb\n', edit: lines(2, 1, 'x'), refused: 'bad-range' },
    { it: 'refuses line 0', text: 'a\n', edit: lines(0, 1, 'x'), refused: 'bad-range' },
    { it: 'refuses broken numbers', text: 'a\n', edit: lines(1.5, 2, 'x'), refused: 'bad-range' },
  ]);
});

describe('insert', () => {
  const insert = (line: number, text: string): Edit => ({ type: 'insert', line, new: text });
  check([
    { it: 'inserts before a line', text: 'a\nb\n', edit: insert(2, 'x'), gives: 'a\nx\nb\n' },
    {
      it: 'inserts at the top with the file’s line ends',
      text: 'a\r\n',
      edit: insert(1, 'x\ny\n'),
      gives: 'x\r\ny\r\na\r\n',
    },
    { it: 'appends', text: 'a\n', edit: insert(2, 'x'), gives: 'a\nx\n' },
    { it: 'appends without final newline', text: 'a', edit: insert(2, 'x\n'), gives: 'a\nx' },
    { it: 'fills an empty file', text: '', edit: insert(1, 'x\n'), gives: 'x\n' },
    { it: 'refuses a line past the end', text: 'a\n', edit: insert(3, 'x'), refused: 'bad-range' },
    { it: 'refuses nothing', text: 'a\n', edit: insert(1, ''), refused: 'empty' },
  ]);
});

describe('file', () => {
  const file = (text: string): Edit => ({ type: 'file', new: text });
  check([
    { it: 'replaces all', text: 'a\n', edit: file('b\n'), gives: 'b\n' },
    {
      it: 'keeps the final newline',
      text: 'a\n',
      edit: file('b'),
      gives: 'b\n',
      tolerances: ['final-newline'],
    },
    { it: 'keeps its absence', text: 'a', edit: file('b\n'), gives: 'b', tolerances: ['final-newline'] },
    {
      it: 'keeps mixed line ends where lines stay',
      text: 'a\r\nb\nc\r\n',
      edit: file('a\nb\nx\nc\n'),
      gives: 'a\r\nb\nx\r\nc\r\n',
    },
    { it: 'leaves a new file as it is written', text: '', edit: file('a\r\nb'), gives: 'a\r\nb' },
    { it: 'refuses the same text', text: 'a\n', edit: file('a\n'), refused: 'unchanged' },
  ]);
});

describe('what models wrap around code', () => {
  const file = (text: string): Edit => ({ type: 'file', new: text });
  check([
    {
      it: 'takes off a fence',
      text: 'a\n',
      edit: file('```py\nb\n```\n'),
      gives: 'b\n',
      tolerances: ['code-fence'],
    },
    {
      it: 'takes off commentary',
      text: 'a\n',
      edit: file('Here is the corrected code:\n\n```py\nb\n```\n\nIt now returns b.\n'),
      gives: 'b\n',
      tolerances: ['code-fence', 'commentary'],
    },
    {
      it: 'takes off a fence that was not closed',
      text: 'a\n',
      edit: file('```\nb\n'),
      gives: 'b\n',
      tolerances: ['code-fence'],
    },
    {
      it: 'takes off a fence that was not opened',
      text: 'a\n',
      edit: file('b\n```'),
      gives: 'b\n',
      tolerances: ['code-fence'],
    },
    {
      it: 'refuses several blocks',
      text: 'a\n',
      edit: file('```\nb\n```\nor\n```\nc\n```\n'),
      refused: 'several-blocks',
    },
    {
      it: 'leaves fences in a docstring',
      text: 'a\n',
      edit: file('def f():\n    """\n```\nf()\n```\n    """\n'),
      gives: 'def f():\n    """\n```\nf()\n```\n    """\n',
    },
    {
      it: 'leaves fences in Markdown',
      text: '# A\n',
      languageId: 'markdown',
      edit: file('```\nb\n```\n'),
      gives: '```\nb\n```\n',
    },
    {
      it: 'leaves fences in a file that has some',
      text: 'a\n```\nb\n```\n',
      edit: replace('b', '```\nc\n```'),
      gives: 'a\n```\n```\nc\n```\n```\n',
    },
  ]);
});

describe('text that is left out', () => {
  const elided = [
    '# ... rest of the code unchanged ...',
    '// ... existing code ...',
    '// rest of the function remains the same',
    '    # (rest of the implementation)',
    '/* ... */',
    '<!-- ... other content ... -->',
    '{/* ... existing code ... */}',
    '-- … unchanged …',
    '# The rest of the methods stay here',
    '...',
    '# … code remains unchanged',
  ];
  check(
    elided.map((line) => ({
      it: `refuses “${line}”`,
      text: 'a\nb\n',
      edit: { type: 'file', new: `x\n${line}\n` },
      refused: 'elided',
      reason: /Line 2 of the new text leaves code out/,
    })),
  );
  const honest = [
    '# Same as before, but faster',
    '// loads the remaining items...',
    'const rest = [...items];',
    'print("... other code ...")',
    '# Returns the rest',
    'def f(x): ...',
    '#define REST 1',
    'f(a, ...other)',
  ];
  check(
    honest.map((line) => ({
      it: `writes “${line}”`,
      text: 'a\nb\n',
      edit: { type: 'file', new: `x\n${line}\n` },
      gives: `x\n${line}\n`,
    })),
  );
  check([
    {
      it: 'writes such a line when the file has it',
      text: 'a\n# ... rest unchanged ...\n',
      edit: { type: 'file', new: 'b\n# ... rest unchanged ...\n' },
      gives: 'b\n# ... rest unchanged ...\n',
    },
    {
      it: 'writes Python’s ellipsis as a body',
      text: 'a\n',
      edit: { type: 'file', new: 'class E(Exception):\n    ...\n\nx = 1\n' },
      gives: 'class E(Exception):\n    ...\n\nx = 1\n',
    },
  ]);
});
