import assert from 'node:assert/strict';
import { chatPieces } from '../../src/prompt/chat-template';
import type { AgentEvent } from '../../src/protocol/agent';
import { applyEvent, emptyTranscript } from '../../src/protocol/transcript';
import { createLastPrompt } from '../../src/vscode/last-prompt';

const model = {
  contextSize: () => 4096,
  countTokens: (texts: string[]) => Promise.resolve(texts.map((text) => text.length)),
};
const chat = (id: string, events: AgentEvent[] = []) => ({
  id,
  transcript: events.reduce(applyEvent, emptyTranscript),
});
const notice = (code: string): AgentEvent => ({
  type: 'notice',
  level: 'info',
  report: { code, happened: code },
});

describe('what the model sees', () => {
  const pieces = chatPieces('chatml', [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
  ]);

  it('is nothing before a turn, and nothing of another chat', async () => {
    const last = createLastPrompt();
    assert.equal(await last.view(chat('a')), null);
    last.use(model);
    last.note('a', { type: 'prompt', pieces });
    assert.equal(await last.view(chat('b')), null);
  });

  it('counts each piece, of which the first are cached', async () => {
    const last = createLastPrompt();
    last.use(model);
    last.note('a', { type: 'prompt', pieces });
    const usage = { used: 99, cached: 25, contextSize: 4096, tokensPerSecond: 9 };
    last.note('b', { type: 'usage', usage: { ...usage, cached: 3 } });
    last.note('a', { type: 'usage', usage });
    const view = await last.view(chat('a'));
    assert.deepEqual(
      view?.pieces.map(({ role, tokens, cached }) => [role, tokens, cached]),
      [
        ['layout', 19, 19],
        ['system', 9, 6],
        ['layout', 11, 0],
        ['layout', 17, 0],
        ['user', 2, 0],
        ['layout', 11, 0],
        ['layout', 22, 0],
      ],
    );
    assert.deepEqual([view.total, view.cached, view.contextSize], [91, 25, 4096]);
  });

  it('says what was cut for the last message', async () => {
    const last = createLastPrompt();
    last.use(model);
    last.note('a', { type: 'prompt', pieces });
    const started: AgentEvent = { type: 'run-started', runId: 'r1', text: 'x', attachments: [], at: 0 };
    const view = await last.view(
      chat('a', [
        notice('context-cut'),
        { ...started, runId: 'r2' },
        notice('instructions-cut'),
        notice('model-repeats'),
        notice('context-full'),
      ]),
    );
    assert.deepEqual(view?.cuts, ['instructions-cut', 'context-full']);
  });
});
