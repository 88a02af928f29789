import { pinnedFor } from '../context/definitions-for';
import type { PackedSpan } from '../context/pack';
import { partsOf } from '../context/parts';
import { openedWith, pinnedExcerpts } from '../prompt/agent-prompts';
import type { ChatMessage } from '../protocol/chat';
import type { Run } from './ports';

/** What the user has pinned, as it is when a task begins: it stays the same text for all turns of the task. */
export function loadPinned({ ports }: Run): Promise<readonly PackedSpan[]> {
  const { choices, model } = ports;
  choices?.note('agent', []);
  return pinnedFor({ choices, countTokens: (texts) => model.countTokens(texts) });
}

/** A conversation that opens with what is pinned, but for what its first message of the user shows anyway. */
export function openedWithPinned(
  messages: readonly ChatMessage[],
  pinned: readonly PackedSpan[],
): readonly ChatMessage[] {
  if (pinned.length === 0) return messages;
  const said = flat(messages.find(({ role }) => role === 'user')?.content ?? '');
  const missing = pinned.filter(({ text }) => !said.includes(flat(text)));
  return missing.length === 0 ? messages : openedWith(messages, pinnedExcerpts(partsOf(missing)));
}

/** A text without the indentation of its lines, which differs with where it is shown. */
function flat(text: string): string {
  return text.replace(/^[ \t]+/gm, '');
}
