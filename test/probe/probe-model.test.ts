import assert from 'node:assert/strict';
import type { GenerateRequest } from '../../src/model/language-model';
import { probeModel, type Measured } from '../../src/probe/probe-model';
import { calls, edits, gaps, needle, questions } from '../../src/probe/probe-tasks';
import { type FakeModel, fakeModel, testProfile } from '../support/fake-model';

const never = new AbortController().signal;
const probe = (model: FakeModel): Promise<Measured> =>
  probeModel(model, { needleShares: [0.25], onPart: () => undefined }, never);

const answers = ['def', '12', 'blue', 'ls'];
const lines = ['a + b', 'i++', 'names', 'load(file)', '0', 'y = y'];
const callArguments: Record<string, string>[] = [
  { path: 'src/main.py' },
  { pattern: 'parse_header' },
  { path: 'docs' },
  { command: 'npm test' },
  { path: 'app.js', start_line: '10', end_line: '20' },
  { path: 'config.ini', old_text: 'port=80', new_text: 'port=8080' },
];
const spell = (name: string, args: Record<string, string>): string =>
  `<tool_call>
${JSON.stringify({ name, arguments: args })}
</tool_call>`;

/** Knows every answer; told to write calls in a form that it does not know, it talks. */
function scholar(unknown?: string): (prompt: string, request: GenerateRequest) => string {
  return (prompt, request) => {
    if (request.lane === 'completion') {
      const gap = gaps.findIndex(({ prefix }) => prompt.includes(prefix));
      return `${lines[gap] ?? ''}\nmore`;
    }
    const question = questions.findIndex(({ text }) => prompt.includes(text));
    if (question >= 0) return answers[question] ?? '';
    const call = calls.findIndex(({ text }) => prompt.includes(text));
    if (call >= 0) {
      const knows = unknown === undefined || !prompt.includes(unknown);
      return knows ? spell(calls[call]?.tool ?? '', callArguments[call] ?? {}) : 'I would like to help.';
    }
    const edit = edits.find(({ order }) => prompt.includes(order));
    if (edit) {
      return prompt.endsWith('<<<<<<< SEARCH\n')
        ? `${edit.before}\n=======\n${edit.after}\n>>>>>>> REPLACE`
        : `${edit.after}\n\`\`\``;
    }
    return prompt.includes(needle.question) ? 'It returns 48173.' : 'def step():\n    pass';
  };
}

describe('probing a model', () => {
  it('gives one that can do everything full marks', async () => {
    const measured = await probe(fakeModel(scholar()));
    assert.deepEqual(measured.chat, { asked: questions.length, right: questions.length });
    assert.deepEqual(measured.tools, { asked: calls.length, right: calls.length, dialect: 'qwen3-coder' });
    const all = { asked: edits.length, right: edits.length };
    assert.deepEqual(measured.edits, { symbol: all, file: all, replace: all });
    assert.deepEqual(measured.fillInTheMiddle, { asked: gaps.length, right: gaps.length });
    assert.deepEqual(
      measured.needles.map(({ found }) => found),
      [true],
    );
  });

  it('gives one that says one thing to everything none', async () => {
    const measured = await probe(fakeModel(() => 'I am sorry, Dave.'));
    assert.equal(measured.chat.right + measured.tools.right + (measured.fillInTheMiddle?.right ?? 9), 0);
    assert.deepEqual(
      Object.values(measured.edits).map(({ right }) => right),
      [0, 0, 0],
    );
    assert.deepEqual(
      measured.needles.map(({ found }) => found),
      [false],
    );
  });

  it('finds the dialect in which calls come out', async () => {
    const { tools } = await probe(fakeModel(scholar('<function=')));
    assert.deepEqual([tools.dialect, tools.right], ['hermes', calls.length]);
  });

  it('takes control tokens that come out as text, and answers without an end, for no answer', async () => {
    const leaking = await probe(
      fakeModel((prompt, request) => {
        const answer = scholar()(prompt, request);
        return questions.some(({ text }) => prompt.includes(text)) ? `${answer}<|end|>` : answer;
      }),
    );
    assert.equal(leaking.chat.right, 0);
    const endless = await probe(
      fakeModel((prompt, request) => ({
        text: scholar()(prompt, request),
        reason: 'length',
      })),
    );
    assert.equal(endless.chat.right, 0);
  });

  it('asks no lines of a model without the tokens for it', async () => {
    const model = fakeModel(scholar(), { ...testProfile, fillInTheMiddle: undefined });
    assert.equal((await probe(model)).fillInTheMiddle, null);
    assert.ok(model.requests.every(({ lane }) => lane === 'chat'));
  });

  it('fits the long prompt into the context', async () => {
    const model = fakeModel(scholar());
    await probeModel(model, { needleShares: [0.95], onPart: () => undefined }, never);
    const [tokens = 0] = await model.countTokens([model.prompts.at(-1) ?? '']);
    assert.ok(tokens > 7000 && tokens < 8192, String(tokens));
  });
});
