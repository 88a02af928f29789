import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { askApproval, createPrompter, standingYes } from '../../src/cli/ask';
import type { ApprovalRequest, FileDiff } from '../../src/protocol/agent';

const request: ApprovalRequest = { stepId: '1', kind: 'run', command: 'ls' };
const never = new AbortController().signal;
const sink = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

async function answerTo(text: string, asked = request) {
  const prompter = createPrompter(Readable.from([text]), sink());
  const answer = await askApproval(asked, prompter, new AbortController().signal);
  prompter.close();
  return answer;
}

describe('askApproval', () => {
  const cases: [string, unknown][] = [
    ['y\n', { answer: 'once' }],
    ['Yes\n', { answer: 'once' }],
    ['s\n', { answer: 'session' }],
    ['n\n', { answer: 'no' }],
    ['\n', { answer: 'no' }],
    ['', { answer: 'no' }],
    ['use ls -l\n', { answer: 'no', note: 'use ls -l' }],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), async () => assert.deepEqual(await answerTo(text), expected));
  }

  const fileDiff = (path: string): FileDiff => ({
    ...{ path, languageId: 'python', kind: 'change', added: 1, removed: 1, hunks: [] },
  });
  const several: ApprovalRequest = {
    stepId: '2',
    kind: 'edit',
    diffs: [fileDiff('a.py'), fileDiff('b.py'), fileDiff('c.py')],
  };
  const byFile: [string, unknown][] = [
    ['y\n', { answer: 'once' }],
    ['n\n', { answer: 'no' }],
    ['f\ny\nn\nyes\n', { answer: 'once', files: ['a.py', 'c.py'] }],
    ['f\nn\nn\nn\n', { answer: 'no' }],
    ['f\ny\n', { answer: 'no' }],
  ];
  for (const [text, expected] of byFile) {
    it(`a change of several files: ${JSON.stringify(text)}`, async () =>
      assert.deepEqual(await answerTo(text, several), expected));
  }

  it('takes piped answers one at a time', async () => {
    const prompter = createPrompter(Readable.from(['y\nn\nno, wait\n']), sink());
    assert.deepEqual(await askApproval(request, prompter, never), { answer: 'once' });
    assert.deepEqual(await askApproval(request, prompter, never), { answer: 'no' });
    assert.deepEqual(await askApproval(request, prompter, never), { answer: 'no', note: 'no, wait' });
    assert.deepEqual(await askApproval(request, prompter, never), { answer: 'no' });
  });

  it('reads no more of an endless input than it needs', async () => {
    let read = 0;
    const endless = new Readable({
      read() {
        read++;
        this.push('y\n'.repeat(100));
      },
    });
    const prompter = createPrompter(endless, sink());
    for (let i = 0; i < 5; i++)
      assert.deepEqual(await askApproval(request, prompter, never), { answer: 'once' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    prompter.close();
    assert.ok(read < 1000, `${read} reads`);
  });

  it('an abort ends the question with a no', async () => {
    const controller = new AbortController();
    const prompter = createPrompter(new PassThrough(), sink());
    const asked = askApproval(request, prompter, controller.signal);
    controller.abort();
    assert.deepEqual(await asked, { answer: 'no' });
  });
});

describe('a terminal', () => {
  /** A terminal that types `text` when it is asked, and what became of it. */
  function terminal(text: string): PassThrough & { isTTY: boolean } {
    return Object.assign(Readable.from([text]).pipe(new PassThrough()), { isTTY: true });
  }

  it('takes lines that are pasted at once as one message', async () => {
    const prompter = createPrompter(terminal('first\rsecond\r'), sink());
    assert.equal(prompter.interactive, true);
    assert.equal(await prompter.message('> '), 'first\nsecond');
  });

  it('brings earlier messages back with Up, and no answers to approvals', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const prompter = createPrompter(input, sink());
    const typed = async (ask: Promise<string | undefined>, text: string): Promise<string | undefined> => {
      input.write(text);
      return ask;
    };
    assert.equal(await typed(prompter.message('> '), 'hello\r'), 'hello');
    assert.equal(await typed(prompter.line('yes? '), 'y\r'), 'y');
    assert.equal(await typed(prompter.message('> '), '\u001b[A there\r'), 'hello there');
  });

  it('ends the question with Ctrl-C, which is passed on, and with Ctrl-D', async () => {
    const controller = new AbortController();
    const prompter = createPrompter(terminal('half\u0003'), sink(), () => controller.abort());
    assert.equal(await prompter.message('> ', controller.signal), undefined);
    assert.equal(await createPrompter(terminal('\u0004'), sink()).message('> '), undefined);
  });

  it('gives up when it is aborted', async () => {
    const controller = new AbortController();
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const asked = createPrompter(input, sink()).message('> ', controller.signal);
    controller.abort();
    assert.equal(await asked, undefined);
  });
});

describe('a message', () => {
  it('goes on behind a backslash', async () => {
    const prompter = createPrompter(Readable.from(['one\\\ntwo\nthree\n']), sink());
    assert.equal(await prompter.message('> '), 'one\ntwo');
    assert.equal(await prompter.message('> '), 'three');
    assert.equal(await prompter.message('> '), undefined);
    prompter.close();
  });
});

describe('standingYes', () => {
  const cases: [string | boolean | undefined, unknown][] = [
    [undefined, { edit: false, run: false }],
    [true, { edit: true, run: true }],
    ['edit', { edit: true, run: false }],
    ['run, edit', { edit: true, run: true }],
    ['all', undefined],
  ];
  for (const [value, expected] of cases)
    it(String(value), () => assert.deepEqual(standingYes(value), expected));
});
