import type { ChatMessage } from '../protocol/chat';

export interface FittedMessages {
  messages: ChatMessage[];
  /** What was shortened or left out, as a sentence for the user; undefined when everything fits. */
  cut: string | undefined;
}

const shortened = '[shortened; call the tool again if you need it]';
const leftOut: ChatMessage = { role: 'user', content: '[Earlier messages were left out to save space.]' };

/**
 * Makes a conversation fit into `budget` tokens. Old tool results go first (down to a line), then whole old
 * exchanges; the system message and everything from the last user message on stay as they are.
 * `tokens[i]` is the size of `messages[i]`, template included.
 */
export function fitMessages(
  messages: readonly ChatMessage[],
  tokens: readonly number[],
  budget: number,
): FittedMessages {
  const sizes = messages.map((_, index) => tokens[index] ?? 0);
  let total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= budget) return { messages: [...messages], cut: undefined };

  const result = [...messages];
  const lastUser = messages.findLastIndex((message) => message.role === 'user');
  const shortSize = 20;
  let shortenedCount = 0;
  // The newest tool result is what the model is about to use.
  const newestTool = messages.findLastIndex((message) => message.role === 'tool');
  for (const [index, message] of messages.entries()) {
    if (total <= budget) break;
    const size = sizes[index] ?? 0;
    if (message.role !== 'tool' || index === newestTool || size <= shortSize) continue;
    result[index] = { ...message, content: shortened };
    sizes[index] = shortSize;
    total -= size - shortSize;
    shortenedCount++;
  }

  let dropped = 0;
  const keep = result.map(() => true);
  for (const [index, message] of result.entries()) {
    if (total <= budget || index >= lastUser) break;
    if (message.role === 'system') continue;
    keep[index] = false;
    total -= sizes[index] ?? 0;
    dropped++;
  }
  const kept = result.filter((_, index) => keep[index]);
  if (dropped > 0)
    kept.splice(
      Math.max(
        0,
        kept.findIndex(({ role }) => role !== 'system'),
      ),
      0,
      leftOut,
    );
  return { messages: kept, cut: describe(shortenedCount, dropped) };
}

function describe(shortenedCount: number, dropped: number): string {
  const parts = [
    shortenedCount > 0 ? `${shortenedCount} old tool results were shortened` : '',
    dropped > 0 ? `${dropped} old messages were left out of what the model sees` : '',
  ].filter(Boolean);
  return parts.length > 0
    ? `${parts.join(' and ')}, because the model’s context is full.`
    : 'The context is full.';
}
