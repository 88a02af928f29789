import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chatPieces, promptText, renderChat } from '../../src/prompt/chat-template';
import { formatLabFile, labPromptOf, parseLabFile } from '../../src/prompt/lab-file';
import type { ChatMessage } from '../../src/protocol/chat';

const messages: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'One\n\ntwo' },
  { role: 'assistant', content: 'Three' },
  { role: 'user', content: '' },
];

describe('a prompt as a file', () => {
  it('names who speaks', () => {
    assert.equal(
      formatLabFile({ messages, prefill: '```python\n' }),
      '%% system\nBe brief.\n%% user\nOne\n\ntwo\n%% assistant\nThree\n%% user\n\n%% answer\n```python\n\n',
    );
  });

  it('is read back as it was, whatever the messages hold', () => {
    const piece = fc.constantFrom('%% user', '\\%% user', '%% answer', '', 'x', '\n', '\\', ' %% user', '%%');
    const content = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('\n'));
    const role = fc.constantFrom('system', 'user', 'assistant', 'tool');
    const message = fc.record({ role, content }, { noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), content, (list, prefill) => {
        const prompt = { messages: list as ChatMessage[], prefill };
        assert.deepEqual(parseLabFile(formatLabFile(prompt)), prompt);
      }),
    );
  });

  it('without headings is the user’s', () => {
    assert.deepEqual(parseLabFile('What is\r\nthis?\n'), {
      messages: [{ role: 'user', content: 'What is\nthis?' }],
      prefill: '',
    });
  });

  for (const template of ['chatml', 'gemma', 'llama3', 'mistral', 'granite', 'phi4', 'zephyr'] as const) {
    it(`${template}: is the prompt that reached the model, byte for byte`, () => {
      const chat: ChatMessage[] = [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: '\nUse tabs.' },
        { role: 'user', content: 'Look.' },
        { role: 'assistant', content: 'call' },
        { role: 'tool', tool: 'read_file', content: 'one' },
        { role: 'user', content: 'Go on.' },
      ];
      for (const prefill of ['', 'It ']) {
        const prompt = parseLabFile(formatLabFile(labPromptOf(chatPieces(template, chat, prefill))));
        assert.equal(prompt.prefill, prefill);
        assert.equal(
          promptText(renderChat(template, prompt.messages, prompt.prefill)),
          promptText(renderChat(template, chat, prefill)),
        );
      }
    });
  }
});
