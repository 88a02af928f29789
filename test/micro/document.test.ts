import assert from 'node:assert/strict';
import { checkTexts, docJobFor, documented } from '../../src/micro/document';
import { docOf, withNewDoc } from '../../src/micro/doc-comment';
import { withExtendedDoc } from '../../src/micro/extended-doc';
import type { AskModel } from '../../src/micro/micro-agent';
import { parametersOf, returnsValue } from '../../src/micro/parameters';

describe('parameters of a declaration', () => {
  const cases: [languageId: string, name: string, signature: string, expected: string[]][] = [
    [
      'python',
      'f',
      'def f(self, a, b: int = 3, *args, key="x,y", **rest) -> str',
      ['a', 'b', 'args', 'key', 'rest'],
    ],
    ['python', 'f', 'def f(a, /, b, *, c: dict[str, int] = {})', ['a', 'b', 'c']],
    [
      'typescript',
      'f',
      'function f<T>(a: Map<string, T>, b?: (x: T) => void, ...rest: T[]): T',
      ['a', 'b', 'rest'],
    ],
    ['typescript', 'constructor', 'constructor(private readonly name: string, { x }: Point)', ['name']],
    ['javascript', 'twice', 'const twice = x =>', ['x']],
    ['javascript', 'add', 'const add = async (a, b = 2) =>', ['a', 'b']],
    ['java', 'put', 'public int put(final String key, int[] values)', ['key', 'values']],
    ['c', 'copy', 'static char *copy(char *to, const char from[], size_t n)', ['to', 'from', 'n']],
    ['csharp', 'Read', 'public bool Read(ref int count, string name = "a")', ['count', 'name']],
    ['php', 'f', 'function f(array $items, ?string $name = null)', ['items', 'name']],
    ['python', 'f', 'def f()', []],
    ['c', 'f', 'int f(void)', []],
  ];
  for (const [languageId, name, signature, expected] of cases)
    it(`${languageId}: ${signature}`, () =>
      assert.deepEqual(parametersOf(signature, name, languageId), expected));

  it('tells whether a value comes back', () => {
    assert.ok(returnsValue('def f(x):\n    return x', 'python'));
    assert.ok(returnsValue('def f(x):\n    yield x', 'python'));
    assert.ok(!returnsValue('def f(x):\n    print(x)\n    return\n', 'python'));
    assert.ok(!returnsValue('def f(x):\n    return None\n', 'python'));
    assert.ok(returnsValue('function f() { return 1; }', 'javascript'));
    assert.ok(returnsValue('const f = (a) => a + 1', 'javascript'));
    assert.ok(!returnsValue('function f() { if (x) return; g(); }', 'javascript'));
  });
});

describe('a new documentation comment', () => {
  const texts = {
    summary: 'Adds both.',
    parameters: [{ name: 'a', text: 'A number.' }],
    returns: 'The sum.',
  };
  const written: [title: string, languageId: string, code: string, expected: string][] = [
    [
      'a docstring with sections, behind decorators and a header of several lines',
      'python',
      '@cached\ndef add(\n    a=":",  # one: two\n):\n    return a',
      '@cached\ndef add(\n    a=":",  # one: two\n):\n    """Adds both.\n\n    Args:\n        a: A number.\n\n    Returns:\n        The sum.\n    """\n    return a',
    ],
    [
      'a docstring of a body on the header’s line',
      'python',
      'def add(a): return a',
      'def add(a):\n    """Adds both.\n\n    Args:\n        a: A number.\n\n    Returns:\n        The sum.\n    """\n    return a',
    ],
    [
      'JSDoc, behind line comments',
      'javascript',
      '// old\nfunction add(a) {}',
      '// old\n/**\n * Adds both.\n *\n * @param a A number.\n * @returns The sum.\n */\nfunction add(a) {}',
    ],
    [
      'Javadoc',
      'java',
      'int add(int a) {}',
      '/**\n * Adds both.\n *\n * @param a A number.\n * @return The sum.\n */\nint add(int a) {}',
    ],
    [
      'XML',
      'csharp',
      'int Add(int a) {}',
      '/// <summary>Adds both.</summary>\n/// <param name="a">A number.</param>\n/// <returns>The sum.</returns>\nint Add(int a) {}',
    ],
    ['Rust', 'rust', '#[inline]\nfn add() {}', '/// Adds both.\n#[inline]\nfn add() {}'],
    ['Go, which begins with the name', 'go', 'func Add() {}', '// Add adds both.\nfunc Add() {}'],
    ['Ruby', 'ruby', 'def add(a)\nend', '# Adds both.\ndef add(a)\nend'],
  ];
  for (const [title, languageId, code, expected] of written)
    it(title, () =>
      assert.equal(withNewDoc(code, languageId, languageId === 'go' ? 'Add' : 'add', texts), expected),
    );

  it('on one line where there is only a summary', () => {
    const short = { summary: 'Does it.', parameters: [] };
    assert.equal(
      withNewDoc('def f():\n    pass', 'python', 'f', short),
      'def f():\n    """Does it."""\n    pass',
    );
    // A definition that is just being written.
    assert.equal(
      withNewDoc('def f():  # later', 'python', 'f', short),
      'def f():  # later\n    """Does it."""',
    );
    assert.equal(withNewDoc('f() {}', 'typescript', 'f', short), '/** Does it. */\nf() {}');
  });

  it('of Python code that is no definition stands above it', () => {
    const short = { summary: 'The rate.', parameters: [] };
    assert.equal(withNewDoc('rate = 0.2', 'python', '', short), '# The rate.\nrate = 0.2');
    const code = 'rate = 0.2\n\n\ndef net(x):\n    return x';
    assert.equal(withNewDoc(code, 'python', '', short), `# The rate.\n${code}`);
  });

  it('writes no escapes and no marks by mistake', () => {
    const odd = { summary: 'Splits at \\d & <b>.', parameters: [] };
    assert.equal(
      withNewDoc('def f():\n    pass', 'python', 'f', odd),
      'def f():\n    r"""Splits at \\d & <b>."""\n    pass',
    );
    assert.match(withNewDoc('void F() {}', 'csharp', 'F', odd) ?? '', /&amp; &lt;b>/);
  });

  it('is not made where the form is not known', () =>
    assert.equal(withNewDoc('body {}', 'css', 'body', texts), undefined));
});

describe('a comment that is completed', () => {
  const added = { parameters: [{ name: 'b', text: 'B.' }], returns: 'It.' };
  const cases: [title: string, languageId: string, code: string, expected: string][] = [
    [
      'one line becomes several',
      'python',
      'def f(b):\n    """Does it."""\n    return b',
      'def f(b):\n    """Does it.\n\n    Args:\n        b: B.\n\n    Returns:\n        It.\n    """\n    return b',
    ],
    [
      'Google sections',
      'python',
      'def f(a, b):\n    """Does it.\n\n    Args:\n        a: A,\n            of two lines.\n\n    Raises:\n        X: never.\n    """\n',
      'def f(a, b):\n    """Does it.\n\n    Args:\n        a: A,\n            of two lines.\n        b: B.\n\n    Returns:\n        It.\n\n    Raises:\n        X: never.\n    """\n',
    ],
    [
      'fields',
      'python',
      'def f(a, b):\n    """Does it.\n\n    :param a: A.\n    :raises X: never.\n    """\n',
      'def f(a, b):\n    """Does it.\n\n    :param a: A.\n    :param b: B.\n    :raises X: never.\n    :return: It.\n    """\n',
    ],
    [
      'numpy sections',
      'python',
      'def f(a, b):\n    """Does it.\n\n    Parameters\n    ----------\n    a\n        A.\n    """\n',
      'def f(a, b):\n    """Does it.\n\n    Parameters\n    ----------\n    a\n        A.\n    b\n        B.\n\n    Returns\n    -------\n    It.\n    """\n',
    ],
    [
      'a block comment of one line',
      'javascript',
      '/** Does it. */\nfunction f(b) {}',
      '/**\n * Does it.\n *\n * @param b B.\n * @returns It.\n */\nfunction f(b) {}',
    ],
    [
      'tags of a block comment',
      'typescript',
      '/**\n * Does it.\n *\n * @param a A,\n *   of two lines.\n * @throws never\n */\nfunction f(a, b) {}',
      '/**\n * Does it.\n *\n * @param a A,\n *   of two lines.\n * @param b B.\n * @returns It.\n * @throws never\n */\nfunction f(a, b) {}',
    ],
  ];
  for (const [title, languageId, code, expected] of cases)
    it(title, () => assert.equal(withExtendedDoc(code, languageId, added), expected));

  it('gets no escapes by mistake', () =>
    assert.match(
      withExtendedDoc('def f(b):\n    """Does."""\n', 'python', {
        parameters: [{ name: 'b', text: 'as \\d' }],
      }) ?? '',
      /b: as \\\\d/,
    ));

  it('is found where it stands', () => {
    assert.equal(docOf('def f():\n    r"""A."""\n', 'python')?.text, 'r"""A."""');
    assert.equal(docOf('def f():\n    x = """A."""\n', 'python'), undefined);
    assert.equal(docOf('/* no */\nf() {}', 'javascript'), undefined);
  });
});

describe('what documentation is asked for', () => {
  const symbol = { name: 'add', kind: 'function', signature: 'def add(a, b)', doc: '' };
  const given = { path: 'a.py', languageId: 'python', eol: '\n' as const, symbol, note: '' };
  const slotsOf = (text: string): string[] => {
    const job = docJobFor({ ...given, text });
    return job.job === 'none' ? [] : job.input.slots.map(({ name }) => name);
  };

  it('summary, parameters and result of a definition without any', () =>
    assert.deepEqual(slotsOf('def add(a, b):\n    return a + b'), ['summary', 'a', 'b', 'returns']));
  it('only what is missing of one that has some, in any usual form', () => {
    const lacking: [string, string[]][] = [
      ['"""Adds."""', ['a', 'b', 'returns']],
      ['"""Adds.\n\n    Args:\n        a: one\n    """', ['b', 'returns']],
      ['"""Adds.\n\n    :param int a: one\n    :return: sum\n    """', ['b']],
      ['"""Adds.\n\n    Parameters\n    ----------\n    a : int\n        one\n    """', ['b', 'returns']],
      [
        '"""Adds.\n\n    Args:\n        a: one\n        b (int): two\n\n    Returns:\n        sum\n    """',
        [],
      ],
    ];
    for (const [doc, expected] of lacking)
      assert.deepEqual(slotsOf(`def add(a, b):\n    ${doc}\n    return a + b`), expected, doc);
  });
  it('nothing of a definition that a comment above it documents already', () => {
    const go = { name: 'Add', kind: 'function', signature: 'func Add(a int) int', doc: 'Add adds.' };
    const job = docJobFor({
      ...given,
      languageId: 'go',
      text: '// Add adds.\nfunc Add(a int) int {}',
      symbol: go,
    });
    assert.ok(job.job === 'none' && job.complete);
    // A comment above a function is no docstring.
    const noted = docJobFor({
      ...given,
      text: '# fast\ndef add(a, b):\n    pass',
      symbol: { ...symbol, doc: 'fast' },
    });
    assert.equal(noted.job, 'document');
  });
  it('nothing in a language whose form is not known', () => {
    const job = docJobFor({ ...given, languageId: 'css', text: 'a {}' });
    assert.ok(job.job === 'none' && !job.complete);
  });

  const answers: [title: string, answer: string, problem: RegExp | undefined][] = [
    ['all lines', ' It adds two numbers\na: the first\nreturns: the sum', undefined],
    ['a line is missing', ' It adds two numbers\nreturns: the sum', /nothing about a/],
    ['a line is empty', ' It adds two numbers\na:\nreturns: the sum', /nothing about a/],
    [
      'the question comes back',
      ' one sentence that says what it does\na: x y\nreturns: z',
      /repeats what was asked/,
    ],
    ['only the name', ' It adds two numbers\na: a\nreturns: the sum', /repeats the name a/],
    ['the same twice', ' It adds two numbers\na: the sum\nreturns: The sum', /same of different/],
    ['no sentence', ' Adds\na: the first\nreturns: the sum', /no sentence/],
    ['too long', ` ${'very '.repeat(60)}\na: the first\nreturns: the sum`, /too long/],
  ];
  const slots = [
    { kind: 'summary', name: 'summary' },
    { kind: 'parameter', name: 'a' },
    { kind: 'returns', name: 'returns' },
  ] as const;
  for (const [title, answer, problem] of answers)
    it(`an answer is checked: ${title}`, () => {
      const checked = checkTexts(answer, slots, 'add');
      if (problem) assert.match(checked.ok ? 'ok' : checked.problem, problem);
      else
        assert.deepEqual(checked, {
          ok: true,
          value: {
            summary: 'It adds two numbers.',
            parameters: [{ name: 'a', text: 'the first.' }],
            returns: 'the sum.',
          },
        });
    });

  it('every line of the code keeps its bytes, in CRLF and with text at the margin', async () => {
    const text =
      '    def add(self, a):\r\n        text = """\r\nat the margin\r\n"""\r\n        return text + a';
    const job = docJobFor({
      ...given,
      eol: '\r\n',
      text,
      symbol: { name: 'add', kind: 'method', signature: 'def add(self, a)', doc: '' },
    });
    assert.ok(job.job === 'document');
    const ask: AskModel = () =>
      Promise.resolve({ text: ' Adds to a text.\na: what is added\nreturns: both', complete: true });
    const result = await documented(job, ask);
    const [header, ...body] = text.split('\r\n');
    assert.deepEqual(result, {
      ok: true,
      text: [
        header,
        '        """Adds to a text.',
        '',
        '        Args:',
        '            a: what is added.',
        '',
        '        Returns:',
        '            both.',
        '        """',
        ...body,
      ].join('\r\n'),
    });
  });
});
