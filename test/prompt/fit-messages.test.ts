import assert from 'node:assert/strict';
import { fitMessages } from '../../src/prompt/fit-messages';
import type { ChatMessage } from '../../src/protocol/chat';

const message = (role: ChatMessage['role'], content: string): ChatMessage => ({ role, content });
const conversation = [
  message('system', 'S'),
  message('user', 'first'),
  message('assistant', 'call'),
  message('tool', 'old result'),
  message('assistant', 'answer'),
  message('user', 'second'),
  message('assistant', 'call'),
  message('tool', 'new result'),
];

describe('fitMessages', () => {
  const check = (sizes: number[], budget: number) => {
    const fitted = fitMessages(conversation, sizes, budget);
    return { contents: fitted.messages.map((m) => m.content), cut: fitted.cut };
  };

  it('leaves what fits', () => {
    assert.deepEqual(check([1, 1, 1, 1, 1, 1, 1, 1], 8), {
      contents: conversation.map((m) => m.content),
      cut: undefined,
    });
  });

  it('shortens old tool results first and says so', () => {
    const { contents, cut } = check([10, 10, 10, 500, 10, 10, 10, 500], 600);
    assert.match(contents[3]!, /shortened/);
    assert.equal(contents[7], 'new result');
    assert.match(cut!, /1 old tool results were shortened/);
  });

  it('then leaves whole old messages out, never the system message or the last request', () => {
    const { contents, cut } = check([10, 200, 200, 500, 200, 10, 10, 500], 560);
    assert.equal(contents[0], 'S');
    assert.match(contents[1]!, /left out/);
    assert.deepEqual(contents.slice(-3), ['second', 'call', 'new result']);
    assert.match(cut!, /left out/);
  });

  it('keeps the last request even when nothing fits', () => {
    const { contents } = check([10, 10, 10, 10, 10, 9000, 10, 10], 100);
    assert.ok(contents.includes('second'));
  });
});
