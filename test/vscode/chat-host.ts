/** A chat of the extension host on scripted replies, and what tests look at in it. */
import { systemClock } from '../../src/node/clock';
import type { HostMessage } from '../../src/protocol/panel';
import { createCheckpoints } from '../../src/session/checkpoints';
import { createChatStore } from '../../src/session/chat-store';
import { type ChatController, createChatController } from '../../src/vscode/chat-controller';
import { type FakeReply, fakeModel } from '../support/fake-model';
import { memoryStore } from '../support/memory-store';
import { thimble } from './host';

const call = (name: string, args: Record<string, string>): string =>
  `<tool_call>\n<function=${name}>\n${Object.entries(args)
    .map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>\n`)
    .join('')}</function>\n</tool_call>`;

/** A reply that asks for an edit. */
export const editCall = (path: string, oldText: string, newText: string): string =>
  call('edit_file', { path, old_text: oldText, new_text: newText });

/** The step that waits for the user's answer. */
export const waitingStep = (controller: ChatController): string | undefined =>
  controller
    .state()
    .transcript.items.flatMap((item) =>
      item.kind === 'step' && item.step.state === 'waiting' ? [item.step.id] : [],
    )[0];

/** Opens a chat that asks before edits; `store` and `chat` outlive it. */

export const startChat = async (
  replies: FakeReply[],
  store = memoryStore(),
  chat: { last?: string } = {},
) => {
  const { workspace, commands } = await thimble();
  const posted: HostMessage[] = [];
  const model = fakeModel(replies);
  const controller = createChatController({
    chats: createChatStore(store),
    lastChat: { get: () => chat.last, set: (id) => (chat.last = id) },
    agent: {
      workspace,
      commands,
      syntax: (await thimble()).selection().syntax,
      clock: systemClock,
      checkpoints: createCheckpoints(store, workspace),
    },
    model: () => Promise.resolve(model),
    limits: () => ({ maxSteps: 10, timeLimitMs: 60_000, commandTimeoutMs: 20_000 }),
    approvals: () => 'ask',
    attach: () => Promise.resolve(undefined),
    complete: () => Promise.resolve([]),
    surroundings: () => ({
      model: { name: 'fake', label: 'Fake', state: 'ready' },
      models: [],
      trusted: true,
      hasWorkspace: true,
      suggestions: [],
    }),
    post: (message) => posted.push(message),
    wallTime: () => Date.now(),
    platform: process.platform,
  });
  return { controller, posted, model, store, chat };
};
