import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { applyCommand } from '../../src/cli/apply-command';
import { never, syntaxInProcess } from '../tools/support';

/** Requests as lines in, answers as lines out. */
async function apply(requests: (object | string)[]): Promise<unknown[]> {
  const lines = requests.map((request) => (typeof request === 'string' ? request : JSON.stringify(request)));
  const output = new PassThrough();
  await applyCommand({ input: Readable.from([lines.join('\n') + '\n']), output }, syntaxInProcess, never);
  output.end();
  return (await text(output))
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}

const python = 'def f(x):\n    return x\n\n\ndef g(x):\n    return x\n';

describe('thimble apply', () => {
  const cases: [title: string, request: object | string, answer: object][] = [
    [
      'replace',
      { id: 1, path: 'a.txt', content: 'a\r\nb\r\n', edit: { type: 'replace', old: 'b\n', new: 'c\n' } },
      { id: 1, result: 'applied', content: 'a\r\nc\r\n', tolerances: ['line-ends'] },
    ],
    [
      'replace near a line',
      {
        id: 'x',
        path: 'a.py',
        content: python,
        edit: { type: 'replace', old: 'return x', new: 'return 2', near_line: 6 },
      },
      { id: 'x', result: 'applied', content: python.replace(/x\n$/, '2\n'), tolerances: ['near-line'] },
    ],
    [
      'symbol',
      {
        id: 2,
        path: 'a.py',
        content: python,
        edit: { type: 'symbol', name: 'g', new: 'def g(x):\n    return 1' },
      },
      { id: 2, result: 'applied', content: python.replace(/x\n$/, '1\n'), tolerances: [] },
    ],
    [
      'removal of a symbol',
      { id: 2, path: 'a.py', content: python, edit: { type: 'symbol', name: 'f', new: '', delete: true } },
      { id: 2, result: 'applied', content: 'def g(x):\n    return x\n', tolerances: [] },
    ],
    [
      'lines',
      { id: 3, path: 'a.txt', content: 'a\nb\n', edit: { type: 'lines', start: 1, end: 1, new: 'x' } },
      { id: 3, result: 'applied', content: 'x\nb\n', tolerances: [] },
    ],
    [
      'insert',
      { id: 4, path: 'a.txt', content: 'a\n', edit: { type: 'insert', line: 2, new: 'b' } },
      { id: 4, result: 'applied', content: 'a\nb\n', tolerances: [] },
    ],
    [
      'file, with a mark that stays',
      { id: 5, path: 'a.txt', content: '\ufeffa\n', edit: { type: 'file', new: 'b\n' } },
      { id: 5, result: 'applied', content: '\ufeffb\n', tolerances: [] },
    ],
    [
      'a refusal',
      { id: 6, path: 'a.txt', content: 'a\n', edit: { type: 'replace', old: 'zzz', new: 'b' } },
      {
        id: 6,
        result: 'refused',
        reason: 'The old text is not in the file, nor anything like it: read the file first.',
      },
    ],
    [
      'new syntax errors',
      {
        id: 7,
        path: 'a.py',
        content: python,
        edit: { type: 'lines', start: 2, end: 2, new: '    return (' },
      },
      {
        id: 7,
        result: 'refused',
        reason:
          'The change would break the syntax of a.py (line 2: return (). Write it again, complete and correctly indented.',
      },
    ],
    ['no object', '[1]', { id: null, error: 'A request is a JSON object on one line.' }],
    [
      'no content',
      { id: 8, path: 'a', edit: { type: 'file', new: '' } },
      { id: 8, error: 'A request needs “path”, “content” and “edit”.' },
    ],
    [
      'an unknown edit',
      { id: 9, path: 'a', content: '', edit: { type: 'guess' } },
      { id: 9, error: '“edit” must have the type replace, symbol, lines, insert or file.' },
    ],
    [
      'a wrong number',
      { id: 10, path: 'a', content: '', edit: { type: 'insert', line: '1', new: '' } },
      { id: 10, error: '“line” must be a whole number.' },
    ],
  ];
  for (const [title, request, answer] of cases) {
    it(`answers ${title}`, async () => assert.deepEqual(await apply([request]), [answer]));
  }

  it('says of a line that it is no JSON', async () => {
    const [answer] = (await apply(['{'])) as { id: null; error: string }[];
    assert.deepEqual([answer!.id, answer!.error.slice(0, 15)], [null, 'Not valid JSON:']);
  });

  it('answers in order and ends with its input', async () => {
    const answers = await apply(cases.map(([, request]) => request));
    assert.deepEqual(
      answers,
      cases.map(([, , answer]) => answer),
    );
  });
});
