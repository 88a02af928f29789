import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { askApproval, createPrompter, standingYes } from '../../src/cli/ask';
import type { ApprovalRequest } from '../../src/protocol/agent';

const request: ApprovalRequest = { stepId: '1', kind: 'run', command: 'ls' };
const never = new AbortController().signal;
const sink = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

async function answerTo(text: string) {
  const prompter = createPrompter(Readable.from([text]), sink());
  const answer = await askApproval(request, prompter, never);
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
