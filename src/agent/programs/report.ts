import type { ChatMessage } from '../../protocol/chat';
import type { ProgramResult, Run } from '../ports';

/** What the conversation keeps of a program's run: the request and its outcome, not the steps between. */
export function reportedSteps(request: string, summary: string): ChatMessage[] {
  return [
    { role: 'user', content: request },
    { role: 'assistant', content: summary },
  ];
}

/** How a program ends: what the user is told, with the evidence for it, and what the conversation keeps. */
export function ended(
  run: Run,
  outcome: ProgramResult['outcome'],
  summary: string,
  evidence?: string,
): ProgramResult {
  return {
    outcome,
    summary,
    ...(evidence === undefined ? {} : { evidence }),
    messages: reportedSteps(run.task.text, summary),
  };
}
