import type { ChatMessage } from '../../protocol/chat';

/** What the conversation keeps of a program's run: the request and its outcome, not the steps between. */
export function reportedSteps(request: string, summary: string): ChatMessage[] {
  return [
    { role: 'user', content: request },
    { role: 'assistant', content: summary },
  ];
}
