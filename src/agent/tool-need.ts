import type { ChatMessage } from '../protocol/chat';
import { systemPrompt, toolNeedExamples, toolNeedQuestion } from '../prompt/agent-prompts';
import { mentionsWorkspace, needsNoTool } from './intent';
import { modelTurn } from './model-turn';
import type { Run } from './ports';

/** GBNF of the model's answer where the rules are silent. */
export const yesOrNo = 'root ::= "yes" | "no"';

/**
 * Whether a request needs a tool before it can be answered. Small models call whatever they are offered, so this is
 * decided first: by rules where they are sure, else by one word of the model's under a grammar. `files` are the
 * workspace's paths.
 */
export async function needsTool(run: Run, request: string, files: readonly string[]): Promise<boolean> {
  if (needsNoTool(request, files)) return false;
  if (mentionsWorkspace(request, files)) return true;
  const examples = toolNeedExamples.flatMap(({ request: text, needed }): ChatMessage[] => [
    { role: 'user', content: toolNeedQuestion(text) },
    { role: 'assistant', content: needed ? 'yes' : 'no' },
  ]);
  const turn = await modelTurn(run, {
    messages: [
      { role: 'system', content: systemPrompt },
      ...examples,
      { role: 'user', content: toolNeedQuestion(request) },
    ],
    maxTokens: 2,
    grammar: yesOrNo,
    temperature: 0,
  });
  return turn.text.trim() === 'yes';
}
