import assert from 'node:assert/strict';
import { createSpanChoices } from '../../src/context/span-choices';
import type { Diagnostic, FileSnapshot } from '../../src/base/ports';
import { reindent, runSelectionAction, type SelectionRequest } from '../../src/selection/selection-action';
import { testPathFor } from '../../src/prompt/test-path';
import { syntaxInProcess } from '../support/agent-setup';
import { checkGolden } from '../support/golden';
import { type FakeReply, fakeModel } from '../support/fake-model';

const source = `def twice(x):
    return x + x


class Shape:
    def area(self):
        return self.w * self.h
`;

function snapshot(text = source, eol: '\n' | '\r\n' = '\n'): FileSnapshot {
  return {
    path: 'src/shapes.py',
    text,
    format: { encoding: 'utf-8', bom: false, eol, mixedEol: false },
    hash: '',
    languageId: 'python',
    readOnly: false,
    dirty: false,
  };
}

const problem: Diagnostic = {
  path: 'src/shapes.py',
  line: 2,
  column: 1,
  endLine: 2,
  endColumn: 5,
  severity: 'error',
  message: 'x may be None',
};

/** A folder with nothing else in it. */
const workspace = {
  exists: () => Promise.resolve(false),
  read: () => Promise.reject(new Error('not there')),
};

async function act(
  reply: FakeReply,
  request: Partial<SelectionRequest>,
  signal = new AbortController().signal,
) {
  const model = fakeModel(() => reply);
  let streamed = '';
  const result = await runSelectionAction(
    { kind: 'explain', file: snapshot(), startLine: 1, endLine: 2, diagnostics: [], ...request },
    { model, syntax: syntaxInProcess, workspace },
    (delta) => (streamed += delta),
    signal,
  );
  return { result, prompt: model.prompts[0]!, streamed };
}

describe('selection actions', () => {
  it('explains as text', async () => {
    const { result, prompt, streamed } = await act('It doubles x.', {});
    assert.deepEqual(result, { kind: 'text', markdown: 'It doubles x.' });
    assert.equal(streamed, 'It doubles x.');
    assert.match(prompt, /src\/shapes\.py:\ndef twice\(x\):\n {4}return x \+ x\n\nExplain/);
  });

  it('shows the definitions that the code uses', async () => {
    const text = `rate = 0.2


def net(price):
    return price / (1 + rate)


class Invoice:
    def total(self):
        return sum(net(line) for line in self.lines)

    def title(self):
        return self.name
`;
    const { prompt } = await act('It adds up.', { file: snapshot(text), startLine: 10, endLine: 10 });
    checkGolden('selection-explain', prompt);
  });

  it('shows what the user has pinned, but for what the selection shows itself', async () => {
    const spans = ['Shape.area', 'twice'].map((symbol) => ({ path: 'src/shapes.py', symbol, line: 1 }));
    const choices = createSpanChoices({
      read: () => Promise.resolve(snapshot()),
      syntax: syntaxInProcess,
      countTokens: (text) => text.length,
      kept: { get: () => ({ pinned: spans, dropped: [] }), set: () => undefined },
    });
    const model = fakeModel(['It doubles x.']);
    const request = { kind: 'explain', file: snapshot(), startLine: 1, endLine: 2, diagnostics: [] } as const;
    const ports = { model, syntax: syntaxInProcess, workspace, choices };
    await runSelectionAction(request, ports, () => undefined, new AbortController().signal);
    const [prompt = ''] = model.prompts;
    assert.match(prompt, /src\/shapes\.py, pinned by the user:\nclass Shape\n {4}def area\(self\):/);
    assert.equal(prompt.split('def twice').length, 2, prompt);
  });

  it('fixes the whole symbol around a problem', async () => {
    const { result, prompt } = await act('def twice(x):\n    return 2 * x\n```', {
      kind: 'fix',
      startLine: 2,
      endLine: 2,
      diagnostics: [problem],
    });
    assert.match(prompt, /line 2: x may be None/);
    assert.deepEqual(result, {
      kind: 'edit',
      startLine: 1,
      endLine: 2,
      oldText: 'def twice(x):\n    return x + x',
      newText: 'def twice(x):\n    return 2 * x',
    });
  });

  it('documents a method at its own indentation', async () => {
    const { result } = await act(' The area of the shape\nreturns: width times height', {
      kind: 'document',
      startLine: 7,
      endLine: 7,
    });
    assert.ok(result.kind === 'edit');
    assert.deepEqual([result.startLine, result.endLine], [6, 7]);
    assert.equal(
      result.newText,
      '    def area(self):\n        """The area of the shape.\n\n        Returns:\n            width times height.\n        """\n        return self.w * self.h',
    );
  });

  it('edits the selected lines only, and keeps CRLF', async () => {
    const { result } = await act('    return 2 * x', {
      kind: 'edit',
      instruction: 'multiply',
      file: snapshot(source.replaceAll('\n', '\r\n'), '\r\n'),
      startLine: 1,
      endLine: 2,
    });
    assert.ok(result.kind === 'edit');
    assert.equal(result.oldText, 'def twice(x):\r\n    return x + x');
  });

  it('writes tests into a file of their own', async () => {
    const body = 'one(self):\n        self.assertEqual(twice(1), 2)\n';
    const { result, prompt } = await act(`${body}\`\`\`\nmore`, { kind: 'tests' });
    const head = 'import unittest\n\nfrom shapes import twice\n\n\nclass TwiceTest(unittest.TestCase):\n';
    assert.deepEqual(result, {
      kind: 'create',
      path: 'src/test_shapes.py',
      text: `${head}    def test_${body}`,
    });
    assert.match(prompt, /Write the whole file src\/test_shapes\.py/);
  });

  it('explains a reported problem, when the explanation is about it', async () => {
    const request = { kind: 'problem' as const, startLine: 2, endLine: 2, diagnostics: [problem] };
    const text = 'Nobody checks whether x is None before it is added to itself.';
    const { result, prompt, streamed } = await act(text, request);
    assert.deepEqual([result, streamed], [{ kind: 'text', markdown: text }, text]);
    assert.match(prompt, /def twice[\s\S]*This error came up:\nline 2: x may be None/);
    await assert.rejects(act('', request), { code: 'no-usable-answer' });
  });

  const refusals: [string, FakeReply, Partial<SelectionRequest>, string][] = [
    ['an empty selection', 'x', { startLine: 3, endLine: 3 }, 'selection-empty'],
    ['a fix without problems', 'x', { kind: 'fix' }, 'no-problems'],
    ['an edit without an instruction', 'x', { kind: 'edit', instruction: ' ' }, 'no-instruction'],
    ['an empty answer', '', { kind: 'document' }, 'no-usable-answer'],
    ['a copy', 'def twice(x):\n    return x + x', { kind: 'edit', instruction: 'i' }, 'no-usable-answer'],
    [
      'an answer without end',
      { text: 'def', reason: 'length' },
      { kind: 'edit', instruction: 'i' },
      'no-usable-answer',
    ],
    ['an engine that died', { dies: 'd', retryable: true }, {}, 'engine-died'],
    [
      'too long a selection',
      'x',
      { kind: 'edit', instruction: 'i', file: snapshot(`x = 1\n`.repeat(4000)), endLine: 3000 },
      'selection-too-long',
    ],
  ];
  for (const [name, reply, request, code] of refusals) {
    it(`refuses ${name}`, () => assert.rejects(act(reply, request), { code }));
  }

  it('rejects when cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(act('x', {}, controller.signal), { name: 'AbortError' });
  });
});

describe('reindent', () => {
  it('moves code as a whole', () => {
    assert.equal(reindent('a\n  b\n\nc', '\t\told'), '\t\ta\n\t\t  b\n\n\t\tc');
    assert.equal(reindent('    a\n      b', 'old'), 'a\n  b');
    assert.equal(reindent('a', 'b'), 'a');
  });
});

describe('testPathFor', () => {
  const cases = [
    ['a/b.py', 'a/test_b.py'],
    ['b.go', 'b_test.go'],
    ['src/main/java/A.java', 'src/test/java/ATest.java'],
    ['src/a.ts', 'src/a.test.ts'],
    ['Makefile', 'Makefile.test'],
  ] as const;
  for (const [path, expected] of cases) it(path, () => assert.equal(testPathFor(path), expected));
});
